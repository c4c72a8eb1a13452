"""Pages that are rendered while others are still being made.

Nothing depends on it: a page that was rendered ahead is used if it is asked for with the same bytes, else forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

from builder.engine.workers import Workers
from builder.model import Item, StaticFile
from builder.stage import Ahead


def render_ahead(ahead: Ahead, workers: Workers) -> Callable[[Item], None]:
    """Return what is to be told of each page as soon as it is made."""

    def begin(item: Item) -> None:
        if workers.can_begin and not isinstance(item, StaticFile):
            path = ahead.stage(item)
            if path is not None:
                workers.begin(path)

    return begin
