"""A picture of cells in rows and columns with its labels: what heat maps and grids of images have in common."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence

from builder.model import Json
from builder.outputs._escape import plain

PHONE = 280  # pixels that a picture is wide on a phone
LINE = 11.6  # pixels from one label to the next
CHARACTER = 6.2  # pixels
STEPS = (1, 2, 5, 10, 20, 50, 100, 200)  # every how manyth cell has a label
LABEL = 16  # characters of a label beside the picture; the read-out has all of them


def board(picture: str, *, rows: Sequence[str], columns: Sequence[str], width: float, height: float) -> str:
    """Put labels around a picture (HTML), which is `width` by `height` pixels where the page has room for it.

    The viewer finds all labels in `data-rows` and `data-columns`.
    """
    scale = min(1, PHONE / width)
    longest = max(min(LABEL, len(label)) for label in columns)
    lying = int(width * scale / (CHARACTER * (longest + 1)))  # labels that fit side by side
    upright = lying < len(columns) and longest > 3
    across = _labels(columns, int(width * scale / LINE) if upright else lying)
    down = _labels(rows, int(height * scale / LINE))
    return (
        f'<div class="sl-board" data-rows={attribute([plain(label, 80) for label in rows])}'
        f" data-columns={attribute([plain(label, 80) for label in columns])}>"
        f'<div class="sl-across{" sl-upright" if upright else ""}" aria-hidden="true">{across}</div>'
        f'<div class="sl-down" aria-hidden="true">{down}</div><div class="sl-cells">{picture}</div></div>'
    )


def axes(content: Json) -> str:
    """Say what the rows and the columns are, if they have titles."""
    named = (("↓", content["row_title"]), ("→", content["column_title"]))
    words = [f"<span>{arrow} {html.escape(plain(title, 80))}</span>" for arrow, title in named if title]
    return f'<p class="sl-axes">{" ".join(words)}</p>' if words else ""


def readout(now: Sequence[str], longest: Sequence[str]) -> str:
    """The lines (HTML) about the chosen cell, in a box with room for the `longest` ones at any width of the page."""
    lines, room = ("".join(f"<p>{line}</p>" for line in texts) for texts in (now, longest))
    return f'<div class="sl-says"><div>{lines}</div><div class="sl-room" aria-hidden="true">{room}</div></div>'


def titles(content: Json) -> tuple[str, str]:
    """What to call a row and a column of an output."""
    return plain(content["row_title"] or "row", 80), plain(content["column_title"] or "column", 80)


def place(content: Json, row: str, column: str) -> str:
    """Name a cell by its labels, as plain text: `query the, key cat`."""
    down, across = titles(content)
    return f"{down} {plain(row, 80)}, {across} {plain(column, 80)}"


def attribute(value: Json) -> str:
    """Write a value as JSON in a quoted attribute, shorter than with every quotation mark escaped."""
    text = html.escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")), quote=False)
    return f"'{text.replace(chr(39), '&#39;')}'"


def _labels(labels: Sequence[str], fitting: int) -> str:
    """Elements that spread the labels evenly: every nth label, and one for as many cells as have none after it."""
    step = next((step for step in STEPS if len(labels) <= step * max(1, fitting)), len(labels))
    return "".join(_label(label, min(step, len(labels) - i) - 1) for i, label in enumerate(labels) if i % step == 0)


def _label(label: str, others: int) -> str:
    gap = f'<i style="flex-grow:{others}"></i>' if others else ""
    return f"<bdi>{html.escape(plain(label, LABEL))}</bdi>{gap}"
