"""Hugo's shortcodes, line by line: turned into Markdown, or left visible as code."""

from __future__ import annotations

import re

from builder.importers._blocks import code_lines
from builder.importers._figures import close_details, figure, film, in_own_paragraph, open_details
from builder.importers._liquid import outside_code
from builder.importers._tags import TOC, reference
from builder.importers._types import Body, Piece

_CODE = re.compile(
    r"\{\{([<%])\s*(/?)\s*([\w/.-]+)((?:\"[^\"]{0,500}\"|`[^`]{0,500}`|(?![%>]\}\}).){0,300}?)\s*/?[%>]\}\}"
)
_ARGUMENT = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`|([^\s\"'`=]+))")
_CALLOUTS = frozenset("notice callout admonition alert hint tip note warning info important caution".split())
_TYPES = _CALLOUTS - {"notice", "callout", "admonition", "alert"} | set(
    "danger success question quote example abstract error".split()
)
_FOLDED = frozenset("details expand collapse accordion spoiler".split())
_FENCED = frozenset(("highlight", "mermaid"))
_FORMULAS = frozenset(("math", "katex", "mathjax"))
_WRAPPERS = _FORMULAS | set("rawhtml raw-html center columns column tabs tab steps lead".split())
_COMMENT = re.compile(r"\{\{/\*.{0,500}?\*/\}\}")
_SHOWN = re.compile(r"\{\{([<%])/\*(.{0,500}?)\*/([%>])\}\}")  # a shortcode that a page about Hugo shows
_FUNCTION = re.compile(r"\{\{\s*(\w+)\(([^(){}]{0,500})\)\s*\}\}")  # Zola's


def convert(body: Body) -> None:
    """Convert a body's lines. A shortcode without an equal stays as code, with a warning."""
    if "{{" not in body.text:
        return
    code, last = code_lines(body.text), _last_closings(body.pieces)
    kept: list[Piece] = []
    closing = ""  # the shortcode whose inside is being read
    for index, piece in enumerate(body.pieces):
        whole = _CODE.fullmatch(piece.text.strip())
        name, ends = (whole[3], bool(whole[2])) if whole else ("", False)
        if closing and name == closing and ends:
            _close(closing, piece, kept, body)
            closing = ""
        elif closing:
            kept.append(Piece(piece.line, f"> {piece.text}".rstrip() if closing in _CALLOUTS else piece.text))
        elif index in code:
            kept.append(piece)
        elif whole and not ends and name in _CALLOUTS | _FENCED and last.get(name, -1) > index:
            closing = name
            kept.append(Piece(piece.line, _opening(name, whole[4])))
        elif whole and name in _FOLDED and (ends or last.get(name, -1) > index):
            named, plain = _arguments(whole[4])
            title = named.get("summary") or named.get("title") or " ".join(plain)
            kept += close_details(piece.line) if ends else open_details(piece.line, title)
        elif whole and name in _WRAPPERS | {"toc"}:
            _unwrap(name, ends, piece, kept, body)
        else:
            text = outside_code(piece.text, lambda part, line=piece.line: _prose(part, body, line))
            if text.strip() or not piece.text.strip():
                kept += in_own_paragraph(Piece(piece.line, text)) if whole else [Piece(piece.line, text)]
            else:
                body.drop_line(piece, "a comment of the source, which no page showed")
    body.pieces = kept


def _close(name: str, piece: Piece, kept: list[Piece], body: Body) -> None:
    """What ends a callout or a fence."""
    if name in _CALLOUTS:
        body.drop_line(piece, "ends the callout")
        kept.append(Piece(0, ""))
    else:
        kept.append(Piece(piece.line, "```"))


def _unwrap(name: str, ends: bool, piece: Piece, kept: list[Piece], body: Body) -> None:
    """A shortcode around text: it goes, the text stays."""
    reason = TOC if name == "toc" else f"the shortcode '{name}' only wraps what is inside"
    body.drop_line(piece, reason)
    kept.append(Piece(0, ""))


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
    if "{{" not in text:
        return text
    text = _SHOWN.sub(lambda m: f"`{{{{{m[1]}{m[2]}{m[3]}}}}}`", _COMMENT.sub("", text))
    text = re.sub(
        r"\{\{< button\b[^<>]*?\bhref=\"?([^\s\"<>]+)\"?[^<>]*>\}\}(.{1,200}?)\{\{< ?/button ?>\}\}", r"[\2](\1)", text
    )
    text = _FUNCTION.sub(lambda match: _function(match, body, line), text)
    return outside_code(text, lambda part: _CODE.sub(lambda match: _shortcode(match, body, line), part))


def _function(match: re.Match[str], body: Body, line: int) -> str:
    """A shortcode of Zola within a line."""
    named, _ = _arguments(match[2].replace(",", " "))
    if match[1] in ("youtube", "vimeo") and named.get("id"):
        return film(match[1], named["id"])
    if match[1] in ("figure", "img", "image") and (named.get("src") or named.get("path")):
        return figure(named.get("src") or named["path"], named.get("alt", ""), named.get("caption", ""))
    body.warn(line, f"the shortcode '{match[0]}' has no equal here; left visible as code")
    return f"`{match[0]}`"


def _shortcode(match: re.Match[str], body: Body, line: int) -> str:
    """A shortcode within a line as Markdown."""
    name, (named, plain) = match[3], _arguments(match[4])
    first = plain[0] if plain else ""
    if name in ("ref", "relref") and (first or named.get("path")):
        return reference(match, first or named["path"])
    if name in ("figure", "img", "image") and (named.get("src") or first):
        return figure(named.get("src") or first, named.get("alt", ""), named.get("caption") or named.get("title") or "")
    if name == "gist" and plain:
        return f"[gist {'/'.join(plain[:2])}](https://gist.github.com/{'/'.join(plain[:2])})"
    if name in ("youtube", "vimeo") and (first or named.get("id")):
        return film(name, first or named["id"])
    if name in ("tweet", "x", "twitter") and (named.get("id") or first):
        address = f"https://twitter.com/{named.get('user', 'i/web')}/status/{named.get('id') or first}"
        return f"[{address.removeprefix('https://')}]({address})"
    if name in _WRAPPERS:
        return ""
    body.warn(line, f"the shortcode '{match[0]}' has no equal here; left visible as code")
    return f"`{match[0]}`"
