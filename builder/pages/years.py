"""The log by year: `/log/2026/`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from builder.model import Document, Page
from builder.pages import PageMaker, Site
from builder.pages._templates import plural, render_template


def make(site: Site) -> Iterator[Page]:
    """Make a page for every year that has log entries."""
    years = entries_by_year(site)
    for position, (year, documents) in enumerate(years):
        months = [list(group) for _, group in groupby(documents, key=lambda document: document.date.month)]
        html = render_template(
            "year.html",
            url=year_url(year),
            year=year,
            count=len(documents),
            months=[(group[0].date, group) for group in months],
            newer=years[position - 1][0] if position else None,
            older=years[position + 1][0] if position + 1 < len(years) else None,
            year_url=year_url,
        )
        yield Page(year_url(year), str(year), html, description=f"{plural(len(documents), 'log entry')} of {year}")


def year_url(year: int) -> str:
    """The address of a year's page."""
    return f"log/{year}/"


def entries_by_year(site: Site) -> list[tuple[int, list[Document]]]:
    """The log's entries, newest first, grouped by year."""
    dated = [document for document in site.of_kind("log") if document.date is not None]
    return [(year, list(group)) for year, group in groupby(dated, key=lambda document: document.date.year)]


PAGE = PageMaker("years", make)
