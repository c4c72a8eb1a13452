"""Outputs of an executed notebook, as they are recorded: cleaned of what runs, loads, or differs from run to run."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from builder.harmless import keep_self_contained, link_remote_pictures
from builder.model import Json
from builder.outputs import EncodedFile
from builder.outputs._svg import clean_svg
from builder.terminal import plain_text

MAX_TEXT = 20_000  # characters of an output
MAX_HTML = 200_000
MAX_OUTPUTS = 200  # of a cell
MAX_PICTURE = 1024 * 1024  # bytes
MAX_DRAWING = 200 * 1024  # of an SVG; if there is a PNG too, that is taken instead
_TEXTS = ("text/html", "text/markdown", "text/latex")  # the first that is there is shown
_ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-fA-F]{4,16}\b")
_NOISE = re.compile(r".*\d%\|.*\| .*\[.*\]|.*\d+it \[.*/s|CPU times: |Wall time: |.* per loop \(mean ± ")
_LINE = 300  # characters up to which a line may be a progress bar or a time


def clean_outputs(outputs: Sequence[Mapping[str, Any]], cell: int) -> tuple[list[Json], list[EncodedFile]]:
    """Return the outputs of code cell `cell` in nbformat's form, with pictures as files that they name.

    Raises ValueError, in words, for a picture that is too large.
    """
    cleaned: list[Json] = []
    files: list[EncodedFile] = []
    for output in _merged(outputs):
        kind = output["output_type"]
        if kind == "stream":
            text = clean_text(output["text"])
            if text.strip():
                cleaned.append({"output_type": kind, "name": output["name"], "text": text})
        elif kind == "error":
            trace = clean_text("\n".join(output["traceback"]))
            name, message = output["ename"], clean_text(output["evalue"])
            cleaned.append({"output_type": kind, "ename": name, "evalue": message, "traceback": [trace]})
        else:
            data, picture = _clean_bundle(output, f"cell-{cell}-{len(cleaned) + 1}", cell)
            files += [picture] if picture else []
            if data:
                cleaned.append({"output_type": kind, **data})
    if len(cleaned) > MAX_OUTPUTS:
        more = f"… {len(cleaned) - MAX_OUTPUTS:,} more outputs\n"
        cleaned[MAX_OUTPUTS:] = [{"output_type": "stream", "name": "stdout", "text": more}]
        names = {name for output in cleaned for name in output.get("files", {}).values()}
        files = [file for file in files if file.name in names]
    return cleaned, files


def clean_text(text: str) -> str:
    """Take out terminal escapes and what runs differ in: progress bars, times, addresses of objects. Cut what is long."""
    lines = plain_text(text).splitlines(keepends=True)
    kept = _ADDRESS.sub("0x…", "".join(line for line in lines if len(line) > _LINE or not _NOISE.match(line)))
    more = len(kept) - MAX_TEXT
    return f"{kept[:MAX_TEXT]}\n… {more:,} more characters\n" if more > 0 else kept


def _merged(outputs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The outputs, those in a row that go to one stream as one: pieces of a line arrive separately."""
    for (kind, name), group in groupby(outputs, key=lambda output: (output["output_type"], output.get("name"))):
        if kind == "stream":
            yield {"output_type": kind, "name": name, "text": "".join(output["text"] for output in group)}
        else:
            yield from group


def _clean_bundle(output: Mapping[str, Any], name: str, cell: int) -> tuple[dict[str, Json], EncodedFile | None]:
    """The richest form of a displayed object that a page can show, and its plain text."""
    data = output["data"]
    plain = clean_text(data.get("text/plain", ""))
    texts = {"text/plain": plain} if plain else {}
    picture = _picture(data, name, cell)
    if picture is not None:
        file, width, height = picture
        given = output.get("metadata", {}).get(file.media_type, {})
        size = {"width": int(given.get("width", width)), "height": int(given.get("height", height))}
        return {"data": texts, "files": {file.media_type: file.name}, **size}, file
    rich = next((kind for kind in _TEXTS if str(data.get(kind, "")).strip()), "")
    if rich:
        text = str(data[rich])
        text = keep_self_contained(link_remote_pictures(text)) if rich == "text/html" else plain_text(text)
        text = _ADDRESS.sub("0x…", text)
        shows = rich != "text/html" or re.sub(r"<(?!img)[^<>]*>|\s", "", text)
        if shows and len(text) <= (MAX_HTML if rich == "text/html" else MAX_TEXT):
            texts[rich] = text
    return ({"data": texts} if texts else {}), None


def _picture(data: Mapping[str, Any], name: str, cell: int) -> tuple[EncodedFile, int, int] | None:
    """The picture of a displayed object with its width and height in pixels: a drawing if it is small."""
    found: list[tuple[EncodedFile, int, int]] = []
    if "image/svg+xml" in data:
        text, width, height = clean_svg(data["image/svg+xml"])
        found.append((EncodedFile(f"{name}.svg", "image/svg+xml", text.encode()), width, height))
    if "image/png" in data:
        content = base64.b64decode(data["image/png"])
        width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
        found.append((EncodedFile(f"{name}.png", "image/png", content), width, height))
    elif "image/jpeg" in data:
        found.append(_from_jpeg(base64.b64decode(data["image/jpeg"]), name))
    if not found:
        return None
    best = found[0] if len(found) == 1 or len(found[0][0].data) <= MAX_DRAWING else found[1]
    if len(best[0].data) > MAX_PICTURE:
        size = f"{len(best[0].data):,} bytes, more than {MAX_PICTURE:,}"
        raise ValueError(f"a picture of code cell {cell} has {size}; make it smaller, or draw fewer points")
    return best


def _from_jpeg(content: bytes, name: str) -> tuple[EncodedFile, int, int]:
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(content))
    file = io.BytesIO()
    image.save(file, "WEBP", quality=90)
    return EncodedFile(f"{name}.webp", "image/webp", file.getvalue()), image.width, image.height
