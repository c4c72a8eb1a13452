"""Points and curves in the plane, side by side and over time: what a generator makes, where a boundary lies."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import plain, visible
from builder.outputs._marks import SERIES, marks, series
from builder.outputs._panels import about, course, draw_panels, groups_of, positions_of, style_of
from builder.outputs._plot import axis_title, five_digits, legend
from builder.outputs._table import data_table

__all__ = ["OUTPUT", "Curve", "Panel", "Points", "Scatter"]

MAX_PANELS = 16
MAX_POSITIONS = 40_000  # of all groups and frames: 160 KB of a page
NAMED = 4  # panels that the description tells of one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points (N, 2) that stand still, or (F, N, 2) that move through F frames; `faint` ones are a backdrop."""

    name: str
    positions: Any
    faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A curve through positions (M, 2), or (F, M, 2) over frames. A position that is NaN is a gap."""

    name: str
    positions: Any
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A pair of axes with groups, the points above the curves."""

    title: str
    points: Sequence[Points] = ()
    curves: Sequence[Curve] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Panels side by side, with up to ten names of groups: the same name has the same colour in each panel.

    All panels move through the same frames, and unless `shared_axes` is False cover the same part of the plane.
    """

    title: str
    panels: Sequence[Panel]
    frame_labels: Sequence[str] = ()
    x_label: str = ""
    y_label: str = ""
    shared_axes: bool = True


def encode(value: Scatter) -> Encoded:
    """Write all positions as JSON, to five significant digits."""
    if not 1 <= len(value.panels) <= MAX_PANELS:
        raise ValueError(f"the scatter plot '{value.title}' has {len(value.panels)} panels, not 1 to {MAX_PANELS}")
    content: dict[str, Json] = {
        "title": value.title,
        "x_label": value.x_label,
        "y_label": value.y_label,
        "shared_axes": value.shared_axes,
        "frames": list(value.frame_labels),
        "panels": [
            {
                "title": panel.title,
                "points": [{**_read(group, value, panel), "faint": group.faint} for group in panel.points],
                "curves": [{**_read(group, value, panel), "dashed": group.dashed} for group in panel.curves],
            }
            for panel in value.panels
        ],
    }
    _check(content)
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("scatter.json", "application/json", data),), _describe(content))


def to_html(view: View) -> str:
    """Render the panels at the last frame, the first and middle ones small, and the course of each group as a table."""
    content = view.json("scatter.json")
    frames = html.escape(json.dumps([plain(label, 40) for label in content["frames"]]))
    drawn = view.memo("panels", lambda: draw_panels(content, _names(content)))
    viewer = f' data-viewer="scatter" data-frames="{frames}"' if len(content["frames"]) > 1 else ""
    return (
        f'<div class="sl-viewer sl-scatter"{viewer}><p class="sl-title">{visible(content["title"])}</p>'
        f"{legend(_keys(content))}{axis_title(_axes(content), 'y')}"
        f'<div class="sl-panels" role="group" aria-label="{html.escape(view.alt)}" data-search-exclude>{drawn}</div>'
        f"{_table(content)}</div>"
    )


def to_text(view: View) -> str:
    """Return where the groups lie, in words."""
    return _describe(view.json("scatter.json"))


def _read(group: Points | Curve, scatter: Scatter, panel: Panel) -> dict[str, Json]:
    """Return a group as it is recorded. Raises ValueError if its positions do not fit."""
    import numpy as np

    name = f"'{group.name}' in the panel '{panel.title}' of '{scatter.title}'"
    array = np.asarray(group.positions, dtype="float64").copy()
    F = len(scatter.frame_labels)
    if array.ndim not in (2, 3) or array.shape[-1] != 2 or not array.size or (array.ndim == 3 and len(array) != F):
        wanted = f"(points, 2) or ({F} frames, points, 2)" if F else "(points, 2), since there are no frame labels"
        raise ValueError(f"the positions of {name} have the shape {array.shape}, not {wanted}")
    allowed = np.isfinite(array) | (np.isnan(array) if isinstance(group, Curve) else False)
    if not allowed.all():
        where = ", ".join(map(str, np.argwhere(~allowed)[0][:-1]))
        raise ValueError(f"the positions of {name} are not finite at [{where}]")
    array[np.isnan(array).any(axis=-1)] = math.nan
    rounded = [five_digits(value) for value in array.ravel().tolist()]
    nested = np.array(rounded, dtype=object).reshape(array.shape).tolist()
    return {"name": group.name, "positions": nested, "moves": array.ndim == 3}


def _check(content: Json) -> None:
    """Raise ValueError if there are too many groups or positions, nothing to draw, or frames of nothing."""
    title = f"the scatter plot '{content['title']}'"
    for panel in content["panels"]:
        if not any((positions_of(group) == positions_of(group)).any() for group in groups_of(panel)):
            raise ValueError(f"the panel '{panel['title']}' of {title} is empty")
    groups = [group for panel in content["panels"] for group in groups_of(panel)]
    if len(_names(content)) > SERIES:
        raise ValueError(f"{title} has {len(_names(content))} names of groups, more than {SERIES}")
    total = sum(positions_of(group)[..., 0].size for group in groups)
    if total > MAX_POSITIONS:
        raise ValueError(f"{title} has {total:,} positions, more than {MAX_POSITIONS:,}; show fewer points or frames")
    if content["frames"] and not any(group["moves"] for group in groups):
        raise ValueError(f"{title} has frame labels, but no group with positions (frames, points, 2)")


def _names(content: Json) -> list[str]:
    """The names of all groups, points first, each once; the place of a name is its colour and its mark."""
    groups = [group for kind in ("points", "curves") for panel in content["panels"] for group in panel[kind]]
    return list(dict.fromkeys(group["name"] for group in groups))


def _axes(content: Json) -> str:
    labels = {"across": content["x_label"], "upwards": content["y_label"]}
    return "; ".join(f"{way}: {label}" for way, label in labels.items() if label)


def _keys(content: Json) -> Iterator[tuple[str, str]]:
    """The legend: the line or the mark of each name, or both where it is both."""
    groups = [group for panel in content["panels"] for group in groups_of(panel)]
    for index, name in enumerate(_names(content)):
        styles = dict.fromkeys(style_of(group) for group in groups if group["name"] == name)
        samples = (_sample(series(index, style), is_curve=style in ("line", "dashed")) for style in styles)
        yield name, "".join(samples)


def _sample(classes: str, *, is_curve: bool) -> str:
    drawn = '<path d="M1 5H23"/>' if is_curve else marks([(12, 5)], classes)
    return f'<g class="{classes}">{drawn}</g>'


def _describe(content: Json) -> str:
    panels, frames = content["panels"], [plain(label, 40) for label in content["frames"]]
    words = f"{plain(content['title'], 200)}: {len(panels)} panel{'s' * (len(panels) > 1)}"
    words += f" over {len(frames)} frames, from {frames[0]} to {frames[-1]}." if frames else "."
    for panel in panels[:NAMED]:
        groups = "; ".join(_sentence(group) for group in [*panel["points"], *panel["curves"]])
        words += f" {plain(panel['title'], 80)}: {groups}."
    return words + (f" {len(panels) - NAMED} more panels are in the table." if len(panels) > NAMED else "")


def _sentence(group: Json) -> str:
    found = course(group)
    count, centre, spread = found[-1]
    name = plain(group["name"], 60)
    if "dashed" in group:
        there = [position for position in positions_of(group)[-1].tolist() if position[0] == position[0]]
        ends = [f"({about(x)}, {about(y)})" for x, y in (there[0], there[-1])] if there else ["nowhere"] * 2
        return f"the curve “{name}” runs from {ends[0]} to {ends[1]}" + " in the last frame" * group["moves"]
    words = f"{count} points “{name}” around {centre} with a spread of {spread}"
    return words + (f", at first around {found[0][1]} with {found[0][2]}" if group["moves"] else "")


def _table(content: Json) -> str:
    frames = content["frames"]
    shown = [frames[frame] for frame in sorted({0, (len(frames) - 1) // 2, len(frames) - 1})] if frames else []
    rows = (
        f"<tr><td>{visible(panel['title'])}</td><td>{visible(group['name'])}</td><td>{visible(label)}</td>"
        f"<td>{count}</td><td>{centre}</td><td>{spread}</td></tr>"
        for panel in content["panels"]
        for group in [*panel["points"], *panel["curves"]]
        for label, (count, centre, spread) in zip(shown if group["moves"] else ["–"], course(group), strict=True)
    )
    return data_table(
        "Where every group lies, as a table", ["panel", "group", "frame", "positions", "centre", "spread"], rows
    )


def example() -> Scatter:
    """A ring that points fall onto, over five frames."""
    angles = [2 * math.pi * i / 40 for i in range(40)]
    ring = [(math.cos(angle), math.sin(angle)) for angle in angles]
    radii = (3.0, 2.2, 1.6, 1.2, 1.0)
    falling = [[(radius * x, radius * y) for x, y in ring] for radius in radii]
    return Scatter(
        title="Points that fall onto a ring",
        panels=[
            Panel(
                title="radius 3 to 1",
                points=[Points(name="samples", positions=falling)],
                curves=[Curve(name="target", positions=[*ring, ring[0]], dashed=True)],
            )
        ],
        frame_labels=[f"radius {radius}" for radius in radii],
    )


OUTPUT = Output("scatter", Scatter, encode, to_html, to_text, example)
