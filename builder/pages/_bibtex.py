"""A paper of the reading list as BibTeX."""

from __future__ import annotations

import re

from builder.model import ReadingItem
from builder.papers import OTHERS

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces even behind a backslash: one alone would swallow the entries after it
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def to_bibtex(item: ReadingItem) -> str:
    """Write one entry, `@misc{key, …}`; fields that are not known are left out."""
    fields = {
        "title": f"{{{_escape(item.title)}}}",
        "author": " and ".join("others" if author == OTHERS else _escape(author) for author in item.authors),
        "year": str(item.year or ""),
        "howpublished": _escape(item.venue),
        "eprint": item.id.removeprefix("arxiv:") if item.id.startswith("arxiv:") else "",
        "archiveprefix": "arXiv" if item.id.startswith("arxiv:") else "",
        "doi": item.id.removeprefix("doi:") if item.id.startswith("doi:") else "",
        "isbn": item.id.removeprefix("isbn:") if item.id.startswith("isbn:") else "",
        "url": re.sub(r"[\s{}\\]", "", item.url),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{bibkey(item)},", *lines, "}"])


def bibkey(item: ReadingItem) -> str:
    """The key of an item's entry: as typed, else made from its id."""
    return re.sub(r"[^A-Za-z0-9_:.+/-]+", "-", item.bibkey or item.id).strip("-") or "item"


def _escape(text: str) -> str:
    """Escape what TeX would read as a command; every letter of other scripts stays."""
    escaped = "".join(_SPECIAL.get(char, char) for char in text)
    return re.sub(r"([#$%&_])", r"\\\1", escaped)
