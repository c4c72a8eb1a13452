"""A document's tokens, put in shape before they are scanned: its title, heading levels and remarks of days to come."""

from __future__ import annotations

import datetime as dt

from markdown_it.token import Token

from builder.kinds.frontmatter import parse_date
from builder.parse.scan import plain
from builder.parse.syntax import REMARKS


def take_title(tokens: list[Token]) -> str:
    """The text of the heading that begins the document, if all others are below it or it is of level 1."""
    if not tokens or tokens[0].type != "heading_open":
        return ""
    others = [token.tag for token in tokens[1:] if token.type == "heading_open"]
    if tokens[0].tag == "h1" or all(tag > tokens[0].tag for tag in others):
        return " ".join(plain(tokens[1].children or []).split())
    return ""


def shift_headings(tokens: list[Token], title: str) -> None:
    """Remove the body's own title, and shift the other headings so that the title is the only one of level 1."""
    if tokens and tokens[0].type == "heading_open":
        text = " ".join(plain(tokens[1].children or []).split())
        if text.casefold() == title.casefold():
            del tokens[:3]
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if any(token.tag == "h1" for token in headings):
        for token in headings:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def drop_future(tokens: list[Token], today: dt.date) -> bool:
    """Remove annotations dated after today; tell whether there was any."""
    kept, opened = [], 0
    for token in tokens:
        if opened or (token.type == "callout_open" and _is_future(token, today)):
            opened += token.nesting if token.type in ("callout_open", "callout_close") else 0
        else:
            kept.append(token)
    dropped = len(kept) < len(tokens)
    tokens[:] = kept
    return dropped


def _is_future(callout: Token, today: dt.date) -> bool:
    try:
        return callout.meta["kind"] in REMARKS and parse_date(callout.meta["date"]) > today
    except ValueError:
        return False  # a date that cannot be read is reported when scanning
