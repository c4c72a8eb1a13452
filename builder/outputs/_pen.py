"""A renderer for matplotlib that writes the page's own SVG: classes for colours, no ids, no styles, one decimal.

It is imported only where something is drawn, since it loads matplotlib.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from builder.outputs._marks import at, marks

ACROSS = {"left": "start", "center": "middle", "right": "end"}
UPWARDS = {"top": "hanging", "center": "central", "center_baseline": "central"}
CHARACTER = 0.55  # of the size of a text: the width of a digit in most fonts


class Pen(RendererBase):
    """Writes what a figure of `width` x `height` units draws into `parts`; an artist's gid is the class of its group."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.parts: list[str] = []
        self._open: list[str] = []
        self._downwards = Affine2D().scale(1, -1).translate(0, height)  # matplotlib's y grows upwards

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the drawing."""
        return self.width, self.height

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Return the room for a text, measured without a font: the page's font is the reader's."""
        size = prop.get_size_in_points()
        return CHARACTER * size * len(s), 0.75 * size, 0.2 * size

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Open a group for artists that have a class, and for an axis with its grid and numbers."""
        self._open.append(gid or ("sl-axis" if s.startswith("matplotlib.axis") else ""))
        if self._open[-1]:
            self.parts.append(f'<g class="{self._open[-1]}">')

    def close_group(self, s: str) -> None:
        """Close what `open_group` opened."""
        if self._open.pop():
            self.parts.append("</g>")

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:
        """Write a line: simplified where it is dense, interrupted where it has NaN."""
        cleaned = path.cleaned(transform=transform + self._downwards, remove_nans=True)
        self.parts.append(f'<path d="{"".join(_commands(cleaned))}"/>')

    def draw_markers(
        self, gc: GraphicsContextBase, marker_path: Path, marker_trans: Transform, path: Path, trans: Transform, rgbFace: Any = None
    ) -> None:  # fmt: skip
        """Write the marks of a line; which mark it is follows from the class of the line."""
        places = (trans + self._downwards).transform(path.vertices)
        self.parts.append(marks(places[np.isfinite(places).all(axis=1)], self._open[-1]))

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Text | None = None
    ) -> None:  # fmt: skip
        """Write a text at its anchor, so that it stays aligned in whatever font it is shown."""
        across, upwards = mtext.get_transform().transform(mtext.get_unitless_position())
        anchor = ACROSS[mtext.get_horizontalalignment()]
        baseline = UPWARDS.get(mtext.get_verticalalignment(), "auto")
        place = (
            f'x="{across:.1f}" y="{self.height - upwards:.1f}" text-anchor="{anchor}" dominant-baseline="{baseline}"'
        )
        self.parts.append(f"<text {place}>{html.escape(s)}</text>")


def _commands(path: Path) -> Iterator[str]:
    """A path of straight segments as the `d` of an SVG path; a repeated L is left out."""
    previous = None
    for (x, y), code in zip(path.vertices, path.codes, strict=True):
        if code == Path.CLOSEPOLY:
            yield "z"
        elif code in (Path.MOVETO, Path.LINETO):
            letter = "M" if code == Path.MOVETO else "L" if previous != Path.LINETO else " "
            yield f"{letter}{at(x, y)}"
        previous = code
