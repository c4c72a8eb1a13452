"""The index of each kind of entry: `/log/`, `/papers/`, `/posts/`, `/notes/`, and whatever kinds there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from builder.kinds import KINDS
from builder.model import Document, Page
from builder.pages import PageMaker, Site
from builder.pages._templates import plural, render_template
from builder.pages.feeds import FEEDS
from builder.pages.years import entries_by_year, year_url

RECENT = 20
ALWAYS = ("log", "paper", "post", "note")  # these have an index even when it is empty


def make(site: Site) -> Iterator[Page]:
    """Make one index per kind that has entries; the log's lists its years, the others everything."""
    for kind in KINDS.values():
        documents = site.of_kind(kind.name)
        if not documents and kind.name not in ALWAYS:
            continue
        is_log = kind.name == "log"
        html = render_template(
            "index.html",
            url=kind.index_url,
            kind=kind,
            count=len(documents),
            years=[(year, year_url(year), len(group)) for year, group in entries_by_year(site)] if is_log else [],
            groups=[("Latest", list(documents[:RECENT]))] if is_log and documents else _groups(documents),
            readings={document.url: site.reading_of(document) for document in documents},
            has_feed=kind.name in FEEDS,
        )
        yield Page(kind.index_url, kind.plural, html, description=plural(len(documents), "entry"))


def _groups(documents: tuple[Document, ...]) -> list[tuple[str, list[Document]]]:
    """Dated documents by year, the undated ones by title."""
    dated = [document for document in documents if document.date is not None]
    undated = sorted((d for d in documents if d.date is None), key=lambda d: (d.title.casefold(), d.url))
    groups = [(str(year), list(group)) for year, group in groupby(dated, key=lambda d: d.date.year)]
    return groups + ([("Undated" if dated else "All", undated)] if undated else [])


PAGE = PageMaker("indexes", make)
