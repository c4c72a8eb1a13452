"""HTML of other people (authors, notebooks, models), cut down to what neither runs nor loads anything."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Callable

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


Filter = Callable[[str, str, str], str | None]  # (tag, attribute, value) -> the value to keep


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
    return _clean(markup, _TAGS, _attributes(), _local_only)


def keep_self_contained(markup: str) -> str:
    """Keep only HTML that is harmless anywhere: without headings, anchors and classes, and links inside the site."""
    attributes = {tag: allowed - {"id", "class"} for tag, allowed in _attributes().items()}
    return _clean(markup, _TAGS - {f"h{level}" for level in range(1, 7)}, attributes, _complete_only)


def _clean(markup: str, tags: set[str], attributes: dict[str, set[str]], keep: Filter) -> str:
    return nh3.clean(
        markup,
        tags=tags,
        attributes=attributes,
        attribute_filter=keep,
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


def _complete_only(tag: str, attribute: str, value: str) -> str | None:
    """As `_local_only`, and without addresses that depend on the page."""
    if attribute in {*_LOADING, "href", "cite"} and not re.match(r"(?i)\s*(https?:|mailto:|data:)", value):
        return None
    return _local_only(tag, attribute, value)


def link_remote_pictures(markup: str) -> str:
    """Make pictures on other hosts links: a page loads nothing from elsewhere."""

    def link(match: re.Match[str]) -> str:
        alt = re.search(r"\balt\s*=\s*\"([^\"<>]+)\"", match[0])
        return f'<a href="{match[1]}">{alt[1] if alt else posixpath.basename(match[1]) or match[1]}</a>'

    return _REMOTE_IMAGE.sub(link, markup)
