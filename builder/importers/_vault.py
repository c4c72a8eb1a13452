"""What Obsidian and Logseq write beyond Markdown: comments, highlights, fields, block marks, tags."""

from __future__ import annotations

import re

from builder.importers._blocks import code_lines
from builder.importers._liquid import outside_code
from builder.importers._types import Body, Piece
from builder.urls import slugify

_TAG = re.compile(r"(?<![\w/&#\](\[])#([^\W\d_][\w/-]*|\d+[^\W\d_][\w/-]*)(?![\w(\[])")
_TAGS_ONLY = re.compile(r"\s*(?:tags?:\s*)?(?:#[\w/-]+[\s,]*)+", re.IGNORECASE)
_FIELD = re.compile(r"^(\s*(?:[-*+]\s+)?)([^\W\d_][\w /-]{0,40})::\s+(\S.*)$")
_INLINE_FIELD = re.compile(r"[\[(]([^\W\d_][\w -]{0,40})::\s*([^\[\]()]+)[\])]")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+?)(?<=\S)==")
_BLOCK_ID = re.compile(r"\s+\^[A-Za-z0-9-]+\s*$")
_LINKED = re.compile(r"\[\[[^\[\]\n]*\]\]|\]\([^()\s]*\)|https?://\S+|<[^<>]*>")


def convert(body: Body) -> None:
    """Convert an Obsidian note's lines."""
    code = code_lines(body.text)
    kept: list[Piece] = []
    in_comment = False
    for index, piece in enumerate(body.pieces):
        if index in code and not in_comment:
            kept.append(piece)
            continue
        text, in_comment = _comments(piece.text, in_comment)
        if not in_comment and text.strip() and _TAGS_ONLY.fullmatch(text):
            body.tags += _TAG.findall(text)
            body.metadata.add(piece.line)
            continue
        kept.append(Piece(piece.line, outside_code(text, lambda part: _prose(part, body))))
    if in_comment:
        kept.append(Piece(0, "-->"))
    body.pieces = kept


def _comments(text: str, is_open: bool) -> tuple[str, bool]:
    """`%%…%%` as comments of HTML, which no reader sees either."""
    if "%%" not in text:
        return (text.replace("-->", "-- >"), True) if is_open else (text, False)
    parts = text.split("%%")
    out = parts[0]
    for part in parts[1:]:
        out += (" -->" if is_open else "<!-- ") + part
        is_open = not is_open
    return out, is_open


def _prose(text: str, body: Body) -> str:
    if "#" in text:
        body.tags += [tag for tag in _TAG.findall(_LINKED.sub(" ", text)) if slugify(tag)]
    if "==" in text:
        text = _HIGHLIGHT.sub(r"<mark>\1</mark>", text)
    if "::" in text:
        text = _FIELD.sub(r"\1**\2:** \3", text)
        text = _INLINE_FIELD.sub(r"(\1: \2)", text)
    return _BLOCK_ID.sub("", text) if "^" in text else text
