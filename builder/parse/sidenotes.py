"""Footnotes that can stand beside the text: those of one paragraph, called from running text or a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markdown_it.token import Token

_RUNNING = ("paragraph", "bullet_list", "ordered_list", "list_item")
_SHORT = ["paragraph_open", "inline", "paragraph_close"]


def take_side_notes(tokens: list[Token]) -> tuple[list[Token], Mapping[int, list[Token]]]:
    """Separate side notes from a document's tokens: the rest, and the inline tokens of each side note by its id.

    Notes of several paragraphs, and those called from tables, headings or callouts, stay at the end of the text.
    """
    start = next((index for index, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    called = set(_called(tokens[:start]))
    rest: list[Token] = []
    notes: dict[int, list[Token]] = {}
    index = start
    while index < len(tokens):
        end = index
        if tokens[index].type == "footnote_open":
            end = next((i for i in range(index, len(tokens)) if tokens[i].type == "footnote_close"), index)
        inner = tokens[index + 1 : end]
        if end > index and _is_short(inner) and tokens[index].meta["id"] in called:
            notes[tokens[index].meta["id"]] = inner[1].children or []
        else:
            rest += tokens[index : end + 1]
        index = end + 1
    if [token.type for token in rest] == ["footnote_block_open", "footnote_block_close"]:
        rest = []
    return tokens[:start] + rest, notes


def _is_short(note: list[Token]) -> bool:
    """Whether a note is one paragraph that calls no other note."""
    types = [token.type for token in note if token.type != "footnote_anchor"]
    return types == _SHORT and all(child.type != "footnote_ref" for child in note[1].children or [])


def _called(tokens: list[Token]) -> Iterator[int]:
    """The ids of notes whose first call stands in running text or in a list."""
    enclosed = 0  # in how many other things
    for token in tokens:
        if token.type.removesuffix("_open").removesuffix("_close") not in _RUNNING:
            enclosed += token.nesting
        if token.type == "inline" and not enclosed:
            calls = [child for child in token.children or [] if child.type == "footnote_ref"]
            yield from (call.meta["id"] for call in calls if not call.meta.get("subId"))
