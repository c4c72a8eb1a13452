"""A table of words, numbers and checks that hold or fail."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import plain, visible
from builder.outputs._numbers import number, short

__all__ = ["OUTPUT", "Table"]

MAX_CELLS = 4_000
CHARACTERS = 400  # of a cell on the page; the result file has all of them
NAMED = 8  # failing rows in the description
NOT_FINITE = ("NaN", "∞", "-∞")  # JSON has no numbers for them

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows with a cell for each column: text, a number, True or False for a check that holds or fails, or None.

    The first column names the rows. `notes` stand below the table.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


def encode(value: Table) -> Encoded:
    """Write the table as JSON. Raises ValueError if a row does not fit the columns."""
    size = len(value.rows) * len(value.columns)
    if not 1 <= size <= MAX_CELLS:
        raise ValueError(f"the table '{value.title}' has {size:,} cells, not 1 to {MAX_CELLS:,}")
    content: dict[str, Json] = {
        "title": value.title,
        "columns": list(value.columns),
        "rows": [_read(row, i, value) for i, row in enumerate(value.rows)],
        "notes": list(value.notes),
    }
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("table.json", "application/json", data),), _describe(content))


def to_html(view: View) -> str:
    """Render the table, which scrolls sideways where it must, and its notes."""
    content = view.json("table.json")
    numeric = [_is_numeric(column) for column in zip(*content["rows"], strict=True)]
    head = "".join(
        f'<th scope="col"{_align(right)}>{visible(name)}</th>'
        for name, right in zip(content["columns"], numeric, strict=True)
    )
    title, label = visible(content["title"]), html.escape(plain(content["title"], 200))
    notes = "".join(f'<p class="sl-note">{visible(note)}</p>' for note in content["notes"])
    return (
        f'<div class="sl-viewer sl-listing"><p class="sl-title">{title}</p>'
        f'<div class="sl-scroll" role="group" aria-label="{label}" tabindex="0"><table class="sl-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(_rows(content, numeric))}</tbody></table></div>{notes}</div>"
    )


def to_text(view: View) -> str:
    """Return the table as lines, `row: column value, column value`."""
    content = view.json("table.json")
    lines = [plain(content["title"], 200)]
    for row in content["rows"]:
        first, *rest = (plain(_written(cell), CHARACTERS) for cell in row)
        pairs = (f"{plain(name, 80)} {text}" for name, text in zip(content["columns"][1:], rest, strict=True))
        lines.append(f"{first}: {', '.join(pairs)}" if rest else first)
    return "\n".join([*lines, *(plain(note) for note in content["notes"])])


def _read(row: Sequence[Any], index: int, table: Table) -> list[Cell]:
    if len(row) != len(table.columns):
        raise ValueError(f"row {index + 1} of '{table.title}' has {len(row)} cells for {len(table.columns)} columns")
    return [_cell(cell, f"row {index + 1}, column '{name}'") for cell, name in zip(row, table.columns, strict=True)]


def _cell(cell: Any, where: str) -> Cell:
    """A cell as JSON has it; numbers of numpy and torch are taken as numbers. Raises ValueError for anything else."""
    plain_cell = cell.item() if hasattr(cell, "item") else cell
    if isinstance(plain_cell, float):
        rounded = short(plain_cell)
        return number(plain_cell) if rounded is None else rounded
    if plain_cell is None or isinstance(plain_cell, str | int):
        return plain_cell
    raise ValueError(f"{where}: a cell is text, a number, True, False or None, not {type(cell).__name__}")


def _is_number(cell: Cell) -> bool:
    return cell in NOT_FINITE or (isinstance(cell, int | float) and not isinstance(cell, bool))


def _is_numeric(column: Sequence[Cell]) -> bool:
    given = [cell for cell in column if cell is not None]
    return bool(given) and all(map(_is_number, given))


def _align(right: bool) -> str:
    return ' class="sl-num"' if right else ""


def _written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "✓ holds" if cell else "✗ fails"
    return "–" if cell is None else number(cell) if isinstance(cell, int | float) else cell


def _rows(content: Json, numeric: Sequence[bool]) -> Iterator[str]:
    for row in content["rows"]:
        cells = (_html(cell, right, i == 0) for i, (cell, right) in enumerate(zip(row, numeric, strict=True)))
        yield f"<tr>{''.join(cells)}</tr>"


def _html(cell: Cell, right: bool, names_row: bool) -> str:
    text = plain(_written(cell), CHARACTERS) if isinstance(cell, str) else _written(cell)
    if isinstance(cell, bool):
        return f'<td class="sl-{"holds" if cell else "fails"}">{text}</td>'
    if names_row and isinstance(cell, str):
        return f'<th scope="row">{visible(text)}</th>'
    return f"<td{_align(right)}>{visible(text)}</td>"


def _describe(content: Json) -> str:
    """How large the table is; for each column of checks, how many hold and which fail."""
    columns, rows = content["columns"], content["rows"]
    sizes = ((len(rows), "row"), (len(columns), "column"))
    size = " and ".join(f"{count} {noun}{'s' * (count != 1)}" for count, noun in sizes)
    says = [f"{plain(content['title'], 200)}: a table of {size}: {', '.join(plain(name, 60) for name in columns)}"]
    for name, column in zip(columns, zip(*rows, strict=True), strict=True):
        checks = [(row[0], cell) for row, cell in zip(rows, column, strict=True) if isinstance(cell, bool)]
        if checks:
            failed = [f"“{plain(_written(first), 60)}”" for first, cell in checks if not cell]
            held = f"{plain(name, 60)}: {len(checks) - len(failed)} of {len(checks)} hold"
            more = f" and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
            says.append(held + (f"; fails: {', '.join(failed[:NAMED])}{more}" if failed else ""))
    return ". ".join(says) + "."


def example() -> Table:
    """Three checks of a network, one of which fails."""
    return Table(
        title="Before training",
        columns=["check", "expected", "measured", "holds"],
        rows=[
            ["loss at initialisation", 2.3026, 2.31, True],
            ["one batch can be learned by heart", 0.0, 0.002, True],
            ["an image does not change its neighbour's output", 0.0, 0.41, False],
        ],
        notes=["ln 10 = 2.3026"],
    )


OUTPUT = Output("table", Table, encode, to_html, to_text, example)
