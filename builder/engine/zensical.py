"""Zensical, the successor of Material: it reads the same settings and writes into its own `site_dir`."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from builder.engine import Engine
from builder.engine.process import run_engine
from builder.stage import Staged


def available() -> bool:
    """Tell whether Zensical is installed."""
    return find_spec("zensical") is not None


def render(staged: Staged, out_dir: Path) -> None:
    """Render the staged tree; Zensical has no option for the output, so what it wrote is moved to `out_dir`."""
    made = staged.folder / "rendered"
    run_engine("zensical", ["build", "--clean", "-f", str(staged.settings)], staged=staged)
    if made.resolve() != out_dir.resolve():
        if out_dir.exists():
            shutil.rmtree(out_dir)
        made.rename(out_dir)


ENGINE = Engine("zensical", available, render, "pip install zensical")
