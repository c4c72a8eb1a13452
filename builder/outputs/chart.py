"""Lines over an axis: how a loss falls, how accuracy grows with data."""

from __future__ import annotations

import bisect
import html
import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import plain, visible
from builder.outputs._marks import SERIES, marks, series
from builder.outputs._plot import axis_title, draw, legend, picture, rounded, said
from builder.outputs._table import data_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["OUTPUT", "Chart", "Line"]

WIDTH, HEIGHT = 360, 220  # units of a drawing, about the pixels of a phone
MAX_POINTS = 20_000  # of all lines together
MAX_ROWS = 60  # of the table of points
FEW = 24  # points of a line, up to which each gets its mark; longer lines have some marks to tell them apart

Style = Literal["line", "dots", "steps", "dashed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through (x, y), or its points as dots. A `y` that is not finite is a gap."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    style: Style = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Up to ten lines over shared axes, either of which may be logarithmic."""

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]
    x_log: bool = False
    y_log: bool = False


def encode(value: Chart) -> Encoded:
    """Write the points of all lines as JSON, to five significant digits."""
    if not 1 <= len(value.lines) <= SERIES:
        raise ValueError(f"the chart '{value.title}' has {len(value.lines)} lines, not 1 to {SERIES}")
    content: dict[str, Json] = {
        "title": value.title,
        "x_label": value.x_label,
        "y_label": value.y_label,
        "x_log": value.x_log,
        "y_log": value.y_log,
        "lines": [_read(line, value) for line in value.lines],
    }
    points = sum(len(line["x"]) for line in content["lines"])
    if points > MAX_POINTS:
        raise ValueError(f"the chart '{value.title}' has {points:,} points, more than {MAX_POINTS:,}")
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("chart.json", "application/json", data),), _describe(content))


def to_html(view: View) -> str:
    """Render the chart between the names of its axes, with a legend and its points as a table."""
    content = view.json("chart.json")
    drawn = view.memo("chart", lambda: _drawing(content))
    return (
        f'<div class="sl-viewer sl-chart"><p class="sl-title">{visible(content["title"])}</p>'
        f"{axis_title(content['y_label'], 'y')}"
        f'<div class="sl-plot" role="img" aria-label="{html.escape(view.alt)}" data-search-exclude>{drawn}</div>'
        f"{axis_title(content['x_label'], 'x')}{legend(_keys(content['lines']))}{_table(content)}</div>"
    )


def to_text(view: View) -> str:
    """Return what the lines do, in words."""
    return _describe(view.json("chart.json"))


def _read(line: Line, chart: Chart) -> Json:
    """Return a line as it is recorded. Raises ValueError if it cannot be drawn."""
    name = f"line '{line.name}' of the chart '{chart.title}'"
    x, y = rounded(line.x, f"x of the {name}"), rounded(line.y, f"y of the {name}")
    if len(x) != len(y) or not x:
        raise ValueError(f"the {name} has {len(x)} values of x and {len(y)} of y")
    if None in x:
        raise ValueError(f"x of the {name} is not finite at its point {x.index(None) + 1}")
    if line.style not in get_args(Style):
        raise ValueError(f"the style '{line.style}' of the {name} is not one of {', '.join(get_args(Style))}")
    for axis, values, log in (("x", x, chart.x_log), ("y", y, chart.y_log)):
        low = min((value for value in values if value is not None), default=1)
        if log and low <= 0:
            raise ValueError(f"the {name} has {axis} = {low:g}, which has no place on a logarithmic axis")
    return {"name": line.name, "style": line.style, "x": x, "y": y}


def _drawing(content: Json) -> str:
    def paint(axes: Axes) -> None:
        for index, line in enumerate(content["lines"]):
            axes.plot(
                line["x"],
                [math.nan if y is None else y for y in line["y"]],
                gid=series(index, line["style"]),
                linestyle="none" if line["style"] == "dots" else "solid",
                drawstyle="steps-post" if line["style"] == "steps" else "default",
                marker=".",
                markevery=_marked(line, content),
            )

    whole = not content["x_log"] and all(x == round(x) for line in content["lines"] for x in line["x"])
    drawn, _ = draw(paint, width=WIDTH, height=HEIGHT, x_log=content["x_log"], y_log=content["y_log"], x_whole=whole)
    return picture(drawn, width=WIDTH, height=HEIGHT)


def _marked(line: Json, content: Json) -> list[int]:
    """Which points of a line get a mark: each of a few or of dots; else, beside other lines, some evenly along the axis."""
    if line["style"] == "dots" or len(line["x"]) <= FEW:
        return list(range(len(line["x"])))
    if len(content["lines"]) == 1:
        return []
    places = [math.log(x) for x in line["x"]] if content["x_log"] else line["x"]
    order = sorted(range(len(places)), key=places.__getitem__)
    low, high = places[order[0]], places[order[-1]]
    targets = [low + (high - low) * step / 6 for step in range(7)]
    return sorted({order[min(bisect.bisect_left(order, t, key=places.__getitem__), len(order) - 1)] for t in targets})


def _keys(lines: Sequence[Json]) -> Iterator[tuple[str, str]]:
    for index, line in enumerate(lines):
        classes = series(index, line["style"])
        stroke = "" if line["style"] == "dots" else '<path d="M1 5H23"/>'
        yield line["name"], f'<g class="{classes}">{stroke}{marks([(12, 5)], classes)}</g>'


def _describe(content: Json) -> str:
    axes = f"{plain(content['y_label'], 100)} against {plain(content['x_label'], 100)}"
    scales = {(True, False): ", x logarithmic", (False, True): ", y logarithmic", (True, True): ", both logarithmic"}
    lines = " ".join(_course(line) for line in content["lines"])
    return f"{plain(content['title'], 200)}: {axes}{scales.get((content['x_log'], content['y_log']), '')}. {lines}"


def _course(line: Json) -> str:
    """What a line does, in a sentence: where it starts, ends, and is lowest and highest."""
    name = f"“{plain(line['name'], 80)}”"
    points = [(x, y) for x, y in zip(line["x"], line["y"], strict=True) if y is not None]
    if not points:
        return f"{name} has no finite value."
    (x, y), *_ = points
    if len(points) == 1:
        return f"{name} is {said(y)} at {said(x)}."
    ys = [y for _, y in points]
    steps = [after - before for before, after in itertools.pairwise(ys)]
    if max(ys) == min(ys):
        return f"{name} stays at {said(y)} from {said(x)} to {said(points[-1][0])}."
    manner = "falls throughout" if max(steps) <= 0 else "rises throughout" if min(steps) >= 0 else "goes"
    words = f"{name} {manner} from {said(y)} at {said(x)} to {said(ys[-1])} at {said(points[-1][0])}"
    extremes = {"lowest": min(ys), "highest": max(ys)}
    apart = [
        f"{word} {said(extreme)} at {said(points[ys.index(extreme)][0])}"
        for word, extreme in extremes.items()
        if extreme not in (ys[0], ys[-1])
    ]
    return f"{words}; {', '.join(apart)}." if apart else f"{words}."


def _table(content: Json) -> str:
    """The points: a column per line where all lines share x, a row per point and line where they do not."""
    lines = content["lines"]
    x_label, y_label = visible(content["x_label"]), visible(content["y_label"])
    if all(line["x"] == lines[0]["x"] for line in lines):
        columns = [x_label, *(visible(line["name"]) for line in lines)]
        parts = [list(zip(lines[0]["x"], *(line["y"] for line in lines), strict=True))]
    else:
        columns = ["line", x_label, y_label]
        parts = [[(visible(line["name"]), x, y) for x, y in zip(line["x"], line["y"], strict=True)] for line in lines]
    shown = [row for rows in parts for row in rows[:: math.ceil(len(rows) * len(parts) / MAX_ROWS)]]
    total = sum(map(len, parts))
    which = f"All {total} points" if len(shown) == total else f"{len(shown)} of {total:,} points, evenly chosen,"
    return data_table(f"{which} as a table", columns, map(_row, shown))


def _row(cells: Sequence[str | float | None]) -> str:
    return f"<tr>{''.join(f'<td>{cell if isinstance(cell, str) else said(cell)}</td>' for cell in cells)}</tr>"


def example() -> Chart:
    """Two loss curves, one of them measured now and then."""
    steps = range(1, 201)
    return Chart(
        title="Loss while training",
        x_label="step",
        y_label="loss in nats",
        x_log=True,
        lines=[
            Line(name="training", x=steps, y=[0.4 + 2 / step**0.5 for step in steps]),
            Line(name="held out", x=steps[9::20], y=[0.6 + 2 / step**0.5 for step in steps[9::20]], style="dots"),
        ],
    )


OUTPUT = Output("chart", Chart, encode, to_html, to_text, example)
