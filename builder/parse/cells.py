"""What a notebook's file holds: lines of front matter and cells, whatever format it has."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it.rules_core import StateCore, block
from markdown_it.token import Token

from builder.errors import Problem
from builder.model import Cell


@dataclass(frozen=True, slots=True)
class NotebookText:
    """A notebook split up. `front` is its front matter as (line of the file, text)."""

    front: tuple[tuple[int, str], ...]
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...] = ()


def read_blocks(state: StateCore) -> None:
    """Read blocks of the source; in a notebook, of each cell for itself, so that what one leaves open ends with it.

    Code cells become tokens `code_cell`. Tokens of a notebook are mapped to the lines of its file. `blocks` in the
    environment are blocks that were read before, as those of one day of a year's file.
    """
    if "blocks" in state.env:
        state.tokens.extend(state.env["blocks"])
        return
    if "cells" not in state.env:
        block(state)
        return
    for cell in state.env["cells"]:
        first = len(state.tokens)
        if cell.type == "code":
            state.tokens.append(Token("code_cell", "", 0, block=True, map=[0, len(cell.lines)], meta={"cell": cell}))
        elif cell.type == "markdown":
            state.md.block.parse(cell.text, state.md, state.env, state.tokens)
        for token in state.tokens[first:]:
            if token.map is not None:
                start, end = token.map
                last = cell.lines[min(max(end, start + 1), len(cell.lines)) - 1]
                token.map = [cell.lines[min(start, len(cell.lines) - 1)], last + 1]
