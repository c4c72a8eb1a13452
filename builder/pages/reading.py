"""The reading list: a table, `reading.json` and `references.bib`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from builder.model import Json, Page, ReadingItem, StaticFile
from builder.pages import PageMaker, Site
from builder.pages._bibtex import bibkey, to_bibtex
from builder.pages._templates import render_template

URL = "reading/"


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make the page and its two machine-readable forms, in the order of the reading list."""
    items = site.library.reading_list
    statuses = Counter(item.status for item in items)
    html = render_template(
        "reading.html",
        url=URL,
        rows=[(item, *_dates(item)) for item in items],
        statuses=sorted(statuses),
        summary=", ".join(f"{count} {status.replace('-', ' ')}" for status, count in statuses.most_common()),
        total=len(items),
    )
    yield Page(URL, "Reading list", html, description="What I read, am reading and want to read", hide=("toc",))
    yield StaticFile(
        "reading.json", json.dumps([_json(i) for i in items], ensure_ascii=False, indent=1).encode() + b"\n"
    )
    unique = {bibkey(item): item for item in reversed(items)}
    entries = [to_bibtex(unique[key]) for key in sorted(unique)]
    yield StaticFile("references.bib", "\n\n".join([*entries, ""]).encode())


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
