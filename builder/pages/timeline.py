"""The timeline: every dated thing of the log, newest first, by year and month, and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from builder.model import Json, Page, StaticFile, TimelineItem
from builder.pages import PageMaker, Site
from builder.pages._activity import draw_activity
from builder.pages._json import as_line, one_a_line
from builder.pages._shelves import RECENT, Shelf, by_month, make_shelf
from builder.pages._templates import once, plural, render_template, shorten

URL = "timeline/"


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make `/timeline/` with its years and months, `timeline.json`, and per year what the filter reads."""
    timeline = site.library.timeline
    shelf = Shelf(URL, "Timeline", timeline, noun="item", mixed=True, monthly=True)
    days, kinds = [item.date for item in timeline], sorted({item.kind for item in timeline})
    yield once(URL, _first_page, replace(shelf, items=()), shelf.counted_years(), days, kinds, timeline[:RECENT])
    yield from make_shelf(shelf)
    lines: list[str] = []
    for year, items in shelf.years():
        url = shelf.year_url(year)
        lines += once(url, _lines, items)
        yield once(url, _for_filter, url, items)
    yield StaticFile("timeline.json", one_a_line(lines))


def _first_page(
    shelf: Shelf, years: list, days: list[dt.date], kinds: list[str], recent: tuple[TimelineItem, ...]
) -> Page:
    html = render_template(
        "timeline.html",
        url=URL,
        shelf=shelf,
        years=years,
        total=len(days),
        months=by_month(recent),
        more=len(days) > RECENT,
        calendar=draw_activity(days),
        kinds_used=kinds,
    )
    return Page(URL, "Timeline", html, description=f"Everything in this log by date: {plural(len(days), 'item')}")


def _lines(items: Iterable[TimelineItem]) -> list[str]:
    return [as_line(_json(item)) for item in items]


def _json(item: TimelineItem) -> Json:
    return {
        "date": item.date.isoformat(),
        "kind": item.kind,
        "title": item.title,
        "url": item.url,
        "tags": list(item.tags),
    }


def _for_filter(url: str, items: Iterable[TimelineItem]) -> StaticFile:
    """A year's items as the filter shows them: as in `timeline.json`, with the beginning of their text."""
    found = [_json(item) | {"summary": shorten(item.summary)} for item in items]
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return StaticFile(f"{url}items.json", text.encode() + b"\n")


PAGE = PageMaker("timeline", make)
