"""Containers between colons, as Docusaurus, Quarto, VuePress and MyST write them: callouts, or only their text."""

from __future__ import annotations

import re

from builder.importers._blocks import code_lines
from builder.importers._types import Body, Piece

_MARK = re.compile(r"(\s{0,3}):{3,}\s*(.*?)\s*")
_CALLOUT = re.compile(
    r"\{?\s*\.?(?:callout-)?(note|tip|info|warning|danger|caution|important|success|question|quote|example|hint|error|seealso|abstract|admonition)\b[ }]*",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\btitle\s*=\s*[\"']([^\"']*)[\"']|^\[(.*)\]$")
_NAMED = re.compile(r"\{?[\w .#:=\"'%-]*\}?(?:\[.*\])?")


def convert(body: Body) -> None:
    """Turn containers into callouts. One that nobody closes is text."""
    if ":::" not in body.text:
        return
    code = code_lines(body.text)
    kept: list[Piece] = []
    open_ones: list[bool] = []  # whether each is a callout
    closings = [n for n, piece in enumerate(body.pieces) if n not in code and re.fullmatch(r"\s*:{3,}\s*", piece.text)]
    for index, piece in enumerate(body.pieces):
        mark = _MARK.fullmatch(piece.text) if index not in code else None
        depth = sum(open_ones)
        if mark and not mark[2] and open_ones:
            is_callout = open_ones.pop()
            body.drop_line(piece, "ends a callout" if is_callout else "ends a container of the old generator")
            while is_callout and not kept[-1].line and not kept[-1].text.strip(" >"):
                kept.pop()
            kept.append(Piece(0, ("> " * (depth - is_callout)).rstrip()))
        elif mark and mark[2] and closings and closings[-1] > index and _NAMED.fullmatch(mark[2]):
            _open(piece, mark, depth, kept, body)
            open_ones.append(bool(_CALLOUT.match(mark[2])))
        elif depth and kept[-1].text.endswith("]") and (heading := re.fullmatch(r"#{1,6}\s+(.*\S)\s*", piece.text)):
            kept[-1] = Piece(kept[-1].line, f"{kept[-1].text} {heading[1]}")  # Quarto's way to give a title
            body.metadata.add(piece.line)
        else:
            kept.append(Piece(piece.line, f"{'> ' * depth}{piece.text}".rstrip()) if depth else piece)
    body.pieces = kept


def _open(piece: Piece, mark: re.Match[str], depth: int, kept: list[Piece], body: Body) -> None:
    """Begin a callout; a container that only lays out its text goes."""
    found = _CALLOUT.match(mark[2])
    if found is None:
        body.drop_line(piece, "a container of the old generator; its text stays")
        return
    rest = mark[2][found.end() :].strip().rstrip("}").strip()
    named = _TITLE.search(rest)
    title = (named[1] or named[2] or "") if named else "" if "=" in rest else rest
    fold = "-" if re.search(r"collapse\s*=\s*[\"']?true", rest) else ""
    kind = found[1].lower().replace("admonition", "note")
    before = "> " * depth
    if kept and kept[-1].text.strip(" >"):
        kept.append(Piece(0, before.rstrip()))
    kept.append(Piece(piece.line, f"{before}> [!{kind}]{fold} {title}".rstrip()))
