"""What Obsidian and Logseq write beyond Markdown: comments, highlights, fields, block marks, tags."""

from __future__ import annotations

import re
from collections.abc import Container

from builder.importers._blocks import code_lines
from builder.importers._liquid import outside_code
from builder.importers._types import Body, Piece
from builder.urls import slugify

_TAG = re.compile(r"(?<![\w/&#\](\[])#([^\W\d_][\w/-]*|\d+[^\W\d_][\w/-]*)(?![\w(\[])")
_TAGS_ONLY = re.compile(r"\s*(?:tags?:\s*)?(?:#[\w/-]+[\s,]*)+", re.IGNORECASE)
_FIELD = re.compile(r"^(\s*(?:[-*+]\s+)?)([^\W\d_][\w /-]{0,40})::\s+(\S.*)$")
_INLINE_FIELD = re.compile(r"[\[(]([^\W\d_][\w -]{0,40})::\s*([^\[\]()]+)[\])]")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+?)(?<=\S)==")
_BLOCK_ID = re.compile(r"\s+\^([A-Za-z0-9-]+)\s*$")
_MARK_ALONE = re.compile(r"^\^([A-Za-z0-9-]+)\s*$")
_TASK = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)\[([-></])\]\s+(.*\S)\s*$")
_LINKED = re.compile(r"\[\[[^\[\]\n]*\]\]|\]\([^()\s]*\)|https?://\S+|<[^<>]*>")


def convert(body: Body, marks: Container[str] = ()) -> None:
    """Convert a note's lines. `marks` are those of blocks that something refers to; they stay as anchors."""
    code = code_lines(body.text)
    kept: list[Piece] = []
    in_comment = False
    for index, piece in enumerate(body.pieces):
        if index in code and not in_comment:
            kept.append(piece)
            continue
        text, in_comment = _comments(_MARK_ALONE.sub(r" ^\1", piece.text), in_comment)
        if not in_comment and text.strip() and _TAGS_ONLY.fullmatch(text):
            body.tags += _TAG.findall(text)
            body.metadata.add(piece.line)
            continue
        text = outside_code(_TASK.sub(_task, text), lambda part: _prose(part, body, marks))
        if text.strip() or not piece.text.strip():
            kept.append(Piece(piece.line, text))
        else:
            body.drop_line(piece, "names the block above; nothing refers to it")
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


def _task(match: re.Match[str]) -> str:
    """A task in a state that plain task lists have not: begun or moved is open, cancelled is struck out."""
    return f"{match[1]}[x] ~~{match[3]}~~" if match[2] == "-" else f"{match[1]}[ ] {match[3]}"


def _prose(text: str, body: Body, marks: Container[str]) -> str:
    if "#" in text:
        body.tags += [tag for tag in _TAG.findall(_LINKED.sub(" ", text)) if slugify(tag)]
    if "==" in text:
        text = _HIGHLIGHT.sub(r"<mark>\1</mark>", text)
    if "::" in text:
        text = _FIELD.sub(r"\1**\2:** \3", text)
        text = _INLINE_FIELD.sub(r"(\1: \2)", text)
    if "^" not in text:
        return text
    return _BLOCK_ID.sub(lambda m: f' <a id="{m[1]}"></a>' if m[1] in marks else "", text)
