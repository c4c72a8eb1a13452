"""Plots for pages: matplotlib decides on scales and numbers, the page's style sheet on colours and letters.

One drawing serves light and dark, every width from a phone's on, and stands beside others on a page: it has classes
instead of colours, and no ids. Whatever draws goes through here; matplotlib is loaded when something is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from builder.outputs._escape import visible
from builder.outputs._numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

TEXT = 16  # units: as large as css/plots.css makes the numbers of an axis, on the narrowest phone
MAX_NUMBER = 1e5  # of an axis, written in full
SETTINGS = {"axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "axes.axisbelow": True}

Box = tuple[float, float, float, float]
"""Left, top, width and height, in units of a drawing."""


def draw(
    paint: Callable[[Axes], None], *, width: int, height: int, x_log: bool = False, y_log: bool = False, x_whole: bool = False
) -> tuple[str, Box]:  # fmt: skip
    """Return what `paint` puts on axes as the content of an SVG, and the box of the axes in it.

    The class of what is painted is its `gid`. `x_whole` allows only whole numbers on the horizontal axis.
    """
    import matplotlib
    from matplotlib.figure import Figure

    from builder.outputs._pen import CHARACTER, Pen

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        figure = Figure(figsize=(width / 72, height / 72), dpi=72, frameon=False)  # a unit is a point is a pixel
        axes = figure.add_axes((0, 0, 1, 1), frame_on=True, facecolor="none")
        axes.set(xscale="log" if x_log else "linear", yscale="log" if y_log else "linear")
        axes.margins(x=0.02, y=0.06)
        axes.grid(axis="y")
        axes.tick_params(which="both", bottom=False, left=False, pad=4, labelsize=TEXT)
        axes.spines["bottom"].set_gid("sl-axis")
        axes.patch.set_visible(False)
        paint(axes)
        _set_numbers(axes.xaxis, log=x_log, whole=x_whole)
        _set_numbers(axes.yaxis, log=y_log)
        left = 8 + CHARACTER * TEXT * max(map(len, _numbers(axes.yaxis)), default=0)
        right, top, bottom = 0.9 * TEXT, 0.5 * TEXT, 1.6 * TEXT
        box = (left, top, width - left - right, height - top - bottom)
        axes.set_position((left / width, bottom / height, box[2] / width, box[3] / height))
        pen = Pen(width, height)
        figure.draw(pen)
    return "".join(pen.parts), box


def picture(drawn: str, *, width: int, height: int, attributes: str = "") -> str:
    """Return an SVG that scales to its container; what it shows is said by the element around it."""
    return f'<svg viewBox="0 0 {width} {height}" aria-hidden="true"{attributes}>{drawn}</svg>'


def legend(keys: Iterable[tuple[str, str]]) -> str:
    """Return the names of what is drawn, each with a sample: content of an SVG of 24 x 10 units."""
    items = "".join(
        f'<li><svg viewBox="0 0 24 10" aria-hidden="true">{sample}</svg><bdi>{visible(name)}</bdi></li>'
        for name, sample in keys
    )
    return f'<ul class="sl-keys">{items}</ul>'


def axis_title(text: str, axis: str) -> str:
    """Return the name of the `x` or `y` axis as a line of its own, or nothing."""
    return f'<p class="sl-axis-{axis}">{visible(text)}</p>' if text else ""


def rounded(values: Any, name: str) -> list[float | None]:
    """Return numbers to five significant digits, None where there is none.

    Raises: ValueError, which says `name`, if they are not one row of numbers.
    """
    import numpy as np

    array = np.asarray(values, dtype="float64")
    if array.ndim != 1:
        raise ValueError(f"{name} is not one row of numbers but has the shape {array.shape}")
    return [five_digits(value) for value in array.tolist()]


def five_digits(value: float) -> float | None:
    """Round to five significant digits; what is not finite, or too large once rounded, becomes None for JSON."""
    rounded = float(f"{value:.5g}")
    return rounded if math.isfinite(rounded) else None


def said(value: float | None) -> str:
    """A number as people read it; a dash for none."""
    return "–" if value is None else number(value)


def _set_numbers(axis: Axis, *, log: bool, whole: bool = False) -> None:
    """Put few round numbers along an axis, written without powers of ten set apart."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    low, high = sorted(axis.get_view_interval())
    if log:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,), numticks=6))
    else:
        axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=2))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))


def _numbers(axis: Axis) -> list[str]:
    """What stands along an axis."""
    low, high = sorted(axis.get_view_interval())
    return [_short(value) for value in axis.get_major_locator()() if low <= value <= high]


def _short(value: float) -> str:
    """Write a number of an axis: `0.25`, `−1,200`, `3e−7`."""
    if abs(value) >= MAX_NUMBER or 0 < abs(value) < 1e-4:
        mantissa, exponent = f"{value:.5e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    else:
        text = f"{value + 0.0:,.7f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")
