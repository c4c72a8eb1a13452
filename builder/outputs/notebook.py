"""An executed notebook: what each of its code cells showed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import plain
from builder.outputs._executed import clean_outputs

__all__ = ["OUTPUT", "Notebook"]

FILE = "notebook.json"
_PICTURE = re.compile(r'(?<= )src="(cell-\d+-\d+\.\w+)"')
_BETWEEN = "<!--cell-->"  # drawn cells are kept as one text


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """The outputs of the code cells of a notebook in order, in nbformat's form, with the digest of each cell's code."""

    digests: Sequence[str]
    outputs: Sequence[Sequence[Mapping[str, Any]]]


def encode(value: Notebook) -> Encoded:
    """Write the cleaned outputs as JSON, and pictures as files beside it."""
    cells: list[Json] = []
    files: list[EncodedFile] = []
    for number, (digest, outputs) in enumerate(zip(value.digests, value.outputs, strict=True), 1):
        cleaned, pictures = clean_outputs(outputs, number)
        cells.append({"digest": digest, "outputs": cleaned})
        files += pictures
    data = json.dumps({"cells": cells}, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    return Encoded((EncodedFile(FILE, "application/json", data), *files), _describe(cells))


def to_html(view: View) -> str:
    """Render the outputs of all cells, one below the other."""
    shown = [drawn for drawn in drawn_cells(view) if drawn]
    return f'<div class="sl-cells">{"".join(shown)}</div>'


def to_text(view: View) -> str:
    """Return what the cells printed and showed, as plain text."""
    texts = [_text(output) for cell in view.json(FILE)["cells"] for output in cell["outputs"]]
    return plain("\n".join(text for text in texts if text))


def drawn_cells(view: View) -> list[str]:
    """The HTML of each code cell's outputs."""

    def draw() -> str:
        from builder.outputs._display import draw_outputs

        return _BETWEEN.join(draw_outputs([cell["outputs"] for cell in view.json(FILE)["cells"]]))

    def place(match: re.Match[str]) -> str:
        return f'src="{html.escape(view.urls.get(match[1], match[1]))}"'

    return [_PICTURE.sub(place, drawn) for drawn in view.memo("cells", draw).split(_BETWEEN)]


def with_alt(drawn: str, alt: str) -> str:
    """Say of a cell's pictures what their author says about them."""
    return re.sub(r'(<img [^<>]*?alt=")[^"]*', lambda match: match[1] + html.escape(alt), drawn) if alt else drawn


def _text(output: Json) -> str:
    if output["output_type"] == "stream":
        return output["text"].strip() if output["name"] == "stdout" else ""
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    return output["data"].get("text/plain", "").strip()


def _describe(cells: Sequence[Json]) -> str:
    """How many cells there are, and what their pictures show."""
    pictures = [output for cell in cells for output in cell["outputs"] if "files" in output]
    counts = [(len(cells), "code cell"), (len(pictures), "picture")]
    words = " and ".join(f"{count} {noun}{'s' * (count != 1)}" for count, noun in counts if count)
    texts = [text for picture in pictures if (text := _text(picture)) and not text.startswith("<")]
    shown = " ".join(f"{plain(text.rstrip('.'), 300)}." for text in texts)
    return f"{words[:1].upper()}{words[1:]}. {shown}".strip()


OUTPUT = Output("notebook", Notebook, encode, to_html, to_text)
