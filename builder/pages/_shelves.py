"""Lists that grow for years: the newest on the first page, everything by year, and by month where a year is long.

No page of such a list grows with the log, and each but the newest stays as it is when an entry is added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

from builder.model import Document, Page
from builder.pages._activity import draw_year
from builder.pages._templates import month, plural, render_template

RECENT = 100  # entries on the first page of a list
LONG = 200  # entries beyond which a year is shown month by month


class Dated(Protocol):
    """What a list has in it: an entry, or an item of the timeline."""

    date: dt.date | None
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A growing list: where its first page is, what it is called, its dated entries newest first.

    `noun` is what one of them is called; `mixed` if they are of several kinds, which is said then. The months of a year
    have pages of their own when the year is long, or always if `monthly`. `folder` keeps the years apart from entries that
    are called like one. `about` says what introduces a year, by its address.
    """

    url: str
    title: str
    items: Sequence[Dated]
    noun: str = "entry"
    mixed: bool = False
    monthly: bool = False
    folder: str = ""
    about: Mapping[str, tuple[Document, str]] = field(default_factory=dict)  # the document, and its HTML

    def years(self) -> list[tuple[int, list[Dated]]]:
        """The entries by year, newest first."""
        return [(year, list(group)) for year, group in groupby(self.items, key=lambda item: item.date.year)]

    def year_url(self, year: int) -> str:
        """The address of a year's page."""
        return f"{self.url}{self.folder}{year}/"

    def month_url(self, first: dt.date) -> str:
        """The address of the page of the month that begins with `first`."""
        return f"{self.year_url(first.year)}{first.month:02d}/"

    def counted_years(self) -> list[tuple[int, str, int]]:
        """Every year with its address and how much it has, newest first."""
        return [(year, self.year_url(year), len(items)) for year, items in self.years()]


def long_shelf(url: str, title: str, documents: Sequence[Document], *, mixed: bool = False) -> Shelf | None:
    """The list of the dated ones of `documents`, if they are more than the first page of a list shows."""
    dated = [document for document in documents if document.date is not None]
    return Shelf(url, title, dated, mixed=mixed, folder="" if mixed else "all/") if len(dated) > RECENT else None


def by_month(items: Sequence[Dated]) -> list[tuple[dt.date, list[Dated]]]:
    """Group entries by month; the first day of a month stands for it."""
    return [(first, list(group)) for first, group in groupby(items, key=lambda item: item.date.replace(day=1))]


def make_shelf(shelf: Shelf) -> Iterator[Page]:
    """Make the pages of every year of a list, and of the months that have one."""
    years = shelf.years()
    shelf = replace(
        shelf, items=()
    )  # a page is given what it shows, and stays as it is when the rest of the list changes
    for position, (year, items) in enumerate(years):
        months = by_month(items)
        apart = shelf.monthly or len(items) > LONG
        yield _year(shelf, year, months, newer=_at(years, position - 1), older=_at(years, position + 1))
        for place, (first, found) in enumerate(months) if apart else ():
            yield _month(shelf, first, found, newer=_at(months, place - 1), older=_at(months, place + 1))


def _at(groups: Sequence[tuple], position: int) -> tuple | None:
    return groups[position] if 0 <= position < len(groups) else None


def _year(shelf: Shelf, year: int, months: list, *, newer: tuple | None, older: tuple | None) -> Page:
    url, items = shelf.year_url(year), [item for _, found in months for item in found]
    apart = shelf.monthly or len(items) > LONG
    about, introduction = shelf.about.get(url, (None, ""))
    html = render_template(
        "year.html",
        url=url,
        shelf=shelf,
        year=year,
        title=about.title if about else year,
        introduction=introduction,
        count=len(items),
        calendar=draw_year(year, [item.date for item in items]),
        months=[(first, found, shelf.month_url(first) if apart else "") for first, found in months],
        listed=len(items) <= LONG,
        newer=newer and (newer[0], shelf.year_url(newer[0])),
        older=older and (older[0], shelf.year_url(older[0])),
    )
    title = str(year) if shelf.title == "Log" else f"{shelf.title} {year}"
    if about is None:
        return Page(url, title, html, description=f"{plural(len(items), shelf.noun)} of {year}", search=False)
    return Page(url, about.title, html, description=about.summary[:200], source=about.source)


def _month(shelf: Shelf, first: dt.date, items: list, *, newer: tuple | None, older: tuple | None) -> Page:
    name = f"{month(first)} {first.year}"
    html = render_template(
        "month.html",
        url=shelf.month_url(first),
        shelf=shelf,
        name=name,
        year=first.year,
        items=items,
        newer=newer and (f"{month(newer[0])} {newer[0].year}", shelf.month_url(newer[0])),
        older=older and (f"{month(older[0])} {older[0].year}", shelf.month_url(older[0])),
    )
    described = f"{plural(len(items), shelf.noun)} of {name}"
    title = f"{shelf.title}: {name}"
    return Page(shelf.month_url(first), title, html, description=described, search=False, hide=("toc",))
