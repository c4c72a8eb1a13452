"""Cells shaded by their value, as a compact drawing: a stroke for every run of cells of one shade."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

SHADES = 8  # beside the blank one; on a diverging scale half of them on each side
MISSING = "none"

Cells = Sequence[Sequence[float | None]]  # None: no value
Point = Callable[[int, int], str]  # writes a move along and across the lines of cells


@dataclass(frozen=True, slots=True)
class Scale:
    """What shade a value has; the style sheet gives the classes their colours."""

    diverging: bool
    low: float
    high: float

    def shade(self, value: float | None) -> str:
        """Return the last part of the class: `1` to `8`, `n4` to `n1` and `p1` to `p4`, or nothing for a blank cell."""
        if value is None:
            return MISSING
        if self.diverging:
            level = min(SHADES // 2, math.ceil(abs(value) / self.high * (SHADES // 2)))
            return f"{'n' if value < 0 else 'p'}{level}" if level else ""
        level = math.ceil((value - self.low) / (self.high - self.low) * SHADES)
        return str(min(SHADES, level)) if level > 0 else ""

    def samples(self) -> list[float]:
        """A value of every shade, from the low end to the high one."""
        return [self.low + (self.high - self.low) * i / SHADES for i in range(SHADES + 1)]


def drawing(cells: Cells, scale: Scale, *, width: float, height: float, label: str = "") -> str:
    """Draw the cells (R, C) as an SVG of `width` by `height` pixels, with one path per shade; decoration if unlabelled."""
    R, C = len(cells), len(cells[0])
    shades = [[scale.shade(value) for value in row] for row in cells]
    paths = min(_along_rows(shades), _along_columns(shades), key=len)
    role = f'role="img" aria-label="{html.escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="sl-shaded" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" {role}>'
        f'<g transform="scale({width / C:.6g} {height / R:.6g})">{paths}</g></svg>'
    )


def _along_rows(shades: Sequence[Sequence[str]]) -> str:
    return _paths(shades, lambda x, y: f"M{x} {y}.5", lambda x, y: f"m{x} {y}", "h")


def _along_columns(shades: Sequence[Sequence[str]]) -> str:
    turned = list(zip(*shades, strict=True))
    return _paths(turned, lambda y, x: f"M{x}.5 {y}", lambda y, x: f"m{x} {y}", "v")


def _paths(lines: Sequence[Sequence[str]], start: Point, step: Point, stroke: str) -> str:
    """A path for each shade: from the end of one run of cells to the start of the next, and along it."""
    ends: dict[str, tuple[int, int]] = {}
    paths: dict[str, list[str]] = {}
    for across, line in enumerate(lines):
        along = 0
        for shade, run in groupby(line):
            length = sum(1 for _ in run)
            if shade in ends:
                was = ends[shade]
                paths[shade].append(f"{step(along - was[0], across - was[1])}{stroke}{length}")
            elif shade:
                paths[shade] = [f"{start(along, across)}{stroke}{length}"]
            along += length
            if shade:
                ends[shade] = (along, across)
    return "".join(f'<path class="sl-h{shade}" d="{"".join(runs)}"/>' for shade, runs in sorted(paths.items()))
