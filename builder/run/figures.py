"""What a figure of matplotlib shows, in words made from its data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

MAX_LINES = 6
MAX_BARS = 12


def describe_figure(figure: Figure) -> str:
    """Describe each of a figure's axes: its title, what is over what, how its lines run, how high its bars are."""
    said = [figure.get_suptitle(), *(text for axes in figure.axes for text in _axes(axes))]
    return " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in said if text) or "A figure."


def _axes(axes: Axes) -> Iterator[str]:
    if axes.get_label() == "<colorbar>":
        return
    yield axes.get_title() or axes.get_title("left")
    bars = [container for container in axes.containers if hasattr(container, "orientation")]
    yield _scale(axes, names_on=bars[0].orientation if bars else "")
    lines = [line for line in axes.get_lines() if len(line.get_xdata()) > 1]
    lines = [line for line in lines if _is_named(line)] or lines
    yield "; ".join(_line(line) for line in lines[:MAX_LINES])
    if len(lines) > MAX_LINES:
        yield f"And {len(lines) - MAX_LINES} more lines"
    yield from (_bars(axes, each) for each in bars[:MAX_LINES])
    counts = [(len(axes.collections), "set", "sets", " of points"), (len(axes.images), "image", "images", "")]
    yield ", ".join(f"{n} {one if n == 1 else many}{what}" for n, one, many, what in counts if n)


def _scale(axes: Axes, *, names_on: str) -> str:
    """What is over what, and how far; `names_on` is the direction of bars, whose other axis has names."""
    x, y = axes.get_xlabel(), axes.get_ylabel()
    if names_on:
        return x if names_on == "horizontal" else y
    low, high = sorted(axes.dataLim.intervalx)
    return f"{y or 'Values'} over {x or 'x'} from {_number(low)} to {_number(high)}" if x or y else ""


def _is_named(line: Line2D) -> bool:
    return not str(line.get_label()).startswith("_")


def _line(line: Line2D) -> str:
    """Name a line, and say how it runs: `cosine falls from 1 to 2.4e-09`."""
    name = str(line.get_label()) if _is_named(line) else "A line"
    values = [float(value) for value in line.get_ydata(orig=False)]
    finite = [value for value in values if abs(value) < float("inf")]
    if not finite:
        return f"{name} is empty"
    first, last, lowest, highest = finite[0], finite[-1], min(finite), max(finite)
    if lowest == highest:
        return f"{name} stays at {_number(first)}"
    verb = "rises" if last > first else "falls" if last < first else "goes"
    inner = [("lowest", lowest), ("highest", highest)]
    between = ", ".join(f"{what} {_number(value)}" for what, value in inner if value not in (first, last))
    return f"{name} {verb} from {_number(first)} to {_number(last)}" + (f" ({between})" if between else "")


def _bars(axes: Axes, bars: BarContainer) -> str:
    """The bars with their names, or of many only the highest."""
    lying = bars.orientation == "horizontal"
    heights = [bar.get_width() if lying else bar.get_height() for bar in bars]
    labels = [
        " ".join(label.get_text().split()) for label in (axes.get_yticklabels() if lying else axes.get_xticklabels())
    ]
    if not heights:
        return ""
    if len(heights) > MAX_BARS:
        return f"{len(heights)} bars, the highest {_number(max(heights))}"
    names = labels if len(labels) == len(heights) else [""] * len(heights)
    return "Bars: " + "; ".join(f"{name} {_number(h)}".strip() for name, h in zip(names, heights, strict=True))


def _number(value: float) -> str:
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"
