"""What a page of notes is about: a publication makes a note on a paper of it, another address a line at its top."""

from __future__ import annotations

import re

from builder.importers._frontmatter import Header
from builder.importers._types import Body, Piece
from builder.papers import is_paper, paper_id


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
