"""The reading list: a table, `reading.json` and `references.bib`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from builder.model import Page, ReadingItem, StaticFile
from builder.pages import PageMaker, Site
from builder.pages._bibtex import bibkey, to_bibtex
from builder.pages._json import as_line, one_a_line
from builder.pages._templates import once, render_template

URL = "reading/"
RECENT = 200  # rows on the first page
MENTIONS = 12  # places that a row names, the latest


@dataclass(frozen=True, slots=True)
class Row:
    """What the list shows of one thing to read: not who mentions it how, which changes with every text."""

    item: ReadingItem  # without mentions and note
    note: str  # the address of the note, if there is one
    mentions: tuple[tuple[str, str, str], ...]  # address, title and ISO date of each entry, first mention first

    @property
    def first(self) -> str:
        """The first day on which it was mentioned, as ISO date; empty if there is none."""
        return min(self._days, default="")

    @property
    def last(self) -> str:
        """The last day on which it was mentioned."""
        return max(self._days, default="")

    @property
    def _days(self) -> list[str]:
        return [day for _, _, day in self.mentions if day]


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make the page and its two machine-readable forms, in the order of the reading list; a long one has years as well."""
    rows = [_row(item) for item in site.library.reading_list]
    years = _by_year(rows) if len(rows) > RECENT else []
    more = [(name, f"{URL}{name}/", len(found)) for name, found in years]
    yield once(URL, _page, URL, "", rows[:RECENT], _statuses(rows), more)
    for name, found in years:
        yield once(name, _page, f"{URL}{name}/", name, found, _statuses(found), [])
    yield StaticFile("reading.json", one_a_line(once(row.item.id, _line, row) for row in rows))
    unique = {bibkey(row.item): row.item for row in reversed(rows)}
    entries = [once(key, to_bibtex, unique[key]) for key in sorted(unique)]
    yield StaticFile("references.bib", "\n\n".join([*entries, ""]).encode())


def _row(item: ReadingItem) -> Row:
    mentions = ((m.document.url, m.document.title, m.document.date) for m in item.mentions)
    return Row(
        replace(item, mentions=(), note=None),
        item.note.url if item.note is not None else "",
        tuple((url, title, date.isoformat() if date else "") for url, title, date in mentions),
    )


def _statuses(rows: list[Row]) -> list[tuple[str, int]]:
    """How many have which status, the most frequent first."""
    return Counter(row.item.status for row in rows).most_common()


def _page(url: str, group: str, rows: list[Row], statuses: list[tuple[str, int]], more: list) -> Page:
    """The table of some rows; `statuses` are those that can be filtered, `more` the pages on which the rest of them are."""
    html = render_template(
        "reading.html",
        url=url,
        rows=rows,
        more=more,
        group=group,
        statuses=sorted(status for status, _ in statuses),
        summary=", ".join(f"{count} {status.replace('-', ' ')}" for status, count in statuses),
        total=sum(count for _, count in statuses),
        most_mentions=MENTIONS,
    )
    if group:
        return Page(url, f"Reading list: {group}", html, search=False, hide=("toc",))
    return Page(url, "Reading list", html, description="What I read, am reading and want to read", hide=("toc",))


def _by_year(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by the year of their last mention, newest first; those without one at the end."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.last[:4] or "undated", []).append(row)
    return sorted(found.items(), key=lambda group: (group[0].isdigit(), group[0]), reverse=True)


def _line(row: Row) -> str:
    """An item of `reading.json`."""
    item = row.item
    plain = {
        "id": item.id,
        "title": item.title,
        "authors": list(item.authors),
        "year": item.year,
        "url": item.url,
        "status": item.status,
        "rating": item.rating,
        "first_mentioned": row.first or None,
        "last_mentioned": row.last or None,
        "mentioned_in": [{"url": url, "title": title, "date": day or None} for url, title, day in row.mentions],
        "note": row.note or None,
    }
    return as_line(plain)


PAGE = PageMaker("reading", make)
