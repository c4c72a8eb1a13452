r"""Mathematics as MathJax, GitHub and Jupyter write it, `\(x\)`, `\[x\]`, bare environments, fences: between dollars."""

from __future__ import annotations

import re

from builder.importers._blocks import code_lines, fences
from builder.importers._liquid import outside_code
from builder.importers._types import Body, Piece

_INLINE = re.compile(r"(\\{1,2})\(\s*((?:[^\\\n$]|\\(?![()\\]))(?:[^\\\n$]|\\(?![()])){0,500}?)\s*\1\)")
_DISPLAY = re.compile(r"(\\{1,2})\[\s*([^\n$]{1,500}?)\s*\1\]")
_DOUBLE = re.compile(r"(?<!\$)\$\$(?!\$)\s*([^$\n]{1,500}?)\s*\$\$(?!\$)")
_FORMULA = re.compile(r"\\\w|[=^_]")
_BEGIN = re.compile(r"\s*\\begin\{(equation|align|gather|multline|eqnarray|displaymath|alignat)(\*?)\}(.*)")
_INNER = {"align": "aligned", "gather": "gathered", "multline": "gathered", "eqnarray": "aligned", "alignat": "aligned"}


def convert(body: Body, *, kramdown: bool = False) -> None:
    """Write formulas between dollars. `kramdown`: two dollars within a line of text are one."""
    if not any(mark in body.text for mark in ("\\", "```math", "$$")):
        return
    code, openings = code_lines(body.text), fences(body.text)
    ends = {n: last for n, last in openings.items() if re.fullmatch(r"\s*`{3,}\s*math\s*", body.pieces[n].text)}
    marks = {*ends, *ends.values()}
    kept: list[Piece] = []
    until = ""  # what ends the environment or brackets that are open
    for index, piece in enumerate(body.pieces):
        if index in marks:
            kept.append(Piece(piece.line, re.sub(r"\S.*", "$$", piece.text)))
        elif index in code:
            kept.append(piece)
        elif until:
            until, text = _inside(piece.text, until)
            kept.append(Piece(piece.line, text))
        elif begun := _begin(body.pieces, index):
            until, text = begun
            kept.append(Piece(piece.line, text))
        else:
            text = outside_code(piece.text, _prose)
            kept.append(Piece(piece.line, outside_code(text, _within) if kramdown else text))
    body.pieces = kept


def _begin(pieces: list[Piece], index: int) -> tuple[str, str] | None:
    """The beginning of a formula that stands in lines of its own: what ends it, and the line as it is here."""
    text = pieces[index].text
    if text.strip() in (r"\[", r"\\["):
        end = text.strip().replace("[", "]")
        return (end, text.replace(text.strip(), "$$")) if _ends(pieces, index, end) else None
    found = _BEGIN.fullmatch(text)
    above = next((p.text.strip() for p in reversed(pieces[max(0, index - 20) : index]) if p.text.strip()), "")
    if found is None or above.endswith(("$$", "\\[")):
        return None
    end = rf"\end{{{found[1]}{found[2]}}}"
    opened = f"$${_inner('begin', found[1])}{found[3]}"
    if end in found[3]:
        return "", opened.replace(end, f"{_inner('end', found[1])}$$", 1)
    return (end, opened) if _ends(pieces, index, end) else None


def _ends(pieces: list[Piece], index: int, end: str) -> bool:
    """Tell whether what begins at a line ends before the next blank one."""
    for piece in pieces[index + 1 : index + 200]:
        if not piece.text.strip():
            return False
        if end in piece.text:
            return True
    return False


def _inside(text: str, until: str) -> tuple[str, str]:
    """A line of a formula that is open: what still ends it, and the line as it is here."""
    if until not in text:
        return until, text
    name = re.sub(r"\\end\{(\w+)\*?\}", r"\1", until)
    return "", text.replace(until, f"{_inner('end', name)}$$", 1)


def _inner(command: str, name: str) -> str:
    """The environment that lays a formula out between dollars."""
    return f"\\{command}{{{_INNER[name]}}}" if name in _INNER else ""


def _prose(text: str) -> str:
    text = _INLINE.sub(_inline, text)
    return _DISPLAY.sub(lambda m: f"$${m[2]}$$" if _FORMULA.search(m[2]) else m[0], text)


def _within(text: str) -> str:
    """Formulas of kramdown between words."""
    return _DOUBLE.sub(r"$\1$", text) if re.search(r"\w", _DOUBLE.sub("", text)) else text


def _inline(match: re.Match[str]) -> str:
    r"""`\\(x\\)` is always mathematics; `\(x\)` may be escaped brackets, unless it holds what only formulas do."""
    is_formula = len(match[1]) == 2 or _FORMULA.search(match[2]) or re.fullmatch(r"\w|[\w\s+*/<>-]{1,12}", match[2])
    return f"${match[2]}$" if is_formula else match[0]
