"""Block tokens as wholes: what stands at the top level of a text, and how a block is taken out of what is around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top level, or an item of a list there (then `list` opens and closes the list)."""

    tokens: list[Token]
    list: tuple[Token, Token] | None = None

    @property
    def type(self) -> str:
        """The type of its first token, such as `heading_open`."""
        return self.tokens[0].type

    @property
    def level(self) -> int:
        """The level of a heading."""
        return int(self.tokens[0].tag[1])

    @property
    def line(self) -> int:
        """Where it begins, counted from 0."""
        return (self.tokens[0].map or [0])[0]

    @property
    def text(self) -> str:
        """The text of a heading or a paragraph, or of the paragraph that an item begins with."""
        at = 2 if self.type == "list_item_open" else 1
        return self.tokens[at].content if len(self.tokens) > at and self.tokens[at].type == "inline" else ""


def split_blocks(tokens: list[Token]) -> Iterator[Block]:
    """The blocks at the top level of block tokens, lists as their items."""
    start = 0
    while start < len(tokens):
        end = _end(tokens, start)
        if tokens[start].type in ("bullet_list_open", "ordered_list_open"):
            item = start + 1
            while item < end - 1:
                after = _end(tokens, item)
                yield Block(tokens[item:after], (tokens[start], tokens[end - 1]))
                item = after
        else:
            yield Block(tokens[start:end])
        start = end


def _end(tokens: list[Token], start: int) -> int:
    """The position after the block that begins at `start`."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position + 1
    return len(tokens)


def open_item(item: Block, text: str, *, skipped: int = 0) -> list[Token]:
    """The blocks inside a list item that begins with a paragraph, which now reads `text`; without it if that is empty.

    `skipped` counts the lines of the paragraph that are gone from its beginning.
    """
    inside = item.tokens[1:-1]
    for token in inside:
        token.level -= 2
        if token.level == 0 and token.type in ("paragraph_open", "paragraph_close"):
            token.hidden = False  # as it was in a tight list
    if not text.strip():
        return inside[3:]
    inside[1].content = text
    for token in inside[:2]:
        token.map = [token.map[0] + skipped, token.map[1]] if token.map else None
    return inside


def as_paragraph(heading: Block, text: str) -> list[Token]:
    """A heading as a paragraph that reads `text`."""
    opening, inline, closing = heading.tokens
    opening.type, closing.type = "paragraph_open", "paragraph_close"
    opening.tag = closing.tag = "p"
    opening.markup = closing.markup = ""
    inline.content = text
    return [opening, inline, closing]


def take_footnotes(tokens: list[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """Tokens without the definitions of footnotes, and these by their label; of several with one label, the last."""
    kept: list[Token] = []
    notes: dict[str, list[Token]] = {}
    target = kept
    for token in tokens:
        if token.type == "footnote_reference_open":
            target = notes[token.meta["label"]] = []
        target.append(token)
        if token.type == "footnote_reference_close":
            target = kept
    return kept, notes
