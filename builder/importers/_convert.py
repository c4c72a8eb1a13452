"""A page on its way into drafts: front matter read, marks of the old generator turned into Markdown."""

from __future__ import annotations

import re

from builder.importers import _attributes, _containers, _formulas, _liquid, _markup, _shortcodes, _vault
from builder.importers._blockrefs import wanted_marks
from builder.importers._frontmatter import Header, read_header
from builder.importers._types import Body, Page, Piece

_GENERIC = ("readme", "index", "_index", "untitled", "notes", "note", "main")


def open_page(page: Page) -> tuple[Header, Body]:
    """The front matter of a page and its converted lines; what happened to lines is in the body."""
    header = read_header(page)
    numbered = enumerate(page.lines, start=1)
    pieces = [Piece(n if page.raw[n - 1].strip() else 0, text) for n, text in numbered if n > header.end]
    body = Body(pieces, dropped=dict(header.dropped), warnings=[*header.warnings], questions=[*header.questions])
    if page.site.flavour not in ("obsidian", "logseq"):
        _liquid.convert(body, page, header.values.get("title", ""))
        _shortcodes.convert(body)
    elif page.site.flavour == "obsidian":
        _vault.convert(body, wanted_marks(page.site.root))
    _attributes.convert(body)
    _containers.convert(body)
    _formulas.convert(body, kramdown=page.site.flavour == "jekyll")
    _markup.convert(body)
    return header, body


def close(header: Header, body: Body) -> None:
    """Enter what became of the front matter's lines, once its last key is decided."""
    body.metadata |= header.metadata
    body.dropped |= header.dropped


def name_title(page: Page, stem: str) -> str:
    """A title from a file's name, or from its folder's where the name says nothing."""
    words = re.sub(r"[-_]+", " ", stem).strip()
    if words.lower() in _GENERIC or not words:
        words = re.sub(r"[-_]+", " ", page.path.resolve().parent.name).strip() or words or "Notes"
    return words[:1].upper() + words[1:]


def is_generic(stem: str) -> bool:
    """Tell a file's name that says nothing, such as README."""
    return stem.lower() in _GENERIC
