"""Raw HTML in an entry: its headings are kept out of the table of contents."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HEADING = re.compile(r"^<h([1-6]) id=", re.MULTILINE)


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
