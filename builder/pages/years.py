"""The log by year, and long years by month: `/log/2026/`."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from builder.model import Document, Page
from builder.pages import PageMaker, Site
from builder.pages._body import render_body
from builder.pages._shelves import Shelf, make_shelf
from builder.pages.demo_block import render_call


def make(site: Site) -> Iterator[Page]:
    """Make a page for every year that has log entries."""
    return make_shelf(log_shelf(site))


def log_shelf(site: Site) -> Shelf:
    """The log's entries, newest first."""
    return Shelf(
        "log/",
        "Log",
        [site.library.items[document.url] for document in site.of_kind("log") if document.date is not None],
        "log entry",
        about={url: (document, _introduction(site, document)) for url, document in site.library.years.items()},
    )


def _introduction(site: Site, document: Document) -> Markup:
    """What stands above the first date in the file of a year."""
    return Markup(render_body(site, document, demo=lambda call: render_call(site, document, call)))


PAGE = PageMaker("years", make)
