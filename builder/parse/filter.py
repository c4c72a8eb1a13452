"""Raw HTML that authors write: filtered to what is harmless, its headings kept out of the table of contents."""

from __future__ import annotations

import functools
import posixpath
import re
from html.parser import HTMLParser

import nh3

_TAGS = nh3.ALLOWED_TAGS | {
    "figure",
    "figcaption",
    "details",
    "summary",
    "section",
    "aside",
    "input",
    "video",
    "audio",
    "source",
}
_EVERYWHERE = {"id", "class", "title", "lang", "dir", "style", "align", "aria-label"}
_STYLES = {"width", "height", "max-width", "text-align", "float", "margin", "color"}
_LOADING = {"src", "poster"}
_REMOTE_IMAGE = re.compile(r"<img\b[^<>]*?\bsrc\s*=\s*[\"']?((?:https?:)?//[^\s\"'<>]+)[^<>]*>", re.IGNORECASE)
_HEADING = re.compile(r"^<h([1-6]) id=", re.MULTILINE)


@functools.cache
def _attributes() -> dict[str, set[str]]:
    attributes = {tag: set(allowed) for tag, allowed in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes["*"] = attributes.get("*", set()) | _EVERYWHERE
    attributes["a"] -= {"rel"}
    attributes["img"] |= {"loading", "width", "height"}
    attributes["input"] = {"type", "checked", "disabled"}
    attributes["details"] = {"open"}
    attributes["video"] = attributes["audio"] = {"src", "controls", "loop", "muted", "poster", "width", "height"}
    attributes["source"] = {"src", "type"}
    return attributes


def keep_harmless(markup: str) -> str:
    """Keep only HTML that neither runs anything nor loads anything from another host."""
    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_attributes(),
        attribute_filter=_local_only,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )


def _local_only(tag: str, attribute: str, value: str) -> str | None:
    """Drop addresses on other hosts from what a browser loads by itself, and data from links."""
    if re.match(r"(?i)\s*data:", value) and attribute in {*_LOADING, "href", "cite"}:
        return value if tag == "img" and re.match(r"(?i)data:image/(png|jpeg|gif|webp);", value) else None
    if attribute in _LOADING and re.match(r"(?i)\s*([a-z][a-z0-9+.-]*:|[/\\]{2})", value):
        return None
    return value


def link_remote_pictures(markup: str) -> str:
    """Make pictures on other hosts links: a page loads nothing from elsewhere."""

    def link(match: re.Match[str]) -> str:
        alt = re.search(r"\balt\s*=\s*\"([^\"<>]+)\"", match[0])
        return f'<a href="{match[1]}">{alt[1] if alt else posixpath.basename(match[1]) or match[1]}</a>'

    return _REMOTE_IMAGE.sub(link, markup)


class _Depth(HTMLParser):
    """Counts how deep each line of a body stands inside raw HTML."""

    VOID = {"br", "hr", "img", "input", "source", "wbr", "col", "area", "embed", "track"}

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.headings: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.headings[self.getpos()[0]] = self.depth
        if tag not in self.VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.depth -= 1


def nest_headings(body: str) -> str:
    """Mark headings inside raw HTML, so that only top-level ones enter the table of contents."""
    depth = _Depth()
    depth.feed(body)
    lines = body.split("\n")
    for number, level in depth.headings.items():
        if level:
            lines[number - 1] = _HEADING.sub(r'<h\1 class="sl-nested" id=', lines[number - 1])
    return "\n".join(lines)
