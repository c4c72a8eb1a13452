"""Pages that are rendered while others are still being made, in a process that builds again and again.

Nothing depends on it: a page that was rendered ahead is used if it is asked for with the same bytes, else forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from builder.engine.workers import Workers
from builder.kept import Kept
from builder.model import Item, StaticFile
from builder.stage import stage_ahead


def render_ahead(folder: Path, kept: Kept, workers: Workers) -> Callable[[Item], None]:
    """Return what is to be told of each page as soon as it is made."""

    def begin(item: Item) -> None:
        if kept.warm and not isinstance(item, StaticFile):
            path = stage_ahead(item, folder, kept)
            if path is not None:
                workers.begin(path)

    return begin
