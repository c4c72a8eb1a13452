"""The numbers behind a heat map: all of them where they are few, else a line for each row and each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from builder.model import Json
from builder.outputs._cells import extremes
from builder.outputs._escape import plain, visible
from builder.outputs._numbers import number
from builder.outputs._table import data_table

MAX_CELLS = 400  # of a table with all values
EXTREMES = 5  # cells at each end of the values


def map_tables(part: Json, content: Json) -> str:
    """Return the folded tables of one map: its values, and its extremes where more is known than their value."""
    name = plain(part["title"] or content["title"], 80)
    down, across = visible(content["row_title"] or "row"), visible(content["column_title"] or "column")
    tables = []
    if "details" in part:
        columns = [down, across, "value", "details"]
        tables.append(data_table(f"{name}: the highest and lowest values", columns, _extremes(part)))
    if len(part["rows"]) * len(part["columns"]) <= MAX_CELLS:
        columns = [down, *map(visible, part["columns"])]
        tables.append(data_table(f"{name}: all values", columns, _all(part)))
        return "".join(tables)
    turned = [list(column) for column in zip(*part["values"], strict=True)]
    sides = ((down, "rows", part["values"], across, "columns"), (across, "columns", turned, down, "rows"))
    for title, labels, values, other, others in sides:
        columns = [title, "mean", "lowest", f"at {other}", "highest", f"at {other}"]
        rows = _summaries(part[labels], values, part[others])
        tables.append(data_table(f"{name}: its {len(values)} {labels} in short", columns, rows))
    return "".join(tables)


def _extremes(part: Json) -> Iterator[str]:
    for i, j, value in extremes(part, EXTREMES):
        labels = f"<td>{visible(part['rows'][i])}</td><td>{visible(part['columns'][j])}</td>"
        yield f'<tr>{labels}<td class="sl-num">{number(value)}</td><td>{visible(part["details"][i][j])}</td></tr>'


def _all(part: Json) -> Iterator[str]:
    for label, row in zip(part["rows"], part["values"], strict=True):
        cells = "".join(f'<td class="sl-num">{_written(value)}</td>' for value in row)
        yield f'<tr><th scope="row">{visible(label)}</th>{cells}</tr>'


def _summaries(labels: Sequence[str], values: Sequence[Sequence[float | None]], others: Sequence[str]) -> Iterator[str]:
    """A line for each row: its mean, its lowest and highest values and where they are."""
    for label, row in zip(labels, values, strict=True):
        known = [(value, j) for j, value in enumerate(row) if value is not None]
        ends = (min(known), max(known, key=lambda pair: pair[0])) if known else ()
        mean = number(fmean(value for value, _ in known)) if known else "–"
        cells = "".join(f'<td class="sl-num">{number(v)}</td><td>{visible(others[j])}</td>' for v, j in ends)
        yield f'<tr><th scope="row">{visible(label)}</th><td class="sl-num">{mean}</td>{cells}</tr>'


def _written(value: float | None) -> str:
    return "–" if value is None else number(value)
