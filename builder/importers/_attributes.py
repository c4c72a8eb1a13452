"""Attributes in braces, as kramdown, Pandoc, Hugo and Docusaurus write them: taken out, with what they mean here."""

from __future__ import annotations

import re

from builder.importers._blocks import code_lines, fences
from builder.importers._liquid import outside_code
from builder.importers._types import Body, Piece
from builder.parse.scan import anchor
from builder.parse.titles import plain_text

_ONE = r"(?:[#.][\w:.-]+|[\w:-]+=(?:\"[^\"{}]{0,300}\"|'[^'{}]{0,300}'|[^\s{}\"']+)|-)"
_BRACES = rf"\{{:?\s*{_ONE}(?:\s+{_ONE})*\s*\}}"
_WHOLE = re.compile(_BRACES)
_BLOCK = re.compile(r"\s*\{[:#.]")  # on a line of its own
_BEHIND_LINK = re.compile(rf"(\]\([^()\n]{{0,1000}}\)){_BRACES}")
_SPAN = re.compile(rf"(?<!\!)\[([^\[\]\n]{{1,300}})\]{_BRACES}")
_ID = re.compile(r"#([\w:.-]+)")
_PROMPT = re.compile(r"\.prompt-(tip|info|warning|danger)\b")
_FENCE = re.compile(r"(\s*(?:>\s*)*(?:`{3,}|~{3,})\s*)([\w+#-]+)?(.*)")


def convert(body: Body) -> None:
    """Take attributes out. An id of a heading stays as an anchor, so that links to it hold; what a fence names, too."""
    if "{" not in body.text and "```" not in body.text:
        return
    code, openings = code_lines(body.text), fences(body.text)
    kept: list[Piece] = []
    for index, piece in enumerate(body.pieces):
        if index in openings:
            kept.append(Piece(piece.line, _fence(piece.text)))
        elif index in code or "{" not in piece.text:
            kept.append(piece)
        elif _BLOCK.match(piece.text) and piece.text.count("{") == 1 and piece.text.rstrip().endswith("}"):
            _of_block(piece, kept, body)
        else:
            text, name = _at_end(outside_code(piece.text, _behind))
            _anchor(kept, name, text)
            kept.append(Piece(piece.line, text))
    body.pieces = kept


def _behind(text: str) -> str:
    """Text without the attributes behind links, pictures and words in brackets."""
    return _SPAN.sub(r"\1", _BEHIND_LINK.sub(r"\1", text))


def _fence(text: str) -> str:
    """The opening of a fence with its language alone: `rust,linenos` is `rust`."""
    found = _FENCE.fullmatch(text)
    return f"{found[1]}{found[2]}" if found and found[2] and found[3].startswith(",") else text


def _at_end(text: str) -> tuple[str, str]:
    """A heading, a caption or the end of a formula without its attributes, and its id if it is a heading."""
    stripped = text.rstrip(" #") if text.startswith("#") else text.rstrip()
    start = stripped.rfind("{")
    if start < 0 or not re.match(r"#{1,6}\s|:\s|\s*\$\$", text) or not _WHOLE.fullmatch(stripped[start:]):
        return text, ""
    name = _ID.search(stripped[start:]) if text.startswith("#") else None
    return stripped[:start].rstrip(), name[1] if name else ""


def _anchor(kept: list[Piece], name: str, heading: str) -> None:
    """Put an anchor above a heading whose own would be another."""
    if name and name != anchor(plain_text(heading.lstrip("# "))):
        kept += [Piece(0, f'<a id="{name}"></a>'), Piece(0, "")]


def _of_block(piece: Piece, kept: list[Piece], body: Body) -> None:
    """Attributes on a line of their own: of the block above. Chirpy's prompts are callouts."""
    prompt, name = _PROMPT.search(piece.text), _ID.search(piece.text)
    first = len(kept)
    while first and kept[first - 1].text.startswith(">"):
        first -= 1
    if prompt and first < len(kept):
        kept.insert(first, Piece(piece.line, f"> [!{prompt[1]}]"))
        return
    body.drop_line(piece, "attributes of kramdown")
    if name and kept and re.match(r"#{1,6}\s", kept[-1].text):
        heading = kept.pop()
        _anchor(kept, name[1], heading.text)
        kept.append(heading)
