"""The reading list: a table, `reading.json` and `references.bib`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from builder.model import Json, Page, ReadingItem, StaticFile
from builder.pages import PageMaker, Site
from builder.pages._bibtex import bibkey, to_bibtex
from builder.pages._json import one_a_line
from builder.pages._templates import render_template

URL = "reading/"
RECENT = 200  # rows on the first page
MENTIONS = 12  # places that a row names, the latest

Row = tuple[ReadingItem, str, str]  # with the first and the last day on which it was mentioned


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make the page and its two machine-readable forms, in the order of the reading list; a long one has years as well."""
    items = site.library.reading_list
    rows = [(item, *_dates(item)) for item in items]
    years = _by_year(rows) if len(rows) > RECENT else []
    html = _render(URL, rows[:RECENT], items, more=[(name, f"{URL}{name}/", len(found)) for name, found in years])
    yield Page(URL, "Reading list", html, description="What I read, am reading and want to read", hide=("toc",))
    for name, found in years:
        html = _render(f"{URL}{name}/", found, [item for item, _, _ in found], group=name)
        yield Page(f"{URL}{name}/", f"Reading list: {name}", html, search=False, hide=("toc",))
    yield StaticFile("reading.json", one_a_line(_json(item) for item in items))
    unique = {bibkey(item): item for item in reversed(items)}
    entries = [to_bibtex(unique[key]) for key in sorted(unique)]
    yield StaticFile("references.bib", "\n\n".join([*entries, ""]).encode())


def _render(
    url: str, rows: list[Row], items: Sequence[ReadingItem], *, more: Sequence[tuple] = (), group: str = ""
) -> str:
    """The table of some rows; `items` are those that can be filtered, `more` the pages on which the rest of them are."""
    statuses = Counter(item.status for item in items)
    return render_template(
        "reading.html",
        url=url,
        rows=rows,
        more=more,
        group=group,
        statuses=sorted(statuses),
        summary=", ".join(f"{count} {status.replace('-', ' ')}" for status, count in statuses.most_common()),
        total=len(items),
        most_mentions=MENTIONS,
    )


def _by_year(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by the year of their last mention, newest first; those without one at the end."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[2][:4] or "undated", []).append(row)
    return sorted(found.items(), key=lambda group: (group[0].isdigit(), group[0]), reverse=True)


def _dates(item: ReadingItem) -> tuple[str, str]:
    """The first and the last day on which an item was mentioned, as ISO dates."""
    dates = sorted(mention.document.date.isoformat() for mention in item.mentions if mention.document.date)
    return (dates[0], dates[-1]) if dates else ("", "")


def _json(item: ReadingItem) -> Json:
    first, last = _dates(item)
    return {
        "id": item.id,
        "title": item.title,
        "authors": list(item.authors),
        "year": item.year,
        "url": item.url,
        "status": item.status,
        "rating": item.rating,
        "first_mentioned": first or None,
        "last_mentioned": last or None,
        "mentioned_in": [
            {
                "url": mention.document.url,
                "title": mention.document.title,
                "date": mention.document.date.isoformat() if mention.document.date else None,
            }
            for mention in item.mentions
        ],
        "note": item.note.url if item.note is not None else None,
    }


PAGE = PageMaker("reading", make)
