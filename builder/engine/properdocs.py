"""ProperDocs, which continues MkDocs 1.x."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from builder.engine import Engine
from builder.engine.process import run_engine
from builder.stage import Staged


def available() -> bool:
    """Tell whether ProperDocs and Material are installed."""
    return find_spec("properdocs") is not None and find_spec("material") is not None


def render(staged: Staged, out_dir: Path) -> None:
    """Render the staged tree into `out_dir`, which is emptied first."""
    arguments = ["build", "-q", "--strict", "-f", str(staged.settings), "-d", str(out_dir.resolve())]
    run_engine("properdocs", arguments, staged=staged)


ENGINE = Engine("properdocs", available, render, "pip install properdocs mkdocs-material")
