"""A first look at a page: how much of it is dated, and in which style. Importers use it to recognise their own."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from builder.importers._addresses import day_and_stem
from builder.importers._entries import split_page
from builder.importers._types import Page

_LOG = re.compile(r"(?<![^\W_])(?:log|logbook|journal|diary)(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a page seems to be. `share`: how much of its text belongs to a day."""

    days: int
    titled: int  # days that a heading begins which has a title
    headings: int  # days that a heading begins
    share: float
    is_post: bool  # it says itself that it is one dated text
    is_log: bool  # it calls itself a log
    asked: float  # share of dates that cannot be read, most likely for want of a year


@functools.lru_cache(maxsize=1)  # several importers ask in turn
def survey(page: Page) -> Survey:
    """Look a page over."""
    header, body, split, title = split_page(page, keep_headings=False)
    days = [segment for segment in split.segments if segment.date]
    written = sum(bool(piece.text.strip()) for piece in body.pieces) or 1
    dated = sum(bool(piece.text.strip()) for segment in days for piece in segment.pieces) + len(days)
    headed = [segment for segment in days if segment.style == "heading"]
    named, _ = day_and_stem(page)
    is_post = bool(named) or "_posts" in page.place.split("/") or (bool(header.values.get("date")) and len(days) < 4)
    is_log = bool(_LOG.search(f"{title} {page.path.stem}"))
    titled = sum(bool(segment.title) for segment in headed)
    asked = len(body.questions) / written if len(body.questions) > 1 else 0
    return Survey(len(days), titled, len(headed), dated / written, is_post, is_log, asked)
