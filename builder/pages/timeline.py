"""The timeline: every dated thing of the log, newest first, by year and month, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from builder.model import Json, Page, StaticFile, TimelineItem
from builder.pages import PageMaker, Site
from builder.pages._activity import draw_activity
from builder.pages._json import one_a_line
from builder.pages._shelves import RECENT, Shelf, by_month, make_shelf
from builder.pages._templates import plural, render_template, shorten

URL = "timeline/"


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make `/timeline/` with its years and months, `timeline.json`, and per year what the filter reads."""
    timeline = site.library.timeline
    shelf = Shelf(URL, "Timeline", timeline, noun="item", mixed=True, monthly=True)
    html = render_template(
        "timeline.html",
        url=URL,
        shelf=shelf,
        total=len(timeline),
        months=by_month(timeline[:RECENT]),
        more=len(timeline) > RECENT,
        calendar=draw_activity(item.date for item in timeline),
        kinds_used=sorted({item.kind for item in timeline}),
    )
    yield Page(URL, "Timeline", html, description=f"Everything in this log by date: {plural(len(timeline), 'item')}")
    yield from make_shelf(shelf)
    everything = [_json(item) for item in timeline]
    yield StaticFile("timeline.json", one_a_line(everything))
    for year, items in shelf.years():
        yield StaticFile(f"{shelf.year_url(year)}items.json", _for_filter(items))


def _json(item: TimelineItem) -> Json:
    return {
        "date": item.date.isoformat(),
        "kind": item.kind,
        "title": item.title,
        "url": item.url,
        "tags": list(item.tags),
    }


def _for_filter(items: Iterable[TimelineItem]) -> bytes:
    """A year's items as the filter shows them: as in `timeline.json`, with the beginning of their text."""
    found = [_json(item) | {"summary": shorten(item.summary)} for item in items]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


PAGE = PageMaker("timeline", make)
