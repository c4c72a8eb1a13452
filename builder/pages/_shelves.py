"""Lists that grow for years: the newest on the first page, everything by year, and by month where a year is long.

No page of such a list grows with the log, and each but the newest stays as it is when an entry is added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from builder.model import Document, Page, TimelineItem
from builder.pages._activity import draw_year
from builder.pages._templates import month, once, plural, render_template

RECENT = 100  # entries on the first page of a list
LONG = 200  # entries beyond which a year is shown month by month


@dataclass(frozen=True, slots=True)
class Shelf:
    """A growing list: where its first page is, what it is called, its dated entries newest first.

    `noun` is what one of them is called; `mixed` if they are of several kinds, which is said then. The months of a year
    have pages of their own when the year is long, or always if `monthly`. `folder` keeps the years apart from entries that
    are called like one. `about` says what introduces a year, by its address.
    """

    url: str
    title: str
    items: Sequence[TimelineItem]
    noun: str = "entry"
    mixed: bool = False
    monthly: bool = False
    folder: str = ""
    about: Mapping[str, tuple[Document, str]] = field(default_factory=dict)  # the document, and its HTML

    def years(self) -> list[tuple[int, list[TimelineItem]]]:
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


def long_shelf(url: str, title: str, items: Sequence[TimelineItem], *, mixed: bool = False) -> Shelf | None:
    """The list of the dated ones of `items`, if they are more than the first page of a list shows."""
    dated = [item for item in items if item.date is not None]
    return Shelf(url, title, dated, mixed=mixed, folder="" if mixed else "all/") if len(dated) > RECENT else None


def by_month(items: Sequence[TimelineItem]) -> list[tuple[dt.date, list[TimelineItem]]]:
    """Group entries by month; the first day of a month stands for it."""
    return [(first, list(group)) for first, group in groupby(items, key=lambda item: item.date.replace(day=1))]


def make_shelf(shelf: Shelf) -> Iterator[Page]:
    """Make the pages of every year of a list, and of the months that have one."""
    years = shelf.years()
    shelf = replace(shelf, items=())  # a page is given what it shows
    for position, (year, items) in enumerate(years):
        beside = _at(years, position - 1), _at(years, position + 1)
        yield from once(shelf.year_url(year), _year_and_months, shelf, year, items, *beside)


def _at(groups: Sequence[tuple], position: int) -> Any:
    """What the group at a position is called; None if there is none."""
    return groups[position][0] if 0 <= position < len(groups) else None


def _year_and_months(
    shelf: Shelf, year: int, items: list[TimelineItem], newer: int | None, older: int | None
) -> list[Page]:
    months = by_month(items)
    apart = shelf.monthly or len(items) > LONG
    pages = [_year(shelf, year, months, newer=newer, older=older)]
    for place, (first, found) in enumerate(months) if apart else ():
        beside = _at(months, place - 1), _at(months, place + 1)
        pages.append(once(shelf.month_url(first), _month, shelf, first, found, *beside))
    return pages


def _year(shelf: Shelf, year: int, months: list, *, newer: int | None, older: int | None) -> Page:
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
        calendar=once(url, draw_year, year, [item.date for item in items]),
        months=[(first, found, shelf.month_url(first) if apart else "") for first, found in months],
        listed=len(items) <= LONG,
        newer=newer and (newer, shelf.year_url(newer)),
        older=older and (older, shelf.year_url(older)),
    )
    title = str(year) if shelf.title == "Log" else f"{shelf.title} {year}"
    if about is None:
        return Page(url, title, html, description=f"{plural(len(items), shelf.noun)} of {year}", search=False)
    return Page(url, about.title, html, description=about.summary[:200], source=about.source)


def _month(
    shelf: Shelf, first: dt.date, items: list[TimelineItem], newer: dt.date | None, older: dt.date | None
) -> Page:
    name = f"{month(first)} {first.year}"
    html = render_template(
        "month.html",
        url=shelf.month_url(first),
        shelf=shelf,
        name=name,
        year=first.year,
        items=items,
        newer=newer and (f"{month(newer)} {newer.year}", shelf.month_url(newer)),
        older=older and (f"{month(older)} {older.year}", shelf.month_url(older)),
    )
    described = f"{plural(len(items), shelf.noun)} of {name}"
    title = f"{shelf.title}: {name}"
    return Page(shelf.month_url(first), title, html, description=described, search=False, hide=("toc",))
