"""What tells series apart besides their colour: a mark each, as part of an SVG path."""

from __future__ import annotations

import re
from collections.abc import Iterable

MARKS = (
    "h0", "h0", "m0-4l3.6 6h-7.2z", "m0-4l4 4-4 4-4-4z", "m0 4l3.6-6h-7.2z",
    "m-4 0h8m-4-4v8", "m-3-3l6 6m0-6l-6 6", "m-3-3h6l-6 6h6z", "m0-4v8", "m-4 0l6.4-3.6v7.2z",
)  # fmt: skip
"""To stand after `M x y`. `h0` is a point of the pen: round for the first series, square for the second."""

KINDS = ("sl-dot", "sl-square", *["sl-shape"] * 8)  # how css/plots.css draws them
SERIES = len(MARKS)  # colours too, `--sl-c0` to `--sl-c9`


def series(index: int, style: str = "") -> str:
    """The class of what is drawn of a series; `style` is `line`, `dashed`, `faint` or other that css/plots.css knows."""
    return f"sl-c{index} sl-{style}" if style else f"sl-c{index}"


def marks(places: Iterable[tuple[float, float]], classes: str) -> str:
    """All marks of the series with these classes as one path."""
    index = int(re.match(r"sl-c(\d)", classes)[1])
    return f'<path class="{KINDS[index]}" d="{"".join(f"M{at(x, y)}{MARKS[index]}" for x, y in places)}"/>'


def at(x: float, y: float) -> str:
    """A place in a path, to a tenth of a unit."""
    return f"{_tenth(x)} {_tenth(y)}"


def _tenth(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
