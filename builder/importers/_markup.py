"""Raw HTML of old pages: scripts taken out, attributes quoted, old-style anchors kept."""

from __future__ import annotations

import re

from builder.importers._blocks import block_of_html, code_lines
from builder.importers._liquid import outside_code
from builder.importers._types import Body, Piece

_ACTIVE = re.compile(r"\s*<(script|style)\b", re.IGNORECASE)
_NAMED = re.compile(r"(<a\s[^<>]{0,2000}?)\bname(\s*=)", re.IGNORECASE)
_POSTER = re.compile(r"\s(?:poster|srcset)\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>]+)", re.IGNORECASE)
_BARE = re.compile(r"(<(?:a|img|area)\b[^<>]{0,1000}?\b(?:href|src)\s*=\s*)([^\s\"'<>=]+)(?=[\s>])", re.IGNORECASE)
_PARSED = re.compile(
    r"(\s*<(\w+)\b[^<>]{0,500}?)\s+markdown\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|\w+)(?=[^<>]{0,500}>\s*$)", re.IGNORECASE
)
_MODULE = re.compile(
    r"import\s+[\w{}*,\s]{1,200}\s+from\s+['\"][^'\"]+['\"];?\s*|import\s+['\"][^'\"]+['\"];\s*|export\s+(?:const|let|default)\s.*[;}]\s*"
)
_RUN = "code of MDX; pages run none of their own"
_VALUE = re.compile(r"\{\{\s*[A-Za-z][\w-]*\.[A-Za-z]\w*(?::[^{}]{0,20})?\s*\}\}")


def convert(body: Body) -> None:
    """Take out what a page cannot run or load."""
    _drop_active(body)
    _open_markdown(body)
    code = code_lines(body.text)
    if "import " in body.text or "export " in body.text:
        body.drop([n for n, p in enumerate(body.pieces) if n not in code and _MODULE.fullmatch(p.text)], _RUN)
        code = code_lines(body.text)
    body.pieces = [
        piece if index in code else Piece(piece.line, outside_code(piece.text, _line))
        for index, piece in enumerate(body.pieces)
    ]


def _drop_active(body: Body) -> None:
    if "<script" not in body.text.lower() and "<style" not in body.text.lower():
        return
    gone: dict[int, str] = {}
    for first, last, text in block_of_html(body.text):
        found = _ACTIVE.match(text)
        if found and re.search(rf"</{found[1]}\s*>\s*$", text, re.IGNORECASE):
            reason = "a script; pages run none of their own" if found[1].lower() == "script" else "a style sheet"
            gone.update(dict.fromkeys(range(first, last), reason))
            body.warn(body.pieces[first].line, f"{reason}, left out")
    for reason in set(gone.values()):
        lines = {body.pieces[index].line for index, why in gone.items() if why == reason}
        body.drop([index for index, piece in enumerate(body.pieces) if piece.line in lines], reason)


def _open_markdown(body: Body) -> None:
    """Give Markdown inside HTML, `<div markdown="1">`, the blank lines around it that CommonMark wants."""
    if "markdown" not in body.text:
        return
    code = code_lines(body.text)
    kept: list[Piece] = []
    is_open: set[str] = set()
    for index, piece in enumerate(body.pieces):
        tag = _PARSED.match(piece.text) if index not in code else None
        closing = re.match(r"\s*</(\w+)", piece.text)
        kept += [Piece(0, "")] if closing and closing[1].lower() in is_open else []
        kept.append(Piece(piece.line, f"{tag[1]}{piece.text[tag.end() :]}") if tag else piece)
        if tag:
            is_open.add(tag[2].lower())
            kept.append(Piece(0, ""))
    body.pieces = kept


def _line(text: str) -> str:
    if "{{" in text:
        text = _VALUE.sub(lambda match: f"`{match[0]}`", text)
    if "<" not in text:
        return text
    text = _NAMED.sub(r"\1id\2", text)
    text = _BARE.sub(r'\1"\2"', text)
    text = re.sub(r"</(?:iframe|embed|object)\s*>", "", text, flags=re.IGNORECASE)
    return _POSTER.sub("", text) if "poster" in text or "srcset" in text else text
