"""Blocks of Org that Logseq allows within Markdown, `#+BEGIN_QUOTE … #+END_QUOTE`: quotations, callouts and fences."""

from __future__ import annotations

import re

from builder.importers._blocks import code_lines
from builder.importers._types import Body, Piece

_MARK = re.compile(r"(\s*(?:[-*]\s+)?)#\+(BEGIN|END)_(\w+)[ \t]*(.*?)\s*", re.IGNORECASE)
_CALLOUTS = ("note", "tip", "warning", "caution", "important", "pinned")
_CODE = ("src", "example", "query", "export")


def convert(body: Body) -> None:
    """Turn blocks into Markdown. One that is not closed stays as it is."""
    if "#+" not in body.text:
        return
    code = code_lines(body.text)
    kept: list[Piece] = []
    marks = {n: mark for n, piece in enumerate(body.pieces) if n not in code and (mark := _MARK.fullmatch(piece.text))}
    last = {mark[3].lower(): n for n, mark in marks.items() if mark[2].lower() == "end"}
    name, indent = "", ""
    for index, piece in enumerate(body.pieces):
        mark = marks.get(index)
        kind = mark[3].lower() if mark else ""
        if mark and not name and mark[2].lower() == "begin" and last.get(kind, -1) > index:
            name, indent = kind, " " * len(mark[1].expandtabs(4))
            kept.append(Piece(piece.line, f"{mark[1]}{_opening(kind, mark[4])}".rstrip()))
        elif mark and name and kind == name and mark[2].lower() == "end":
            if name in _CODE:
                kept.append(Piece(piece.line, f"{indent}```"))
            else:
                body.drop_line(piece, "ends a block of Org")
            name = ""
        elif name and name not in _CODE:
            kept.append(Piece(piece.line, f"{indent}> {piece.text.strip()}".rstrip()))
        else:
            kept.append(piece)
    body.pieces = kept


def _opening(kind: str, rest: str) -> str:
    """What begins a block."""
    if kind in _CODE:
        return f"```{rest.split()[0] if rest.strip() and kind == 'src' else 'clojure' if kind == 'query' else 'text'}"
    return f"> [!{kind.replace('pinned', 'note')}]" if kind in _CALLOUTS else ">"
