"""What a page of notes is about: a publication makes a note on a paper of it, another address a line at its top."""

from __future__ import annotations

import re
from collections.abc import Sequence

from builder.importers._frontmatter import Header
from builder.importers._types import Body, Piece
from builder.papers import OTHERS, is_paper, paper_id

_ADDRESS = re.compile(r"https?://[^\s<>()\"']+|arxiv:\s?\d{4}\.\d{4,5}", re.IGNORECASE)
_AUTHORS = re.compile(r"\s*[-*+]?\s*\**authors?\**\s*:\**\s*(.+)", re.IGNORECASE)
_YEAR = re.compile(r"\s*[-*+]?\s*\**(?:published|year|date)\b.*?\b((?:19|20)\d\d)\b", re.IGNORECASE)
_LINK = re.compile(r"\[[^\[\]]*\]\([^()\s]*\)")
_NOTHING_ELSE = re.compile(
    r"\W*(?:(?:paper|link|url|source|pdf|abs|abstract|doi|arxiv|publication|title)\W*){0,3}", re.IGNORECASE
)


def take_source(header: Header, body: Body, *, may_be_paper: bool) -> dict:
    """Front matter of a note on a paper, if the page names one; else an address is put above the text, and {} returned."""
    source, year = str(header.values.pop("source", "")), header.values.get("year")
    identity = paper_id(source)
    if may_be_paper and is_paper(identity) and not identity.startswith("isbn:"):
        scheme, _, name = identity.partition(":")
        return {scheme: name} | ({"year": year} if year else {}) | {"status": "noted"}
    if year:
        header.refuse("year", "no such key; kept in the source only")
    if re.fullmatch(r"https?://[^\s<>]+", source):
        body.pieces = [Piece(0, f"Source: <{source}>"), Piece(0, ""), *body.pieces]
    elif source:
        header.values["source"] = source
        header.refuse("source", "no address; kept in the source only")
    return {}


def described_paper(pieces: Sequence[Piece]) -> dict:
    """What the first lines of a text say of the paper that it is about; {} if they name none, or several."""
    head = _head(pieces)
    found = {paper_id(address.rstrip(".,;")) for line in head for address in _ADDRESS.findall(line)}
    papers = [identifier for identifier in found if is_paper(identifier)]
    if len(papers) != 1:
        return {}
    scheme, _, name = papers[0].partition(":")
    meta: dict = {scheme: name} if scheme in ("arxiv", "doi") else {}
    for line in head:
        if (authors := _AUTHORS.match(line)) and "](" not in line:
            meta["authors"] = _names(authors[1])
        if year := _YEAR.match(line):
            meta["year"] = int(year[1])
    return meta


def page_on_a_paper(pieces: Sequence[Piece]) -> dict:
    """As `described_paper`, for a whole page: one of its first lines must hold the address and nothing else."""
    alone = any(_is_address(line) for line in _head(pieces))
    paper = described_paper(pieces) if alone else {}
    return paper | {"status": "noted"} if paper else {}


def _names(text: str) -> list[str]:
    """The names of an enumeration; whoever is not named is `et al.`, as from BibTeX."""
    text = re.sub(r"\s*(?:,\s*|\band\s+)*\b(?:et al\b\.?|others)\s*$", f", {OTHERS}", text)
    return [" ".join(name.split()) for name in re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", text) if name.strip()]


def _head(pieces: Sequence[Piece]) -> list[str]:
    """The first eight lines that say something, down to the first heading."""
    texts = [piece.text for piece in pieces]
    end = next((n for n, text in enumerate(texts) if text.startswith("#")), len(texts))
    return [text for text in texts[:end] if text.strip()][:8]


def _is_address(line: str) -> bool:
    """Tell whether a line is the address of something, perhaps after a label; an item of a list needs one."""
    rest = _ADDRESS.sub("", _LINK.sub("", line))
    labelled = re.search(r"\w", rest) or not re.match(r"\s*(?:[-*+]|\d+[.)])\s", line)
    return bool(_ADDRESS.search(line) and labelled and _NOTHING_ELSE.fullmatch(rest))
