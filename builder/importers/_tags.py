"""A tag or an output of Liquid within a line, as Markdown; one without an equal stays visible as code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builder.importers._figures import figure, film
from builder.importers._types import Body, Page

TAG = re.compile(r"(?<!\{)\{%-?\s*(\w+)((?:[^%{}]|%(?!\})|[{}]){0,500}?)-?%\}(?!\})")
OUTPUT = re.compile(
    r"(?<![\\^_{])(?:(?<=\}\})|(?<!\}))\{\{-?\s*"
    r"((?:\"[^\"{}]*\"|'[^'{}]*'|[A-Za-z_][\w-]*(?:\.[\w-]+)*)(?:\s*\|[^{}]*)?)\s*-?\}\}"
)
CONDITIONS = frozenset(("if", "unless", "case", "when", "elsif", "else", "endif", "endunless", "endcase"))
VARIABLES = frozenset(("assign", "capture", "endcapture", "increment", "decrement", "cycle"))
TOC = "the old generator's table of contents; the page makes its own"
_PICTURE = re.compile(r"fig|im(?:g|age)|photo|picture")
_ADDRESS_OF_SITE = ("site.baseurl", "site.github.url", "page.baseurl")


@dataclass(frozen=True, slots=True)
class Line:
    """Where a tag stands: the page's body, title and site, the line, and whether it is inside raw HTML."""

    body: Body
    page: Page
    title: str
    number: int
    in_html: bool

    def unknown(self, written: str, what: str = "") -> str:
        """Leave something visible as code."""
        self.body.warn(self.number, f"{what}'{written}' has no equal here; left visible as code")
        return f"`{written.strip()}`"


def reference(match: re.Match[str], name: str) -> str:
    """The address of a page by the name that a tag gives it; a link, where no link is around the tag."""
    target = f"ref:{name}".replace(" ", "%20")
    is_target = re.search(r"[(\"'=<}]\s*$|\]:\s*$", match.string[: match.start()])
    return target if is_target else f"[{name.rpartition('/')[2]}]({target})"


def tag_as_markdown(match: re.Match[str], line: Line) -> str:
    """A tag as Markdown."""
    name, arguments = match[1], match[2].strip()
    first = arguments.split()[0].strip("\"'") if arguments else ""
    if name in ("raw", "endraw", "bibliography", "toc", *VARIABLES):
        return ""
    if name in CONDITIONS:
        if name in ("if", "unless", "case"):
            line.body.warn(line.number, f"the condition '{match[0]}' is gone; the text that depended on it stays")
        return ""
    if name in ("post_url", "link") and first:
        return reference(match, first)
    if name == "gist" and first:
        return f"[gist {first}](https://gist.github.com/{first})"
    if name in ("youtube", "vimeo") and first:
        return film(name, first)
    if name in ("twitter", "tweet") and first.startswith("http"):
        return f"<{first}>"
    if name == "cite" and arguments:
        return "; ".join(f"[@{key}]" for key in arguments.split() if re.fullmatch(r"[\w:.-]+", key))
    return _include(match, first, line)


def _include(match: re.Match[str], file: str, line: Line) -> str:
    """What themes include: pictures and films."""
    name, arguments = match[1], match[2]
    values = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']", arguments))
    source = next((values[key] for key in ("src", "url", "path", "image_path", "image", "file") if values.get(key)), "")
    if name not in ("include", "include_relative", "include_cached", "figure", "img", "video", "responsive_image"):
        return line.unknown(match[0], "the Liquid tag ")
    if re.search(r"\btoc\b", file):
        return ""
    service = next((s for s in ("youtube", "vimeo") if s in f"{file} {values.get('provider', '')}".lower()), "")
    if service and (number := values.get("id") or values.get("video_id") or source):
        return film(service, number)
    if source and _PICTURE.search(f"{file} {name}") and "{{" not in source:
        return figure(
            source, values.get("alt") or values.get("title") or "", values.get("caption") or "", in_html=line.in_html
        )
    if source and re.search(r"video|audio", f"{file} {name}") and "{{" not in source:
        return f"[{source.rpartition('/')[2]}]({source.replace(' ', '%20')})"
    return line.unknown(match[0], "the Liquid tag ")


def output_as_markdown(match: re.Match[str], line: Line) -> str:
    """What Liquid would have printed."""
    value, *filters = [part.strip() for part in match[1].split("|")]
    before = next((f.partition(":")[2].strip() for f in filters if f.startswith("prepend")), "")
    if value == "site.url":
        return line.page.site.address
    if value in _ADDRESS_OF_SITE:
        return line.page.site.base if re.search(r"site\.url\s*-?\}\}$", match.string[: match.start()]) else ""
    if value[:1] in "\"'" and not before.strip("\"'. a-z"):
        return value[1:-1]
    if value == "page.title":
        return line.title
    if "." not in value and not filters:
        return match[0]  # mathematics, or a template shown on purpose
    return line.unknown(match[0])
