"""A page as a Markdown file whose only Markdown is its top-level headings: all else is finished HTML, passed on untouched."""

from __future__ import annotations

import html
import json
import re

from builder.model import Page
from builder.stage.bundle import scripts_of
from builder.urls import relative

MERMAID = "assets/studylog/vendor/mermaid.tiny.js"
FONTS = {"<em>": "serif-italic", "<code": "code", "<math": "math"}
"""Fonts that a page asks for as soon as it asks for its style, by what of it needs them; all pages need two others."""
_HEADING = re.compile(r'^<h([1-6]) id="([^"]+)">(.*)</h\1>$', re.MULTILINE)
_TAG_OR_ENTITY = re.compile(r"(<[^<>]*>|&#?\w+;)")
_ATTRIBUTE = re.compile(r'"([^"]*)"')
_SPECIAL = re.compile(r"[^\w\s&;,]|_")
_NOT_TEXT = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]*>|\t", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"^( *) $", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def to_markdown(page: Page) -> str:
    """Write a page as Markdown that says exactly what its HTML says."""
    content = _CONTROL.sub("", page.html)
    parts, end = [], 0
    for match in _HEADING.finditer(content):
        parts.append(_raw(content[end : match.start()]))
        parts.append(f'{"#" * int(match[1])} {_heading_text(match[3])} {{ id="{match[2]}" }}')
        end = match.end()
    parts.append(_raw(content[end:]))
    if 'class="mermaid"' in content:
        parts.append(f'<script type="studylog/touched" src="{relative(page.url, MERMAID)}"></script>')
    return "\n\n".join([_front_matter(page), *(part for part in parts if part)]) + "\n"


def _front_matter(page: Page) -> str:
    """The engine writes title and description into HTML as they are: they are escaped here."""
    meta: dict[str, object] = {}
    if page.url:  # without a title of its own, the home page is called like the site
        meta["title"] = escape_line(page.title)
    if page.description:
        meta["description"] = escape_line(page.description)
    if page.hide:
        meta["hide"] = list(page.hide)
    if page.tags:
        meta["tags"] = [escape_line(tag) for tag in page.tags]  # the search puts them into its list as HTML
    if page.card:
        meta["card"] = page.card
    if fonts := [font for mark, font in FONTS.items() if mark in page.html]:
        meta["fonts"] = fonts
    if scripts := scripts_of(page.html):
        meta["scripts"] = scripts
    if not page.search:
        meta["search"] = {"exclude": True}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in meta.items()]
    return "\n".join(["---", *lines, "---"])


def escape_line(text: str) -> str:
    """Escape text for places where an engine copies it into HTML unescaped, attributes included."""
    return html.escape(" ".join(_CONTROL.sub("", text).split()))


def _raw(content: str) -> str:
    """Wrap finished HTML so that Python-Markdown passes it on untouched: it expands tabs and strips blank lines."""
    content = content.strip("\n")
    if not content.strip():
        return ""
    if "\t" in content:
        content = _NOT_TEXT.sub(lambda match: "&#9;" if match[0] == "\t" else match[0].replace("\t", " "), content)
    if " \n" in content or content.endswith(" "):
        content = _SPACES.sub(r"\1&#32;", content)
    content = content.replace("\n</div>\n\n", "\n </div>\n\n")  # only a part itself ends like this
    return f'<div class="sl-part">\n{content}\n</div>'


def _heading_text(markup: str) -> str:
    """Inline HTML in which Python-Markdown finds nothing to interpret."""

    def entities(text: str) -> str:
        return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};" if match[0].isascii() else match[0], text)

    pieces = _TAG_OR_ENTITY.split(markup)
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pieces[index] = entities(piece)
        elif piece.startswith("<"):
            pieces[index] = _ATTRIBUTE.sub(lambda match: f'"{entities(match[1])}"', piece)
    return "".join(pieces)
