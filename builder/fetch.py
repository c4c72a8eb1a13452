"""Asking arXiv what the papers are called that entries link to, and writing the answers into the log.

The only part of studylog that goes to the network by itself, and only when told to. What it learns becomes BibTeX in
`content/references.bib`: a file like any other, read at each build, which an author may correct.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from builder import __version__
from builder.errors import BuilderError, Problem, Source
from builder.model import ReadingItem
from builder.pages._bibtex import to_bibtex
from builder.papers import paper_id
from builder.urls import slugify

FILE = "content/references.bib"
API = "https://export.arxiv.org/api/query"
BATCH = 100
PAUSE_SECONDS = 3.0  # between requests, as arXiv asks
TIMEOUT_SECONDS = 30.0
_ATOM = "{http://www.w3.org/2005/Atom}"

Ask = Callable[[str], bytes]  # address -> answer; raises OSError


@dataclass(frozen=True, slots=True)
class Learned:
    """What arXiv says of a paper; the year is that of its first version."""

    title: str
    authors: tuple[str, ...]
    year: int


def unknown_papers(items: Iterable[ReadingItem]) -> tuple[ReadingItem, ...]:
    """The papers on arXiv whose authors nobody has said yet."""
    return tuple(item for item in items if item.id.startswith("arxiv:") and not item.authors)


def fetch_papers(items: Iterable[ReadingItem], *, ask: Ask | None = None) -> tuple[ReadingItem, ...]:
    """Ask arXiv about papers; those it knows come back with title, authors and year.

    Raises: BuilderError if arXiv does not answer, or not as it should.
    """
    items = tuple(items)
    learned: dict[str, Learned] = {}
    for start in range(0, len(items), BATCH):
        if start:
            time.sleep(PAUSE_SECONDS)
        ids = ",".join(item.id.removeprefix("arxiv:") for item in items[start : start + BATCH])
        address = f"{API}?max_results={BATCH}&id_list={ids}"
        try:
            learned |= _read_answer((ask or _ask)(address))
        except (OSError, ET.ParseError, ValueError) as error:
            message = f"arXiv did not answer as it should: {error}"
            raise BuilderError(
                Problem(Source(FILE), "arxiv", message, "try again later; nothing was written")
            ) from None
    return tuple(_told(item, learned[item.id]) for item in items if item.id in learned)


def write_references(root: Path, items: Iterable[ReadingItem], *, taken: Iterable[str]) -> None:
    """Append papers to the log's BibTeX file, under keys such as `vaswani-2017`; `taken` are keys that are in use."""
    path, used, entries = root / FILE, set(taken), []
    for item in items:
        key = next(key for key in _keys(item) if key not in used)
        used.add(key)
        entries.append(to_bibtex(replace(item, bibkey=key)))
    before = path.read_text(encoding="utf-8").rstrip() + "\n\n" if path.is_file() else ""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(before + "\n\n".join(entries) + "\n", encoding="utf-8")
    temporary.replace(path)


def _ask(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"User-Agent": f"studylog/{__version__}"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.read()
    except urllib.error.URLError as error:
        raise OSError(str(error.reason)) from None


def _read_answer(answer: bytes) -> Mapping[str, Learned]:
    """What an Atom feed of arXiv says, by identifier; entries about errors have no author."""
    found = {}
    for entry in ET.fromstring(answer).iter(f"{_ATOM}entry"):
        identifier = paper_id(entry.findtext(f"{_ATOM}id", ""))
        authors = [_line(name.text) for name in entry.iter(f"{_ATOM}name")]
        if identifier.startswith("arxiv:") and authors:
            year = int(entry.findtext(f"{_ATOM}published", "")[:4])
            found[identifier] = Learned(_line(entry.findtext(f"{_ATOM}title")), tuple(authors), year)
    return found


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _told(item: ReadingItem, learned: Learned) -> ReadingItem:
    return replace(item, title=learned.title, authors=learned.authors, year=learned.year)


def _keys(item: ReadingItem) -> Iterator[str]:
    """Keys for a paper, best first: `vaswani-2017`, `vaswani-2017b` …"""
    name = f"{slugify(item.authors[0].split()[-1]) or 'paper'}-{item.year}"
    yield name
    yield from (f"{name}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")
    yield slugify(item.id)
