"""ProperDocs, which continues MkDocs 1.x."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from builder.engine import Engine, Rendered
from builder.engine._whole import FOLDER, rendered_whole
from builder.engine.process import run_engine

if TYPE_CHECKING:
    from builder.engine.workers import Workers
    from builder.stage import Staged


def available() -> bool:
    """Tell whether ProperDocs and Material are installed."""
    return find_spec("properdocs") is not None and find_spec("material") is not None


def render(staged: Staged, workers: Workers) -> Rendered:
    """Render the whole staged tree in a process of its own."""
    out = (staged.folder / FOLDER).resolve()
    run_engine("properdocs", ["build", "-q", "--strict", "-f", str(staged.settings), "-d", str(out)], staged=staged)
    return rendered_whole(staged, out)


ENGINE = Engine("properdocs", available, render, "pip install 'studylog[engines]'")
