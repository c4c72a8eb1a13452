"""A title for a text that has none: its first words, without marks."""

from __future__ import annotations

import re

from builder.parse.scan import plain
from builder.parse.syntax import markdown

_TITLE_LENGTH = 80


def plain_text(text: str) -> str:
    """A line of Markdown without its marks."""
    text = re.sub(r"\[\^[^\[\]]*\]", "", re.sub(r"\[([^\[\]]+)\]\[[^\[\]]*\]", r"\1", text[:600]))
    tokens = markdown().parseInline(re.sub(r"<[^<>\n]{0,200}>", " ", text))
    return " ".join(plain(tokens[0].children or []).split()) if tokens else ""


def title_of(text: str) -> str:
    """A title for a text: its first sentence, cut at a word."""
    line = plain_text(text)
    sentence = re.match(r"(.{12,}?[.!?:;])(?:\s|$)", line[: _TITLE_LENGTH + 1])
    line = sentence[1] if sentence else line
    if len(line) > _TITLE_LENGTH:
        line = line[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:-–— ") + "…"
    return _LINK_WORDS.sub("", line).rstrip(".:;, ")


_LINK_WORDS = re.compile(r"\s*[(\[](?:pdf|link|paper|code|video|talk|slides|blog|post)[)\]]\s*$", re.IGNORECASE)
