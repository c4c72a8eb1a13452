"""Hugo's shortcodes, line by line: turned into Markdown, or left visible as code."""

from __future__ import annotations

import re

from builder.importers._blocks import code_lines
from builder.importers._liquid import outside_code, video
from builder.importers._types import Body, Piece

_CODE = re.compile(
    r"\{\{([<%])\s*(/?)\s*([\w/.-]+)((?:\"[^\"]{0,500}\"|`[^`]{0,500}`|(?![%>]\}\}).){0,300}?)\s*/?[%>]\}\}"
)
_ARGUMENT = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`|([^\s\"'`=]+))")
_CALLOUTS = {
    "notice",
    "callout",
    "admonition",
    "alert",
    "hint",
    "tip",
    "note",
    "warning",
    "info",
    "important",
    "caution",
}
_TYPES = _CALLOUTS - {"notice", "callout", "admonition", "alert"} | {
    "danger",
    "success",
    "question",
    "quote",
    "example",
    "abstract",
    "error",
}
_WRAPPERS = {
    "math",
    "rawhtml",
    "raw-html",
    "katex",
    "mathjax",
    "center",
    "columns",
    "column",
    "tabs",
    "tab",
    "steps",
    "lead",
}


def convert(body: Body) -> None:
    """Convert a body's lines. A shortcode without an equal stays as code, with a warning."""
    if "{{" not in body.text:
        return
    code = code_lines(body.text)
    kept: list[Piece] = []
    last = _last_closings(body.pieces)
    closing = ""  # the shortcode whose inside is being read
    for index, piece in enumerate(body.pieces):
        whole = _CODE.fullmatch(piece.text.strip())
        name, ends = (whole[3], bool(whole[2])) if whole else ("", False)
        if closing and name == closing and ends:
            if closing in _CALLOUTS:
                body.dropped[piece.line] = "ends the callout"
            else:
                kept.append(Piece(piece.line, "```"))
            closing = ""
        elif closing:
            kept.append(Piece(piece.line, f"> {piece.text}".rstrip() if closing in _CALLOUTS else piece.text))
        elif index in code:
            kept.append(piece)
        elif whole and not ends and name in (_CALLOUTS | {"highlight", "mermaid"}) and last.get(name, -1) > index:
            closing = name
            kept.append(Piece(piece.line, _opening(name, whole[4])))
        elif whole and name in _WRAPPERS:
            body.dropped[piece.line] = f"the shortcode '{name}' only wraps what is inside"
        else:
            kept.append(
                Piece(piece.line, outside_code(piece.text, lambda part, line=piece.line: _prose(part, body, line)))
            )
    body.pieces = kept


def _last_closings(pieces: list[Piece]) -> dict[str, int]:
    """Where each shortcode is closed last."""
    found = ((index, _CODE.fullmatch(piece.text.strip())) for index, piece in enumerate(pieces) if "{{" in piece.text)
    return {match[3]: index for index, match in found if match and match[2]}


def _arguments(text: str) -> tuple[dict[str, str], list[str]]:
    named: dict[str, str] = {}
    plain: list[str] = []
    for name, *values in _ARGUMENT.findall(text):
        value = next((value for value in values if value), "")
        if name:
            named[name] = value
        else:
            plain.append(value)
    return named, plain


def _opening(name: str, arguments: str) -> str:
    """The line that opens a callout or a fence."""
    named, plain = _arguments(arguments)
    if name in ("highlight", "mermaid"):
        return "```" + (plain[0] if plain and name == "highlight" else "mermaid" if name == "mermaid" else "")
    kind = (named.get("type") or (plain[0] if plain else name)).lower()
    title = named.get("title") or (" ".join(plain[1:]) if kind in _TYPES else " ".join(plain))
    return f"> [!{kind if kind in _TYPES else 'note'}] {title}".rstrip()


def _prose(text: str, body: Body, line: int) -> str:
    return _CODE.sub(lambda match: _shortcode(match, body, line), text) if "{{" in text else text


def _shortcode(match: re.Match[str], body: Body, line: int) -> str:
    """A shortcode within a line as Markdown."""
    name, (named, plain) = match[3], _arguments(match[4])
    first = plain[0] if plain else ""
    if name in ("ref", "relref") and (first or named.get("path")):
        return f"ref:{first or named['path']}".replace(" ", "%20")
    if name in ("figure", "img", "image") and (named.get("src") or first):
        caption = named.get("caption") or named.get("title") or ""
        picture = (named.get("src") or first).replace(" ", "%20")
        return f"![{named.get('alt') or caption}]({picture})" + (f" *{caption}*" if caption else "")
    if name == "gist" and plain:
        return f"[gist {'/'.join(plain[:2])}](https://gist.github.com/{'/'.join(plain[:2])})"
    if name in ("youtube", "vimeo") and (first or named.get("id")):
        return video(name, first or named["id"])
    if name in ("tweet", "x", "twitter") and (named.get("id") or first):
        address = f"https://twitter.com/{named.get('user', 'i/web')}/status/{named.get('id') or first}"
        return f"[{address.removeprefix('https://')}]({address})"
    body.warn(line, f"the shortcode '{match[0]}' has no equal here; left visible as code")
    return f"`{match[0]}`"
