"""The index of each kind of entry: `/log/`, `/papers/`, `/posts/`, `/notes/`, and whatever kinds there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from builder.kinds import KINDS, Kind
from builder.model import Document, Page, ReadingItem, TimelineItem
from builder.pages import PageMaker, Site
from builder.pages._shelves import RECENT, long_shelf, make_shelf
from builder.pages._templates import once, plural, render_template
from builder.pages.feeds import FEEDS
from builder.pages.years import log_shelf

LATEST = 20  # log entries on the log's index, which leads on to its years
ALWAYS = ("log", "paper", "post", "note")  # these have an index even when it is empty


def make(site: Site) -> Iterator[Page]:
    """Make one index per kind that has entries; the log's leads to its years, and so do others that are long."""
    for kind in KINDS.values():
        documents = site.of_kind(kind.name)
        if not documents and kind.name not in ALWAYS:
            continue
        yield from _index(site, kind, documents)


def _index(site: Site, kind: Kind, documents: Sequence[Document]) -> Iterator[Page]:
    items, is_log = [site.library.items[document.url] for document in documents], kind.name == "log"
    shelf = log_shelf(site) if is_log else long_shelf(kind.index_url, kind.plural, items)
    recent = items if shelf is None else [*shelf.items[:RECENT], *(item for item in items if item.date is None)]
    recent = recent[:LATEST] if is_log else recent
    readings = {item.url: _listed(site.reading_of(site.by_url[item.url])) for item in recent}
    years = shelf.counted_years() if shelf else []
    yield once(kind.index_url, _first_page, kind, len(items), years, recent, readings)
    if shelf and not is_log:
        yield from make_shelf(shelf)


def _first_page(kind: Kind, count: int, years: list, recent: list[TimelineItem], readings: dict) -> Page:
    html = render_template(
        "index.html",
        url=kind.index_url,
        kind=kind,
        count=count,
        years=years,
        groups=[("Latest", recent)] if kind.name == "log" and recent else _groups(recent),
        readings=readings,
        has_feed=kind.name in FEEDS,
    )
    return Page(kind.index_url, kind.plural, html, description=plural(count, "entry"))


def _listed(item: ReadingItem | None) -> ReadingItem | None:
    """What an index shows of a paper: not where the log speaks of it."""
    return item and replace(item, mentions=(), note=None)


def _groups(items: Sequence[TimelineItem]) -> list[tuple[str, list[TimelineItem]]]:
    """Dated entries by year, the undated ones by title."""
    dated = [item for item in items if item.date is not None]
    undated = sorted((i for i in items if i.date is None), key=lambda i: (i.title.casefold(), i.url))
    groups = [(str(year), list(group)) for year, group in groupby(dated, key=lambda i: i.date.year)]
    return groups + ([("Undated" if dated else "All", undated)] if undated else [])


PAGE = PageMaker("indexes", make)
