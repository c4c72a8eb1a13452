"""The plain text of an entry as a whole: its title, its description and every sentence; neither code nor demos."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it.token import Token

from builder.parse.scan import plain


def plain_text(title: str, description: str, tokens: Iterable[Token]) -> str:
    """What an entry says, a block a line. It depends on the entry alone: references are in the author's words."""
    blocks = [plain(token.children or []) for token in tokens if token.type == "inline"]
    return "\n".join(block for block in (title, description, *blocks) if block)
