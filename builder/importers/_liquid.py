"""Jekyll's Liquid and kramdown, line by line: turned into Markdown, or left visible as code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from builder.importers._blocks import block_of_html, code_lines
from builder.importers._figures import close_details, in_own_paragraph, open_details
from builder.importers._tags import CONDITIONS, OUTPUT, TAG, TOC, VARIABLES, Line, output_as_markdown, tag_as_markdown
from builder.importers._types import Body, Page, Piece

_CODE_SPAN = re.compile(r"(`+)(?!`).{0,2000}?(?<!`)\1(?!`)")
_ATTRIBUTES = re.compile(r"\{:(?!\s*\})[^{}\n]*\}")
_EXCERPT = re.compile(r"<!--\s*(?:more|excerpt|truncate)\s*-->", re.IGNORECASE)
_KRAMDOWN = re.compile(r"\{:(:|/)\s*(\w*)[^{}]*\}")
_TOC = re.compile(r"\{:\s*:?toc\b.*\}")
_REASONS = {
    **dict.fromkeys(VARIABLES, "sets a variable of Liquid"),
    **dict.fromkeys(CONDITIONS, "a condition of Liquid; the text that depends on it stays"),
    **dict.fromkeys(("toc", "include"), TOC),
    "bibliography": "a list of references; the log makes its own",
}


def convert(body: Body, page: Page, title: str) -> None:
    """Convert a body's lines. A tag without an equal stays as code, with a warning."""
    text = body.text
    if "{" not in text and "<!--" not in text:
        return
    code, last = code_lines(text), _last_marks(body.pieces)
    inside = {n for first, end, _ in block_of_html(text) for n in range(first, end)}
    kept: list[Piece] = []
    state, fence = "", ""
    for index, piece in enumerate(body.pieces):
        name, arguments = _mark(piece.text)
        if state:
            state = _inside(state, name, fence, piece, kept, body)
        elif name in ("highlight", "raw", "comment", "for") and last.get(f"end{name}", -1) > index:
            state, fence = name, _fence(body.pieces, index, f"end{name}")
            _begin(name, arguments, fence, piece, kept, body)
        elif name == "details" and last.get("enddetails", -1) > index:
            kept += open_details(piece.line, arguments)
        elif name == "enddetails":
            kept += close_details(piece.line)
        elif _TOC.fullmatch(piece.text.strip()) and kept and re.match(r"\s*(?:[-*+]|\d+[.)])\s", kept[-1].text):
            for gone in (kept.pop(), piece):
                body.drop_line(gone, "kramdown's table of contents; the page makes its own")
        elif index in code and name in ("raw", "endraw"):
            body.drop_line(piece, "begins or ends what Liquid leaves alone")
        elif index in code:
            kept.append(piece)
        else:
            kept += _line(piece, Line(body, page, title, piece.line, index in inside), name)
    body.pieces = kept


def _mark(text: str) -> tuple[str, str]:
    """The name of the tag that a line consists of, with its arguments; kramdown's comments are as Liquid's."""
    text = text.strip()
    tag = TAG.fullmatch(text) if text.startswith("{%") else None
    if tag:
        return tag[1], tag[2].strip()
    block = _KRAMDOWN.fullmatch(text) if text.startswith("{:") else None
    if block and block[2] in ("comment", ""):
        return ("comment" if block[1] == ":" and block[2] else "endcomment"), ""
    return "", ""


def _last_marks(pieces: list[Piece]) -> dict[str, int]:
    """Where each tag stands last: a block that is not closed below must not swallow the rest of a page."""
    return {name: index for index, piece in enumerate(pieces) if (name := _mark(piece.text)[0])}


def _begin(name: str, arguments: str, fence: str, piece: Piece, kept: list[Piece], body: Body) -> None:
    """A block whose lines are not Markdown begins."""
    if name == "highlight":
        kept.append(Piece(piece.line, fence + (arguments.split() or [""])[0]))
    elif name == "for":
        body.warn(piece.line, f"the loop '{piece.text.strip()}' has no equal here; left visible as code")
        kept += [Piece(0, f"{fence}liquid"), piece]
    else:
        body.drop_line(piece, "begins what Liquid leaves alone" if name == "raw" else "a comment of the source")


def _inside(state: str, name: str, fence: str, piece: Piece, kept: list[Piece], body: Body) -> str:
    """A line within such a block; returns the block that is open after it."""
    ends = name == f"end{state}"
    if state == "comment":
        body.drop_line(piece, "a comment of the source, which no page showed")
    elif ends and state == "highlight":
        kept.append(Piece(piece.line, fence))
    elif ends and state == "raw":
        body.drop_line(piece, "ends what Liquid leaves alone")
    else:
        kept += [piece, Piece(0, fence)] if ends else [piece]
    return "" if ends else state


def _fence(pieces: list[Piece], index: int, end: str) -> str:
    """A fence longer than any inside the block that opens at `index`."""
    longest = 2
    for piece in pieces[index + 1 :]:
        if end in piece.text:
            break
        found = re.match(r"\s*(`{3,})", piece.text)
        longest = max(longest, len(found[1]) if found else 0)
    return "`" * (longest + 1)


def _line(piece: Piece, line: Line, name: str) -> Iterator[Piece]:
    """One line of prose, converted; nothing if it only held marks."""
    stripped = piece.text.strip()
    if _TOC.fullmatch(stripped):
        line.body.drop_line(piece, "kramdown's table of contents; the page makes its own")
    elif stripped.startswith("{:") and re.fullmatch(r"\{:[^{}]*\}", stripped):
        if _KRAMDOWN.fullmatch(stripped):
            line.body.drop_line(piece, "a mark of kramdown")
        else:
            yield piece  # attributes, which the next step takes
    elif _EXCERPT.fullmatch(stripped):
        line.body.drop_line(piece, "marks where the excerpt ends")
    else:
        text = outside_code(piece.text, lambda part: _prose(part, line))
        if stripped and not text.strip():
            line.body.drop_line(piece, _REASONS.get(name, "only held marks of the generator"))
        else:
            yield from in_own_paragraph(Piece(piece.line, text)) if name else [Piece(piece.line, text)]


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change a line outside its code spans."""
    parts, end = [], 0
    for span in _CODE_SPAN.finditer(text):
        parts += [change(text[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*parts, change(text[end:])])


def _prose(text: str, line: Line) -> str:
    """Text without code: tags, outputs, attributes."""
    if "{" not in text and "<!--" not in text:
        return text
    text = re.sub(
        r"\{%-?\s*highlight\s+[\w+#-]+[^%]*%\}(.*?)\{%-?\s*endhighlight\s*-?%\}", lambda m: f"`{m[1].strip()}`", text
    )
    text = OUTPUT.sub(lambda match: output_as_markdown(match, line), text)
    text = TAG.sub(lambda match: tag_as_markdown(match, line), text)
    text = _EXCERPT.sub("", text)
    return _ATTRIBUTES.sub("", text) if re.search(r"\{:\s*[.#:\w]", text) else text
