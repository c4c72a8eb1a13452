"""Matrices of numbers as shaded cells: one, or several of one scale side by side."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._board import LINE, PHONE, attribute, axes, board, place, readout, titles
from builder.outputs._cells import describe_map, describe_maps, known
from builder.outputs._escape import plain, visible
from builder.outputs._maptables import map_tables
from builder.outputs._numbers import number, short
from builder.outputs._shades import Cells, Scale, drawing

__all__ = ["OUTPUT", "HeatMap", "Map"]

MAX_SIDE = 128  # more cells could not be told apart
MAX_CELLS = 2 * MAX_SIDE**2  # of all maps together; they travel with the page
DETAIL = 200  # characters said about a cell
WIDTHS = {1: 560, 2: 330}  # pixels of a map, by the number of maps
CELL = 36  # pixels at most
LABELS = 24  # rows whose labels are all shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A matrix: values (R, C), lists or anything with `.tolist()`, NaN where there is no value; labels of both sides.

    `details`, of the same shape, is what the page says about a cell beside its value.
    """

    title: str
    values: Any
    rows: Sequence[str]
    columns: Sequence[str]
    details: Sequence[Sequence[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """Matrices that share a scale, up to 128 x 128 cells each.

    `sequential` shades from `low` (blank) to `high`; `diverging` shades both ways from zero (blank), as far as the
    value farthest from zero. Without `low` and `high` the scale ends where the values end. Only a value that is
    exactly `low`, or zero, is blank: the faintest shade already means that there is something.
    """

    title: str
    maps: Sequence[Map]
    row_title: str = ""
    column_title: str = ""
    scale: Literal["sequential", "diverging"] = "sequential"
    low: float | None = None
    high: float | None = None


def encode(value: HeatMap) -> Encoded:
    """Write labels, values (four significant digits) and the scale as JSON. Raises ValueError if they do not fit."""
    maps = [_read(part) for part in value.maps]
    if not maps or sum(len(part["rows"]) * len(part["columns"]) for part in maps) > MAX_CELLS:
        raise ValueError(f"a heat map has one or more maps, with at most {MAX_CELLS:,} cells together")
    content = {
        "title": value.title,
        "row_title": value.row_title,
        "column_title": value.column_title,
        **_ends(value, [v for part in maps for row in part["values"] for v in row if v is not None]),
        "maps": maps,
    }
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("heatmap.json", "application/json", data),), describe_maps(content))


def to_html(view: View) -> str:
    """Render the maps as drawings with a legend, one cell in words, and all numbers as tables."""
    content = view.json("heatmap.json")
    scale = Scale(content["scale"] == "diverging", content["low"], content["high"])
    maps = content["maps"]
    figures = "".join(_figure(part, content, scale, view.alt if len(maps) == 1 else "") for part in maps)
    group = f' role="group" aria-label="{html.escape(view.alt)}"' if len(maps) > 1 else ""
    row, column = _highest(maps[0])
    return (
        f'<div class="sl-viewer sl-heatmap" data-viewer="heatmap" data-titles={attribute(titles(content))}'
        f' data-cell="{row}.{column}">'
        f'<p class="sl-title">{visible(content["title"])}</p>'
        f"{axes(content)}"
        f'<div class="sl-maps"{group}>{figures}</div>'
        f"{_legend(scale, maps)}{_readout(content)}{''.join(map_tables(part, content) for part in maps)}</div>"
    )


def to_text(view: View) -> str:
    """Return what the maps show, in words."""
    return describe_maps(view.json("heatmap.json"))


def _read(part: Map) -> dict[str, Json]:
    """Return a map as JSON. Raises ValueError if values, labels and details do not fit each other."""
    given = part.values.tolist() if hasattr(part.values, "tolist") else part.values
    name = f"the map '{part.title}'"
    R, C = len(part.rows), len(part.columns)
    if not (1 <= R <= MAX_SIDE and 1 <= C <= MAX_SIDE):
        raise ValueError(f"{name} has {R} x {C} cells; a map has 1 to {MAX_SIDE} rows and columns")
    for what, cells in (("values", given), *([("details", part.details)] if part.details is not None else ())):
        if len(cells) != R or any(not hasattr(row, "__len__") or len(row) != C for row in cells):
            raise ValueError(f"{name} has {R} row labels and {C} column labels; its {what} are not {R} x {C}")
    if any(math.isinf(v) for row in given for v in row):
        raise ValueError(f"{name} has an infinite value; give NaN where there is none")
    read: dict[str, Json] = {
        "title": part.title,
        "rows": [str(label) for label in part.rows],
        "columns": [str(label) for label in part.columns],
        "values": [[short(float(v)) for v in row] for row in given],
    }
    if part.details is not None:
        read["details"] = [[plain(text, DETAIL) for text in row] for row in part.details]
    return read


def _ends(value: HeatMap, values: Sequence[float]) -> dict[str, Json]:
    """The ends of the scale, widened to zero where all values are one."""
    if value.low is not None and value.high is not None and value.low >= value.high:
        raise ValueError(f"the scale of a heat map goes from low to high, not from {value.low} to {value.high}")
    given = [end for end in (value.low, value.high) if end is not None]
    if value.scale == "diverging":
        reach = max((abs(v) for v in given or values), default=1) or 1
        return {"scale": "diverging", "low": -reach, "high": reach}
    low = min(values, default=0) if value.low is None else value.low
    high = max(values, default=1) if value.high is None else value.high
    if low >= high and value.low is None and value.high is None:
        low, high = (min(low, 0), max(high, 0)) if low else (0, 1)
    elif low >= high:  # all values lie beyond the one end that is given
        low, high = (low, low + 1) if value.high is None else (high - 1, high)
    return {"scale": "sequential", "low": low, "high": high}


def _figure(part: Json, content: Json, scale: Scale, alt: str) -> str:
    R, C = len(part["rows"]), len(part["columns"])
    width = min(CELL * C, max(WIDTHS.get(len(content["maps"]), 230), 3 * C))
    height = _height(R, C, width)
    label = alt or f"{plain(part['title'], 80)}: {describe_map(part, content)}"
    picture = drawing(part["values"], scale, width=width, height=height, label=label)
    name = f"<figcaption>{visible(part['title'])}</figcaption>" if part["title"] else ""
    details = (
        f" data-details={attribute([text for row in part['details'] for text in row])}" if "details" in part else ""
    )
    cells = board(picture, rows=part["rows"], columns=part["columns"], width=width, height=height)
    return f'<figure class="sl-map" data-values="{_pack(part["values"])}"{details}>{name}{cells}</figure>'


def _height(R: int, C: int, width: float) -> float:
    """Square cells, unless labels of a few rows would not fit, or many rows would make the map too high."""
    labels = min(R, LABELS) * LINE * max(1, width / PHONE)
    return max(labels, min(width / C * R, 1.3 * width))


def _pack(cells: Cells) -> str:
    """All values as the read-out shows them, row by row: `.25` for 0.25, `-` for no value, `0*12` for twelve zeros."""
    words = ("-" if value is None else number(value) for row in cells for value in row)
    runs = ((word, sum(1 for _ in run)) for word, run in groupby(words))
    return " ".join(_shorten(word) + (f"*{length}" if length > 1 else "") for word, length in runs)


def _shorten(word: str) -> str:
    return word.replace("0.", ".", 1) if word.startswith(("0.", "-0.")) else word


def _legend(scale: Scale, maps: Sequence[Json]) -> str:
    samples = drawing([scale.samples()], scale, width=9 * 14, height=10)
    says = [f"{number(scale.low)} {samples} {number(scale.high)}", "blank is zero" if scale.diverging else ""]
    if any(v is None for part in maps for row in part["values"] for v in row):
        says.append(f"{drawing([[None]], scale, width=14, height=10)} no value")
    return f'<p class="sl-legend">{"".join(f"<span>{text}</span>" for text in says if text)}</p>'


def _readout(content: Json) -> str:
    """The highest value of the first map in words, and room for what can be said about any other cell."""
    maps, first = content["maps"], content["maps"][0]
    row, column = _highest(first)
    now = [html.escape(place(content, first["rows"][row], first["columns"][column]))]
    places = (place(content, max(part["rows"], key=len), max(part["columns"], key=len)) for part in maps)
    room = [html.escape(max(places, key=len))]
    for part in maps:
        title = plain(part["title"], 80) if len(maps) > 1 else ""
        details = part.get("details") or [[""] * len(part["columns"])] * len(part["rows"])
        if (len(part["rows"]), len(part["columns"])) == (len(first["rows"]), len(first["columns"])):
            now.append(_line(title, _written(part["values"][row][column]), details[row][column]))
        values = (_written(value) for row_of_values in part["values"] for value in row_of_values)
        room.append(_line(title, max(values, key=len), max((text for texts in details for text in texts), key=len)))
    return readout(now, room)


def _highest(part: Json) -> tuple[int, int]:
    return max(known(part), key=lambda cell: cell[2], default=(0, 0))[:2]


def _written(value: float | None) -> str:
    return "no value" if value is None else number(value)


def _line(title: str, value: str, detail: str) -> str:
    """What the read-out says about a cell of one map, as HTML; the viewer writes the same."""
    parts = (f"{html.escape(title)} " if title else "", f"<b>{value}</b>", f" {html.escape(detail)}" if detail else "")
    return "".join(parts)


def example() -> HeatMap:
    """Even attention under a causal mask: row i shares its weight among the first i."""
    words = ["the", "cat", "sat", "down"]
    weights = [[1 / (i + 1) if j <= i else 0 for j in range(4)] for i in range(4)]
    return HeatMap(
        title="Attention that is spread evenly",
        maps=[Map(title="", values=weights, rows=words, columns=words)],
        row_title="looks",
        column_title="at",
        low=0,
        high=1,
    )


OUTPUT = Output("heatmap", HeatMap, encode, to_html, to_text, example)
