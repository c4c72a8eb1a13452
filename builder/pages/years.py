"""The log by year, and long years by month: `/log/2026/`."""

from __future__ import annotations

from collections.abc import Iterator

from builder.model import Page
from builder.pages import PageMaker, Site
from builder.pages._shelves import Shelf, make_shelf


def make(site: Site) -> Iterator[Page]:
    """Make a page for every year that has log entries."""
    return make_shelf(log_shelf(site))


def log_shelf(site: Site) -> Shelf:
    """The log's entries, newest first."""
    return Shelf(
        "log/", "Log", [document for document in site.of_kind("log") if document.date is not None], "log entry"
    )


PAGE = PageMaker("years", make)
