"""CSL-JSON, as Zotero and Pandoc write it, into the reading list: a note for every item."""

from __future__ import annotations

import re
from typing import Any

from builder.importers._papers import Publication
from builder.importers._types import Body, Draft, Importer, Page, Reading
from builder.jsontext import lines_of, read_json

_USED = {"id", "citation-key", "type", "title", "author", "editor", "issued", "container-title", "publisher", "DOI", "URL", "number",
         "archive", "abstract", "note", "keyword"}  # fmt: skip


def accepts(page: Page) -> bool:
    """JSON that is a list of items with a type and a title."""
    items = _items(page)
    return bool(items) and all("title" in item and ("type" in item or "id" in item) for item in items)


def read(page: Page) -> Reading:
    """Make a note of every item."""
    body = Body([])
    drafts: list[Draft] = []
    seen: dict[str, str] = {}
    body.metadata.update(number for number, line in enumerate(page.raw, start=1) if line.strip())
    items = _items(page)
    if not items:
        body.ask(0, "is this CSL-JSON? it has no list of items")
    for item in items:
        publication = _describe(item)
        if publication.identity in seen:
            reason = f"describes the same publication as '{seen[publication.identity]}'"
            body.dropped.update(dict.fromkeys(lines_of(item), reason))
            continue
        seen[publication.identity] = publication.key
        unused = {str(key): key for key in item if str(key) not in _USED}
        for name, key in unused.items():
            body.dropped.update(dict.fromkeys(lines_of({key: item[name]}), f"a paper note has no place for '{name}'"))
        drafts.append(publication.draft([]))
    kept = {line for item in items for key in item if str(key) in _USED for line in lines_of(key)}
    body.dropped = {
        line: reason for line, reason in body.dropped.items() if line not in kept or "same publication" in reason
    }
    body.metadata -= set(body.dropped)
    return body.reading(drafts)


def _items(page: Page) -> list[dict[str, Any]]:
    try:
        written = read_json(page.text)
    except ValueError:
        return []
    written = written.get("items", written) if isinstance(written, dict) else written
    items = written if isinstance(written, list) else [written]
    return items if all(isinstance(item, dict) for item in items) else []


def _describe(item: dict[str, Any]) -> Publication:
    title = _line(item.get("title"))
    people = item.get("author") or item.get("editor") or []
    note, number = _line(item.get("note")), _line(item.get("number"))
    arxiv = re.search(
        r"arxiv:\s*(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", f"{number} {note} {_line(item.get('archive'))}", re.IGNORECASE
    )
    return Publication(
        key=_line(item.get("citation-key") or item.get("id") or title),
        title=title,
        authors=tuple(name for person in people if isinstance(people, list) and (name := _name(person))),
        year=_year(item.get("issued")),
        venue=_line(item.get("container-title") or item.get("publisher")),
        eprint=arxiv[1] if arxiv else "",
        doi=_line(item.get("DOI")),
        url=_line(item.get("URL")),
        abstract=_line(item.get("abstract")),
        remark=note,
        tags=tuple(word for word in re.split(r"[,;]\s*", _line(item.get("keyword"))) if word),
    )


def _line(value: Any) -> str:
    return " ".join(re.sub(r"<[^<>]*>", "", str(value)).split()) if isinstance(value, str | int) else ""


def _name(person: Any) -> str:
    if not isinstance(person, dict):
        return _line(person)
    names = (person.get(part) for part in ("given", "non-dropping-particle", "family", "suffix"))
    return " ".join(_line(name) for name in names if name) or _line(person.get("literal"))


def _year(issued: Any) -> str:
    """The year of a CSL date: `{"date-parts": [[2017, 6]]}`, `{"raw": "2017-06"}`, `"2017"`."""
    if isinstance(issued, dict):
        parts = issued.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts else None
        issued = first[0] if isinstance(first, list) and first else issued.get("raw") or issued.get("literal")
    found = re.search(r"\b\d{4}\b", str(issued or ""))
    return found[0] if found else ""


IMPORTER = Importer("csl", accepts, read, suffixes=(".json",), order=10)
