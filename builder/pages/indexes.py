"""The index of each kind of entry: `/log/`, `/papers/`, `/posts/`, `/notes/`, and whatever kinds there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from builder.kinds import KINDS
from builder.model import Document, Page
from builder.pages import PageMaker, Site
from builder.pages._shelves import RECENT, long_shelf, make_shelf
from builder.pages._templates import plural, render_template
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
        is_log = kind.name == "log"
        shelf = log_shelf(site) if is_log else long_shelf(kind.index_url, kind.plural, documents)
        recent = documents if shelf is None else [*shelf.items[:RECENT], *(d for d in documents if d.date is None)]
        html = render_template(
            "index.html",
            url=kind.index_url,
            kind=kind,
            count=len(documents),
            years=shelf.counted_years() if shelf else [],
            groups=[("Latest", recent[:LATEST])] if is_log and documents else _groups(recent),
            readings={document.url: site.reading_of(document) for document in recent},
            has_feed=kind.name in FEEDS,
        )
        yield Page(kind.index_url, kind.plural, html, description=plural(len(documents), "entry"))
        if shelf and not is_log:
            yield from make_shelf(shelf)


def _groups(documents: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """Dated documents by year, the undated ones by title."""
    dated = [document for document in documents if document.date is not None]
    undated = sorted((d for d in documents if d.date is None), key=lambda d: (d.title.casefold(), d.url))
    groups = [(str(year), list(group)) for year, group in groupby(dated, key=lambda d: d.date.year)]
    return groups + ([("Undated" if dated else "All", undated)] if undated else [])


PAGE = PageMaker("indexes", make)
