"""Small grey images in rows and columns: feature maps, filters, what a latent space decodes to."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._board import attribute, axes, board, place, readout, titles
from builder.outputs._escape import percent, plain, visible
from builder.outputs._sprite import sprite
from builder.outputs._table import data_table

if TYPE_CHECKING:
    import numpy as np

__all__ = ["OUTPUT", "Grid"]

MAX_IMAGES = 1024
MAX_SIDE = 4096  # pixels of the picture with all images
MAX_PIXELS = 1_000_000
CAPTION = 200  # characters
WIDTHS = (420, 700)  # pixels of the picture on a page with room, beside the large one and above it
APART = 24  # pixels of an image from which on lines keep it apart from the others
HINT = "Click or tap an image, then drag across the others; arrow keys step."
ZERO = 128  # what a diverging image means by zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Grey images: uint8 (R, C, H, W), 0 black to 255 white, with labels of the rows and columns, to click through.

    `captions`, (R, C), is what the page says about each image. In `diverging` images (filters, weights) 128 is zero.
    """

    title: str
    images: Any
    rows: Sequence[str]
    columns: Sequence[str]
    captions: Sequence[Sequence[str]] | None = None
    row_title: str = ""
    column_title: str = ""
    diverging: bool = False


def encode(value: Grid) -> Encoded:
    """Write one PNG with all images, and labels, captions and how full each image is as JSON."""
    images = _read(value)
    H, W = images.shape[2:]
    full = abs(images.astype("float32") - ZERO) / ZERO if value.diverging else images.astype("float32") / 255
    content: dict[str, Json] = {
        "title": value.title,
        "row_title": value.row_title,
        "column_title": value.column_title,
        "rows": [str(label) for label in value.rows],
        "columns": [str(label) for label in value.columns],
        "height": H,
        "width": W,
        "diverging": value.diverging,
        "different": len({image.tobytes() for row in images for image in row}),
        "mean": [[round(float(mean), 4) for mean in row] for row in full.mean(axis=(2, 3))],
    }
    if value.captions is not None:
        content["captions"] = [[plain(text, CAPTION) for text in row] for row in value.captions]
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    picture = EncodedFile("images.png", "image/png", sprite(images, diverging=value.diverging))
    return Encoded((EncodedFile("grid.json", "application/json", data), picture), _describe(content))


def to_html(view: View) -> str:
    """Render all images as one picture with labels, room for a large one, and captions as a table."""
    content = view.json("grid.json")
    R, C, H, W = len(content["rows"]), len(content["columns"]), content["height"], content["width"]
    width = _width(C * W, R * H)
    sharp = " sl-sharp" if width >= 2 * C * W else ""  # pixels of a picture that is shown much larger than it is
    picture = (
        f'<img class="sl-sprite{sharp}" src="{html.escape(view.urls["images.png"])}" alt="{html.escape(view.alt)}"'
        f' width="{width}" height="{round(width * R * H / (C * W))}">'
    )
    picture += _lines(R, C) if width >= APART * C else ""
    cells = board(picture, rows=content["rows"], columns=content["columns"], width=width, height=width * R * H / C / W)
    captions = " data-captions" if "captions" in content else ""
    wide = " sl-wide" if width > WIDTHS[0] else ""
    large = f'<div class="sl-grid-one"><canvas width="{W}" height="{H}" role="img"></canvas>{_readout(content)}</div>'
    return (
        f'<div class="sl-viewer sl-grid" data-viewer="grid" data-titles={attribute(titles(content))}{captions}>'
        f'<p class="sl-title">{visible(content["title"])}</p>{axes(content)}'
        f'<div class="sl-grid-parts{wide}">{cells}{large}</div>'
        f'<p class="sl-legend sl-hint">{HINT}</p>{_table(content)}</div>'
    )


def to_text(view: View) -> str:
    """Return what the images show, in words."""
    return _describe(view.json("grid.json"))


def _read(value: Grid) -> np.ndarray:
    """Return the images as an array. Raises ValueError if they do not fit the labels, or are too many for a page."""
    import numpy as np

    images = np.asarray(value.images)
    expected = (len(value.rows), len(value.columns))
    if images.ndim != 4 or images.shape[:2] != expected or images.dtype != np.uint8 or images.size == 0:
        wanted = f"uint8 ({expected[0]} rows, {expected[1]} columns, height, width)"
        raise ValueError(f"the grid '{value.title}' needs images {wanted}, not {images.dtype} {images.shape}")
    R, C, H, W = images.shape
    if R * C > MAX_IMAGES or max(R * H, C * W) > MAX_SIDE or R * H * C * W > MAX_PIXELS:
        limits = f"{MAX_IMAGES:,} images, {MAX_SIDE:,} pixels a side and {MAX_PIXELS:,} pixels together"
        has = f"{R * C:,} images, {C * W:,} x {R * H:,} pixels"
        raise ValueError(f"the grid '{value.title}' has {has}; a page takes {limits}: show fewer or smaller images")
    if value.captions is not None and [len(row) for row in value.captions] != [C] * R:
        raise ValueError(f"the grid '{value.title}' has {R} x {C} images; its captions are not {R} x {C}")
    return images


def _describe(content: Json) -> str:
    """How many images there are and how many of them differ, which are the fullest and the emptiest."""
    R, C, mean = len(content["rows"]), len(content["columns"]), content["mean"]
    size = f"{R} x {C} images of {content['height']} x {content['width']} pixels"
    says = [f"{plain(content['title'], 200)}: {size}"]
    if content["different"] < R * C:
        says.append(f"{content['different']:,} of them are different" if content["different"] > 1 else "all the same")
    cells = [(value, i, j) for i, row in enumerate(mean) for j, value in enumerate(row)]
    empty = sum(value == 0 for value, _, _ in cells)
    if empty:
        says.append(f"{empty} of {R * C:,} are {'zero everywhere' if content['diverging'] else 'black'}")
    if len({value for value, _, _ in cells}) > 1:
        most, least = (_where(content, *end(cells)[1:]) for end in (max, min))
        bright, dark = ("strongest", "weakest") if content["diverging"] else ("brightest", "darkest")
        says.append(f"the {bright} is at {most} ({percent(max(cells)[0])} on average)")
        says.append(f"the {dark} at {least} ({percent(min(cells)[0])})")
    return "; ".join(says) + "."


def _where(content: Json, row: int, column: int) -> str:
    return place(content, content["rows"][row], content["columns"][column])


def _readout(content: Json) -> str:
    """The middle image in words, and room for what can be said about any other."""
    row, column = len(content["rows"]) // 2, len(content["columns"]) // 2
    now, room = (
        [_where(content, row, column)],
        [place(content, *(max(content[s], key=len) for s in ("rows", "columns")))],
    )
    if "captions" in content:
        now.append(content["captions"][row][column])
        room.append(max((text for texts in content["captions"] for text in texts), key=len))
    return readout(*(list(map(html.escape, texts)) for texts in (now, room)))


def _table(content: Json) -> str:
    """The captions, or how full each image is; the viewer reads the captions from here."""
    captions = content.get("captions")
    what = "Captions" if captions else "Mean size of the values" if content["diverging"] else "Mean brightness"
    cells = captions or [[percent(value) for value in row] for row in content["mean"]]
    rows = (
        f'<tr><th scope="row">{visible(label)}</th>{"".join(f"<td>{visible(text)}</td>" for text in texts)}</tr>'
        for label, texts in zip(content["rows"], cells, strict=True)
    )
    columns = [visible(content["row_title"] or "row"), *map(visible, content["columns"])]
    return data_table(f"{what} of all {len(cells) * len(cells[0]):,} images", columns, rows)


def _width(width: int, height: int) -> int:
    """Pixels of the picture on a page with room: a whole multiple of its own width if it is small."""
    most = WIDTHS[1] if width > 3 * height else min(WIDTHS[0], round(WIDTHS[0] * width / height))
    return max(1, most // width) * width if width < most else most


def _lines(R: int, C: int) -> str:
    """Lines between the images."""
    path = "".join([*(f"M{x} 0v{R}" for x in range(1, C)), *(f"M0 {y}h{C}" for y in range(1, R))])
    return f'<svg class="sl-lines" viewBox="0 0 {C} {R}" preserveAspectRatio="none" aria-hidden="true"><path d="{path}"/></svg>'


def example() -> Grid:
    """Bars at four angles, thin and thick."""
    import numpy as np

    y, x = np.mgrid[-1:1:28j, -1:1:28j]
    angles, widths = (0, 45, 90, 135), (0.15, 0.4)
    distances = [abs(x * np.sin(np.radians(a)) + y * np.cos(np.radians(a))) for a in angles]
    images = [[np.where(distance < width, 255, 0) for distance in distances] for width in widths]
    return Grid(
        title="Bars to test a filter with",
        images=np.array(images, dtype=np.uint8),
        rows=["thin", "thick"],
        columns=[f"{angle}°" for angle in angles],
        captions=[[f"{100 * width / 2:.0f}% of the height" for _ in angles] for width in widths],
        column_title="angle",
    )


OUTPUT = Output("grid", Grid, encode, to_html, to_text, example)
