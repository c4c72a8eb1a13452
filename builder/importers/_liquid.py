"""Liquid tags of Jekyll and attribute lists of kramdown, line by line: turned into Markdown, or left visible as code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.importers._blocks import code_lines
from builder.importers._types import Body, Page, Piece

_TAG = re.compile(r"(?<!\{)\{%-?\s*(\w+)((?:[^%{}]|%(?!\})|[{}]){0,500}?)-?%\}(?!\})")
_OUTPUT = re.compile(
    r"(?<![\\^_{}])\{\{-?\s*((?:\"[^\"{}]*\"|'[^'{}]*'|[A-Za-z_][\w-]*(?:\.[\w-]+)*)(?:\s*\|[^{}]*)?)\s*-?\}\}"
)
_CODE_SPAN = re.compile(r"(`+)(?!`).{0,2000}?(?<!`)\1(?!`)")
_ATTRIBUTES = re.compile(r"\{:(?!\s*\})[^{}\n]*\}")
_EXCERPT = re.compile(r"<!--\s*(?:more|excerpt)\s*-->", re.IGNORECASE)
_TOC = re.compile(r"\{:\s*:?toc\b.*\}")


def convert(body: Body, page: Page, title: str) -> None:
    """Convert a body's lines. A tag without an equal stays as code, with a warning."""
    code = code_lines(body.text)
    kept: list[Piece] = []
    state, fence, last = "", "", _last_tags(body.pieces)
    for index, piece in enumerate(body.pieces):
        tag = _TAG.fullmatch(piece.text.strip())
        name = tag[1] if tag else ""
        if state in ("raw", "comment", "highlight"):
            if name == f"end{state}":
                if state == "highlight":
                    kept.append(Piece(piece.line, fence))
                else:
                    body.dropped[piece.line] = "ends what Liquid leaves alone" if state == "raw" else "a Liquid comment"
                state = ""
            elif state == "comment":
                if piece.text.strip():
                    body.dropped[piece.line] = "a Liquid comment, which no page showed"
            else:
                kept.append(piece)
            continue
        if name == "highlight" and last.get("endhighlight", -1) > index:
            state, fence = name, _fence(body.pieces, index)
            kept.append(Piece(piece.line, fence + (tag[2].split() or [""])[0]))
        elif name in ("raw", "comment") and last.get(f"end{name}", -1) > index:
            state = name
            body.dropped[piece.line] = "begins what Liquid leaves alone" if name == "raw" else "a Liquid comment"
        elif _TOC.fullmatch(piece.text.strip()) and kept and re.match(r"\s*(?:[-*+]|\d+[.)])\s", kept[-1].text):
            body.dropped |= dict.fromkeys(
                [kept.pop().line, piece.line], "kramdown's table of contents; the page makes its own"
            )
        elif index in code:
            text = piece.text if name not in ("raw", "endraw") else ""
            kept.append(piece) if text or not piece.text.strip() else body.dropped.update(
                {piece.line: "begins or ends what Liquid leaves alone"}
            )
        else:
            kept += _line(body, piece, page, title)
    body.pieces = kept


def _last_tags(pieces: list[Piece]) -> dict[str, int]:
    """Where each tag stands last: a block that is not closed below must not swallow the rest of a page."""
    tags = ((index, _TAG.fullmatch(piece.text.strip())) for index, piece in enumerate(pieces) if "{%" in piece.text)
    return {tag[1]: index for index, tag in tags if tag}


def _fence(pieces: list[Piece], index: int) -> str:
    """A fence longer than any inside the block that opens at `index`."""
    longest = 2
    for piece in pieces[index + 1 :]:
        if "endhighlight" in piece.text:
            break
        found = re.match(r"\s*(`{3,})", piece.text)
        longest = max(longest, len(found[1]) if found else 0)
    return "`" * (longest + 1)


def _line(body: Body, piece: Piece, page: Page, title: str) -> Iterator[Piece]:
    """One line of prose, converted; nothing if it only held marks."""
    stripped = piece.text.strip()
    if re.fullmatch(r"\{:[^{}]*\}|\{::?/?[\w ]*[^{}]*/?\}", stripped):
        is_toc = _TOC.fullmatch(stripped)
        body.dropped[piece.line] = (
            "kramdown's table of contents; the page makes its own" if is_toc else "attributes of kramdown"
        )
        return
    if _EXCERPT.fullmatch(stripped):
        body.dropped[piece.line] = "marks where the excerpt ends"
        return
    text = outside_code(piece.text, lambda part: _prose(part, body, piece.line, page, title))
    if stripped and not text.strip():
        body.dropped[piece.line] = "only held marks of the generator"
        return
    yield Piece(piece.line, text)


def outside_code(text: str, change) -> str:
    """Change a line outside its code spans."""
    parts, end = [], 0
    for span in _CODE_SPAN.finditer(text):
        parts += [change(text[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*parts, change(text[end:])])


def _prose(text: str, body: Body, line: int, page: Page, title: str) -> str:
    """Text without code: tags, outputs, attributes."""
    if "{" not in text and "<!--" not in text:
        return text
    text = re.sub(
        r"\{%-?\s*highlight\s+[\w+#-]+[^%]*%\}(.*?)\{%-?\s*endhighlight\s*-?%\}", lambda m: f"`{m[1].strip()}`", text
    )
    text = _TAG.sub(lambda match: _tag(match, body, line), text)
    text = _OUTPUT.sub(lambda match: _output(match, body, line, page, title), text)
    text = _EXCERPT.sub("", text)
    return _ATTRIBUTES.sub("", text) if re.search(r"\{:\s*[.#:\w]", text) else text


def _tag(match: re.Match[str], body: Body, line: int) -> str:
    """A Liquid tag as Markdown."""
    name, arguments = match[1], match[2].strip()
    values = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']", arguments))
    if name in ("raw", "endraw"):
        return ""
    if name in ("post_url", "link") and arguments:
        return f"ref:{arguments.split()[0]}".replace(" ", "%20")
    if name == "gist" and arguments:
        return f"[gist {arguments.split()[0]}](https://gist.github.com/{arguments.split()[0]})"
    if name in ("youtube", "vimeo") and arguments:
        return video(name, arguments.split()[0].strip("\"'"))
    picture = (
        values.get("src") or values.get("url") or values.get("path") or values.get("image_path") or values.get("image")
    )
    if (
        name in ("include", "include_relative", "figure", "img")
        and picture
        and re.search(r"fig|im(?:g|age)|photo|picture", arguments.split()[0] + name)
    ):
        alt = values.get("alt") or values.get("title") or ""
        caption = values.get("caption") or ""
        return f"![{alt or caption}]({picture.replace(' ', '%20')})" + (f" *{caption}*" if caption else "")
    body.warn(line, f"the Liquid tag '{match[0]}' has no equal here; left visible as code")
    return f"`{match[0].strip()}`"


def video(service: str, name: str) -> str:
    """A link to a film."""
    name = name.rpartition("/")[2].rpartition("v=")[2]
    address = f"https://youtu.be/{name}" if service == "youtube" else f"https://vimeo.com/{name}"
    return f"[{address.removeprefix('https://')}]({address})"


def _output(match: re.Match[str], body: Body, line: int, page: Page, title: str) -> str:
    """What Liquid would have printed."""
    value, *filters = [part.strip() for part in match[1].split("|")]
    before = next((f.partition(":")[2].strip() for f in filters if f.startswith("prepend")), "")
    if value in ("site.baseurl", "site.url", "site.github.url", "page.baseurl") or (
        value[:1] in "\"'" and not before.strip("\"'. a-z")
    ):
        return value[1:-1] if value[:1] in "\"'" else ""
    if value == "page.title":
        return title
    if "." not in value and not filters:
        return match[0]  # mathematics, or a template shown on purpose
    body.warn(line, f"'{match[0]}' has no equal here; left visible as code")
    return f"`{match[0]}`"
