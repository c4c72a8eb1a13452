"""A page for the theme's search to read: with less markup, of which it makes the same entries in a quarter of the time.

The search parses each page with html.parser, tag by tag. It keeps no colours of code and no structure of formulas, and
leaves the foot of a page out, and lists of what other pages say; so these are taken from it beforehand.
"""

from __future__ import annotations

import re
from html import unescape

_LEFT_OUT = re.compile(r'(<(footer|section) class="[\w-]+" data-search-exclude[^<>]*>)(.*?)(</\2>)', re.DOTALL)
_NOT_IN_IT = re.compile(r"<(?:footer|section|h[1-6]|script|style|object|!)")
_CODE_OR_FORMULA = re.compile(r"<pre>.*?</pre>|(<math [^<>]*>)(.*?)(?=</math>)", re.DOTALL)
_COLOUR = re.compile(r'</?span(?: class="[a-z0-9]*")?>')
_OTHER_SPAN = re.compile(r"</?span\b")
_TAG = re.compile(r"</?m[a-z]+(?: [^<>]*)?>")
_ASKS = re.compile(r'data-search-\w+="')
_ASKED = re.compile(r'\s?data-search-\w+="[^"]+"')


def with_less_markup(html: str) -> str:
    """A page without what the search would read and forget."""
    return _CODE_OR_FORMULA.sub(_plainer, _LEFT_OUT.sub(_emptied, html))


def without_requests(html: str) -> str:
    """A page as the search leaves it: without the attributes that are meant for it."""
    return _ASKED.sub("", html) if _ASKS.search(html) else html


def _emptied(part: re.Match[str]) -> str:
    return part[0] if _NOT_IN_IT.search(part[3]) else part[1] + part[4]


def _plainer(found: re.Match[str]) -> str:
    """A block of code without its colours, or a formula without its tags; as it was if something in it is not known."""
    if found[1]:
        pieces = _TAG.split(found[2])  # the search makes one space of several pieces that are spaces
        is_known = not any("<" in piece or unescape(piece).isspace() for piece in pieces)
        return found[1] + "".join(pieces) if is_known else found[0]
    text = _COLOUR.sub("", found[0])
    return found[0] if _OTHER_SPAN.search(text) else text
