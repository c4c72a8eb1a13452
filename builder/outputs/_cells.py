"""What one would say about matrices of numbers: their extremes, how much is zero, their form, where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from builder.model import Json
from builder.outputs._board import place
from builder.outputs._escape import percent, plain
from builder.outputs._numbers import number

Cell = tuple[int, int, float]  # row, column, value


def describe_maps(content: Json) -> str:
    """Describe the maps of a heat map one by one, and how each differs from the first."""
    maps, title = content["maps"], plain(content["title"], 200)
    if len(maps) == 1:
        return f"{title}: {describe_map(maps[0], content)}"
    words = [f"{plain(part['title'], 80)}: {describe_map(part, content)}" for part in maps]
    differences = (_difference(maps[0], part, content) for part in maps[1:])
    return " ".join([f"{title}: {len(maps)} maps.", *words, *filter(None, differences)])


def describe_map(part: Json, content: Json) -> str:
    """Describe one map: its size, its extremes or the share of ones, its zeros and its form."""
    cells = known(part)
    size = f"{len(part['rows'])} x {len(part['columns'])} cells"
    count, total = len(cells), len(part["rows"]) * len(part["columns"])
    if not cells:
        return f"{size}, none with a value."
    missing = [f"{total - count:,} cells have no value"] if count < total else []
    values = {value for _, _, value in cells}
    if len(values) == 1:
        return "; ".join([f"{size}, each {number(values.pop())}", *missing]) + "."
    if values == {0, 1}:
        ones = sum(value == 1 for _, _, value in cells)
        says = [f"{size}, {ones:,} of {count:,} ({percent(ones / count)}) are 1, the others 0", *_fullest(part)]
    else:
        ends = (_at(end(cells, key=_value), cells, part, content) for end in (min, max))
        says = [f"{size}, from {' to '.join(ends)}", *_zeros(cells)]
    return "; ".join([*says, *_form(part), *missing]) + "."


def known(part: Json) -> list[Cell]:
    """Every cell that has a value, row by row."""
    return [(i, j, v) for i, row in enumerate(part["values"]) for j, v in enumerate(row) if v is not None]


def extremes(part: Json, count: int) -> list[Cell]:
    """The cells with the highest values and those with the lowest, at most `count` of each."""
    order = sorted(known(part), key=_value)
    lowest = order[: min(count, len(order) // 2)]
    highest = sorted(order[len(lowest) :], key=lambda cell: -cell[2])[:count]
    return [*highest, *reversed(lowest)]


def _value(cell: Cell) -> float:
    return cell[2]


def _at(cell: Cell, cells: Sequence[Cell], part: Json, content: Json) -> str:
    """A value with its place, if it is the only one."""
    row, column, value = cell
    if sum(value == other for _, _, other in cells) > 1:
        return number(value)
    return f"{number(value)} ({place(content, part['rows'][row], part['columns'][column])})"


def _zeros(cells: Sequence[Cell]) -> list[str]:
    zeros = sum(value == 0 for _, _, value in cells)
    return [f"{percent(zeros / len(cells))} of the values are zero"] if zeros else []


def _fullest(part: Json) -> list[str]:
    """The rows with the largest and the smallest share of ones."""
    shares = {i: fmean(row) for i, row in enumerate(part["values"]) if None not in row}
    if len(shares) < 3 or len(set(shares.values())) < 2:
        return []
    most, least = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    named = [f"{percent(shares[i])} of row {plain(part['rows'][i], 40)}" for i in (most, least)]
    return [f"from {named[0]} down to {named[1]}"]


def _form(part: Json) -> list[str]:
    """Whether a square map is empty on one side of its diagonal, and whether its rows peak on it."""
    values = part["values"]
    size = len(values)
    if size < 3 or size != len(values[0]):
        return []
    above = any(v for i, row in enumerate(values) for v in row[i + 1 :])
    below = any(v for i, row in enumerate(values) for v in row[:i])
    if not (above or below):
        return ["nothing off the diagonal"]
    says = [] if above and below else ["nothing below the diagonal" if above else "nothing above the diagonal"]
    filled = [(i, row) for i, row in enumerate(values) if None not in row and len(set(row)) > 1]
    peaks = sum(row[i] == max(row) for i, row in filled)
    if part["rows"] == part["columns"] and filled and peaks * 2 >= len(filled):
        says.append(f"in {peaks} of {len(filled)} rows the highest value is on the diagonal")
    return says


def _difference(first: Json, other: Json, content: Json) -> str:
    """Where a map of the same rows and columns differs most from the first one."""
    if (first["rows"], first["columns"]) != (other["rows"], other["columns"]):
        return ""
    names = [f"“{plain(part['title'], 80)}”" for part in (first, other)]
    pairs = [(i, j, v, other["values"][i][j]) for i, j, v in known(first) if other["values"][i][j] is not None]
    apart = [pair for pair in pairs if pair[2] != pair[3]]
    if not pairs:
        return ""
    if not apart:
        return f"{names[1]} has the values of {names[0]}."
    i, j, one, two = max(apart, key=lambda pair: abs(pair[2] - pair[3]))
    where = place(content, first["rows"][i], first["columns"][j])
    return (
        f"{names[1]} differs from {names[0]} in {len(apart):,} of {len(pairs):,} cells,"
        f" most at {where}: {number(two)} against {number(one)}."
    )
