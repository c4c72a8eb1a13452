"""A Python file in percent format as a page to read: its text and its code, not run again."""

from __future__ import annotations

import re
from dataclasses import replace

from builder.importers import _markup
from builder.importers._frontmatter import Header
from builder.importers._single import single
from builder.importers._types import Body, Importer, Page, Piece, Reading
from builder.parse.percent import parse_percent


def accepts(page: Page) -> bool:
    """Python files with cells."""
    return bool(re.search(r"^#[ \t]*%%", page.text, re.MULTILINE))


def read(page: Page) -> Reading:
    """Make a note of the cells. Lines that only mark them, and Jupytext's header, are metadata."""
    notebook = parse_percent(page.text, str(page.path))
    body = Body([])
    for problem in notebook.problems:
        body.warn(problem.source.line, problem.message)
    for cell in notebook.cells:
        lines = [Piece(n if t.strip() else 0, t) for n, t in zip(cell.lines, cell.text.split("\n"), strict=False)]
        if cell.type == "markdown":
            body.pieces += [*lines, Piece(0, "")]
        elif cell.text.strip():
            body.pieces += [Piece(0, "```python"), *lines, Piece(0, "```"), Piece(0, "")]
    notice = [Piece(0, "> [!note] Not run here"), Piece(0, "> Only the code came along."), Piece(0, "")]
    _markup.convert(body)
    inside = {piece.line for piece in body.pieces}
    body.metadata.update(n for n, line in enumerate(page.raw, start=1) if line.strip() and n not in inside)
    reading = single(page, Header(), body)
    if not reading.drafts:
        return reading
    first, *others = reading.drafts
    return replace(reading, drafts=(replace(first, body=(*notice, *first.body)), *others))


IMPORTER = Importer("percent", accepts, read, suffixes=(".py",), order=10)
