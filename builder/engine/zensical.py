"""Zensical, the successor of Material: it reads the same settings and writes into its own `site_dir`."""

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
    """Tell whether Zensical is installed."""
    return find_spec("zensical") is not None


def render(staged: Staged, workers: Workers) -> Rendered:
    """Render the whole staged tree in a process of its own; where to, its settings say."""
    run_engine("zensical", ["build", "--clean", "-f", str(staged.settings)], staged=staged)
    return rendered_whole(staged, staged.folder / FOLDER)


ENGINE = Engine("zensical", available, render, "pip install 'studylog[engines]'")
