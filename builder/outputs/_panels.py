"""The panels of a scatter plot as SVG: axes by matplotlib, marks by their place in the box of the axes.

A position is two numbers of twelve bits, from 0 (left, top) to `LEVELS` (right, bottom) of the box. The page draws the
frames of what moves from them (js/scatter.js), in the same way as `_outline` here.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from builder.model import Json
from builder.outputs._escape import visible
from builder.outputs._marks import KINDS, MARKS, at, series
from builder.outputs._numbers import number
from builder.outputs._plot import Box, draw, picture

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 280, 240  # units of a panel
LEVELS = 4094
GAP = 4095  # stands for a position that is not there
MARGIN = 0.04  # of an axis, on both sides of what is drawn


class Extent(NamedTuple):
    """What a pair of axes covers."""

    left: float
    right: float
    bottom: float
    top: float


def draw_panels(content: Json, names: Sequence[str]) -> str:
    """Return all panels as figures: the last frame, and where something moves the first and the middle one, small.

    The small ones leave out what is faint. The place of a group's name in `names` is its colour and its mark.
    """
    panels = content["panels"]
    extents = [_extent(panels)] * len(panels) if content["shared_axes"] else [_extent([panel]) for panel in panels]
    axes = {
        extent: draw(lambda axes, e=extent: _set_limits(axes, e), width=WIDTH, height=HEIGHT) for extent in set(extents)
    }
    return "".join(
        _figure(panel, content["frames"], names, extent, *axes[extent])
        for panel, extent in zip(panels, extents, strict=True)
    )


def groups_of(panel: Json) -> list[Json]:
    """The groups of a panel in the order in which they are drawn."""
    return [*panel["curves"], *sorted(panel["points"], key=lambda group: not group["faint"])]


def positions_of(group: Json) -> np.ndarray:
    """The positions of a group over frames, (F, N, 2), with NaN for gaps; F is 1 if it stands still."""
    import numpy as np

    array = np.array(group["positions"], dtype="float64")
    return array if group["moves"] else array[None]


def style_of(group: Json) -> str:
    """How a group is drawn, as css/plots.css knows it."""
    if "dashed" in group:
        return "dashed" if group["dashed"] else "line"
    return "faint" if group["faint"] else "dots"


def _set_limits(axes: Axes, extent: Extent) -> None:
    axes.set(xlim=extent[:2], ylim=extent[2:])
    axes.grid(axis="x")


def _extent(panels: Sequence[Json]) -> Extent:
    """What covers every position of every frame, with a margin."""
    import numpy as np

    everything = np.concatenate([positions_of(g).reshape(-1, 2) for panel in panels for g in groups_of(panel)])
    low, high = np.nanmin(everything, axis=0), np.nanmax(everything, axis=0)
    room = np.where(high > low, MARGIN * (high - low), 1)
    (left, bottom), (right, top) = low - room, high + room
    return Extent(float(left), float(right), float(bottom), float(top))


def _figure(panel: Json, frames: Sequence[str], names: Sequence[str], extent: Extent, drawn: str, box: Box) -> str:
    groups = groups_of(panel)
    codes = [_codes(positions_of(group), extent) for group in groups]
    sides = zip(("left", "top", "width", "height"), box, strict=True)
    place = "".join(f' data-{side}="{value:.1f}"' for side, value in sides)
    now = "".join(_group(g, names, code, box, len(frames) - 1) for g, code in zip(groups, codes, strict=True))
    last = picture(drawn + now, width=WIDTH, height=HEIGHT, attributes=place)
    early = ""
    for frame in sorted({0, (len(frames) - 1) // 2} - {len(frames) - 1}) if any(g["moves"] for g in groups) else ():
        shown = [
            _group(g, names, c, box, frame, small=True)
            for g, c in zip(groups, codes, strict=True)
            if not g.get("faint")
        ]
        small = picture("".join(shown), width=WIDTH, height=HEIGHT)
        early += f"<figure>{small}<figcaption>{visible(frames[frame])}</figcaption></figure>"
    early = f'<div class="sl-early">{early}</div>' if early else ""
    return f'<figure class="sl-plot"><figcaption>{visible(panel["title"])}</figcaption>{last}{early}</figure>'


def _codes(positions: np.ndarray, extent: Extent) -> np.ndarray:
    """Positions (F, N, 2) as whole numbers across the box of the axes."""
    import numpy as np

    start = np.array([extent.left, extent.top])
    share = (positions - start) / (np.array([extent.right, extent.bottom]) - start)
    return np.where(np.isnan(share), GAP, np.rint(LEVELS * share)).astype("uint16")


def _group(group: Json, names: Sequence[str], codes: np.ndarray, box: Box, frame: int, *, small: bool = False) -> str:
    """A group at a frame as one path, with all its frames if it moves; a `small` one is coarse and stays as it is."""
    index = names.index(group["name"])
    shape = "" if "dashed" in group else MARKS[index]
    track = f' data-mark="{shape}" data-track="{_pack(codes)}"' if group["moves"] and not small else ""
    outline = _outline(codes[frame if group["moves"] else 0], box, shape, digits=0 if small else 1)
    kind = f' class="{KINDS[index]}"' if shape else ""
    return f'<g class="{series(index, style_of(group))}"><path{kind}{track} d="{outline}"/></g>'


def _outline(codes: np.ndarray, box: Box, shape: str, *, digits: int) -> str:
    """The `d` of a path: a mark at every position, or without a `shape` a line through them that stops at gaps."""
    left, top, width, height = box
    parts, letter = [], "M"
    for x, y in codes.tolist():
        if GAP in (x, y):
            letter = "M"
            continue
        place = at(round(left + x / LEVELS * width, digits), round(top + y / LEVELS * height, digits))
        parts.append(f"{letter}{place}{shape}")
        letter = "M" if shape else "L"
    return "".join(parts)


def _pack(codes: np.ndarray) -> str:
    """All frames of a group in base64, three bytes for a position: xx xy yy."""
    x, y = codes.reshape(-1, 2).astype("uint32").T
    pairs = (x << 12 | y).astype(">u4").view("uint8").reshape(-1, 4)[:, 1:]
    return base64.b64encode(pairs.tobytes()).decode()


def course(group: Json) -> list[tuple[int, str, str]]:
    """Where a group lies at the first, the middle and the last frame: how many positions, their centre, their spread.

    The spread is the root of the mean squared distance from the centre.
    """
    import numpy as np

    positions = positions_of(group)
    F = len(positions)
    found = []
    for frame in sorted({0, (F - 1) // 2, F - 1}):
        there = positions[frame][~np.isnan(positions[frame]).any(axis=-1)]
        if not len(there):
            found.append((0, "–", "–"))
            continue
        centre = there.mean(axis=0)
        spread = math.sqrt(((there - centre) ** 2).sum(axis=-1).mean())
        found.append((len(there), f"({about(centre[0])}, {about(centre[1])})", about(spread)))
    return found


def about(value: float) -> str:
    """Three digits are enough to say where something lies."""
    return number(float(f"{value:.3g}"))
