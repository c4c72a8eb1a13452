"""BibTeX into the reading list: a note for every entry, with the entry as it was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from pybtex.database import Entry, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from builder.bibliography import author_name
from builder.importers._papers import Publication
from builder.importers._types import Body, Draft, Importer, Page, Piece, Reading

_KEY = re.compile(r"\s*@\w+\s*[{(]\s*([^\s,]+)\s*,")
_INHERITED = ("year", "date", "publisher", "booktitle", "editor", "journal", "series")
_LINKED = re.compile(r"(https?://[^\s{}\\]+)")
_STYLED = re.compile(r"\\(?:text(?:it|bf|sc|tt|rm|sf|sl|up|md)?|emph|mbox|uppercase|url|href\{[^{}]*\})\s*\{([^{}]*)\}")
_MARKS = {"d": "\u0323", "b": "\u0331", "r": "\u030a", "k": "\u0328", "G": "\u030f"}
_ACCENT = re.compile(r"\\([dbrkG])\s*\{(\w)\}")  # those that pybtex leaves
_OPENING = re.compile(r"^[ \t]*@(\w+)\s*[{(]", re.MULTILINE)


def accepts(page: Page) -> bool:
    """Any BibTeX file."""
    return True


def read(page: Page) -> Reading:
    """Make a note of every entry; one that cannot be read is a question."""
    body = Body([])
    drafts: list[Draft] = []
    seen: dict[str, str] = {}
    chunks = list(_chunks(page.text))
    macros = "".join(text for _, kind, text in chunks if kind == "string")
    parents = {key[1].lower(): text for _, _, text in chunks if (key := _KEY.match(text))}
    for first, kind, text in chunks:
        lines = [n for n in range(first, first + text.count("\n") + 1) if page.raw[n - 1].strip()]
        if kind in ("string", "preamble"):
            body.metadata.update(lines)
        elif kind in ("", "comment"):
            body.dropped.update(dict.fromkeys(lines, "outside any entry, a comment to BibTeX"))
        else:
            publication = _publication(macros, text, parents)
            if publication is None:
                body.dropped.update(dict.fromkeys(lines, "an entry that BibTeX cannot read"))
                body.ask(first, "this entry cannot be read as BibTeX: are its braces and commas right?")
            elif publication.identity in seen:
                body.dropped.update(
                    dict.fromkeys(lines, f"describes the same publication as '{seen[publication.identity]}'")
                )
            else:
                seen[publication.identity] = publication.key
                drafts.append(publication.draft(_fence(page, first, text)))
    return body.reading(drafts)


def _fence(page: Page, first: int, text: str) -> Iterator[Piece]:
    yield Piece(0, "```bibtex")
    for number, line in enumerate(text.split("\n"), start=first):
        yield Piece(number if page.raw[number - 1].strip() else 0, line)
    yield Piece(0, "```")


def _chunks(text: str) -> Iterator[tuple[int, str, str]]:
    """The file in pieces of whole lines: first line, kind (empty between entries), text."""
    lines = text.split("\n") if text else []
    number = 0
    while number < len(lines):
        opening = _OPENING.match(lines[number])
        start, depth = number, 0
        while number < len(lines):
            depth += _depth(lines[number])
            number += 1
            closed = depth <= 0 if opening else True
            if closed or (
                number < len(lines) and _OPENING.match(lines[number]) and depth > 0 and not lines[number - 1].strip()
            ):
                break
        yield start + 1, opening[1].lower() if opening else "", "\n".join(lines[start:number])


def _depth(line: str) -> int:
    plain = re.sub(r"\\[{}]", "", line)
    return plain.count("{") + plain.count("(") * bool(_OPENING.match(plain) and "{" not in plain) - plain.count("}")


def _publication(macros: str, text: str, parents: Mapping[str, str]) -> Publication | None:
    """The entry in a piece of the file, with what it takes over from the entry that it refers to."""
    entry = _parse(macros, text)
    if entry is None:
        return None
    above = _parse(macros, parents.get(entry.fields.get("crossref", "").lower(), ""))
    inherited = {name: value for name, value in above.fields.items() if name in _INHERITED} if above else {}
    if above and "title" in above.fields:
        inherited["booktitle"] = above.fields["title"]
    for name, value in inherited.items():
        entry.fields.setdefault(name, value)
    return _describe(entry.key, entry)


def _parse(macros: str, text: str) -> Entry | None:
    try:
        entries = parse_string(f"{macros}\n{text}", "bibtex").entries
    except (PybtexError, ValueError, RecursionError):
        return None
    return next(iter(entries.values()), None)


def _describe(key: str, entry: Entry) -> Publication:
    fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    is_arxiv = (
        "arxiv" in (fields.get("archiveprefix", "") + fields.get("eprinttype", "") + fields.get("journal", "")).lower()
    )
    number = re.search(
        r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}",
        fields.get("eprint", "") or (fields.get("journal", "") if is_arxiv else ""),
    )
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    words = re.split(r"[,;]\s*", fields.get("keywords", ""))
    return Publication(
        key=key,
        title=fields.get("title", ""),
        authors=tuple(name for person in people if (name := author_name(person, _plain))),
        year=fields.get("year", "") or fields.get("date", "")[:4],
        venue=fields.get("booktitle")
        or fields.get("journal")
        or fields.get("journaltitle")
        or fields.get("publisher")
        or "",
        eprint=number[0] if number else "",
        doi=re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", fields.get("doi", ""), flags=re.IGNORECASE),
        url=fields.get("url")
        or (linked[1] if (linked := _LINKED.search(entry.fields.get("howpublished", ""))) else ""),
        abstract=fields.get("abstract", ""),
        remark=fields.get("annote", "") or fields.get("note", ""),
        tags=tuple(word for word in words if word),
    )


def _plain(latex: str) -> str:
    """LaTeX as plain text on one line; what cannot be read stays as it is, without its braces."""
    for _ in range(latex.count("\\")):
        bare = _STYLED.sub(r"\1", latex)
        if bare == latex:
            break
        latex = bare
    latex = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", f"{m[2]}{_MARKS[m[1]]}"), latex)
    try:
        text = str(Text.from_latex(latex))
    except (PybtexError, ValueError, KeyError):
        text = re.sub(r"[{}]", "", latex)
    return " ".join(text.split())


IMPORTER = Importer("bibtex", accepts, read, suffixes=(".bib",), order=10)
