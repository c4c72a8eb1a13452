"""Images that come into being step by step: the noise, the steps, the result."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import percent, plain, visible
from builder.outputs._table import data_table

if TYPE_CHECKING:
    import numpy as np

__all__ = ["OUTPUT", "Frames"]

GREYS = 16  # noise does not compress: sixteen greys halve the file, and look the same
MAX_WIDTH = 16_384  # pixels of a strip; browsers draw nothing wider


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Grey images over time: uint8 (frames, items, height, width), 0 black to 255 white; the last frame is the result.

    `predicted`, of the same shape, is the clean image that the model expects at each frame.
    """

    images: Any
    frame_labels: Sequence[str]
    items: Sequence[str]
    title: str
    predicted: Any = None


def encode(value: Frames) -> Encoded:
    """Write a strip of all images (items down, frames across) as PNG, and labels and numbers as JSON."""
    images = _read(value.images, value)
    content: dict[str, Json] = {
        "title": value.title,
        "frames": list(value.frame_labels),
        "items": list(value.items),
        "height": images.shape[2],
        "width": images.shape[3],
        "distance": _distances(images, images[-1]),
    }
    files = [EncodedFile("images.png", "image/png", _strip(images))]
    if value.predicted is not None:
        predicted = _read(value.predicted, value)
        content["predicted_distance"] = _distances(predicted, images[-1])
        files.append(EncodedFile("predicted.png", "image/png", _strip(predicted)))
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("frames.json", "application/json", data), *files), _describe(content))


def to_html(view: View) -> str:
    """Render the strips, which scroll sideways, and how far each frame is from the result as a table."""
    content = view.json("frames.json")
    strips = _figure(view, content, "images.png", "the noisy image")
    if "predicted_distance" in content:
        strips += _figure(view, content, "predicted.png", "the predicted clean image")
    labels = html.escape(json.dumps([plain(label, 40) for label in content["frames"]]))
    return (
        f'<div class="sl-viewer sl-frames" data-viewer="frames" data-width="{content["width"]}"'
        f' data-height="{content["height"]}" data-frames="{labels}">'
        f'<p class="sl-title">{visible(content["title"])}</p>{_waiting(content)}{strips}{_table(content)}</div>'
    )


def to_text(view: View) -> str:
    """Return what the frames show, in words."""
    return _describe(view.json("frames.json"))


def _read(images: Any, value: Frames) -> np.ndarray:
    """Return the images as an array. Raises ValueError if they do not fit the labels."""
    import numpy as np

    array = np.asarray(images)
    expected = (len(value.frame_labels), len(value.items))
    if array.ndim != 4 or array.shape[:2] != expected or array.dtype != np.uint8:
        wanted = f"uint8 ({expected[0]} frames, {expected[1]} items, height, width)"
        raise ValueError(f"frames need {wanted}, not {array.dtype} {array.shape}")
    if array.size == 0 or array.shape[0] * array.shape[3] > MAX_WIDTH:
        raise ValueError(f"a strip of {array.shape[0] * array.shape[3]} pixels is not between 1 and {MAX_WIDTH} wide")
    return array


def _strip(images: np.ndarray) -> bytes:
    from PIL import Image

    F, N, H, W = images.shape  # frames, items, height, width
    greys = (images.transpose(1, 2, 0, 3).reshape(N * H, F * W).astype("uint16") * (GREYS - 1) + 127) // 255
    picture = Image.fromarray(greys.astype("uint8"), mode="L")
    picture = Image.frombytes("P", picture.size, picture.tobytes())
    picture.putpalette([level * 255 // (GREYS - 1) for level in range(GREYS) for _ in "rgb"])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=4, optimize=True)
    return file.getvalue()


def _distances(images: np.ndarray, result: np.ndarray) -> list[float]:
    """Mean difference of each frame from the result, as a share of the range from black to white."""
    difference = abs(images.astype("float32") - result.astype("float32"))
    return [round(float(value), 4) for value in difference.mean(axis=(1, 2, 3)) / 255]


def _describe(content: Json) -> str:
    frames, distance = content["frames"], content["distance"]
    items = ", ".join(plain(item, 20) for item in content["items"])
    words = (
        f"{plain(content['title'], 200)}: {items}, in {len(frames)} frames from {plain(frames[0], 40)} to"
        f" {plain(frames[-1], 40)}. The first frame differs from the result by {percent(distance[0])} of the grey scale"
    )
    half = next(i for i, value in enumerate(distance) if value <= distance[0] / 2)
    words += f", half of that is left at {plain(frames[half], 40)}"
    if "predicted_distance" in content:
        near = next((i for i, value in enumerate(content["predicted_distance"]) if value <= 0.05), None)
        if near is not None:
            words += f"; the predicted image is within 5% of the result from {plain(frames[near], 40)} on"
    return words + "."


def _figure(view: View, content: Json, name: str, what: str) -> str:
    F, N = len(content["frames"]), len(content["items"])
    items = "".join(f"<li><bdi>{visible(item)}</bdi></li>" for item in content["items"])
    ends = "".join(f"<span>{visible(content['frames'][i])}</span>" for i in sorted({0, F // 2, F - 1}))
    image = (
        f'<img src="{html.escape(view.urls[name])}" alt="{html.escape(f"{what}: {view.alt}")}"'
        f' width="{F * content["width"]}" height="{N * content["height"]}">'
    )
    return (
        f'<figure class="sl-strip" data-what="{what}"><figcaption>{what.capitalize()}, step by step</figcaption>'
        f'<div class="sl-scroll" role="group" aria-label="{what}, step by step" tabindex="0"><ol>{items}</ol><div>{image}<p aria-hidden="true">{ends}</p></div>'
        "</div></figure>"
    )


def _waiting(content: Json) -> str:
    """What the viewer will put there, empty and of the same size, so that nothing moves when it does."""
    size = f'width="{content["width"]}" height="{content["height"]}"'
    cells = "".join(f"<li><canvas {size}></canvas><bdi>{visible(item)}</bdi></li>" for item in content["items"])
    last = len(content["frames"]) - 1
    choices = "".join(f"<label><input type=radio disabled> {what}</label>" for what in ("the noisy", "the predicted"))
    return (
        f'<div class="sl-waiting" aria-hidden="true"><ul class="sl-stills">{cells}</ul><div class="sl-scrubber">'
        '<button type="button" class="sl-play" disabled>Play</button><input type="range" disabled>'
        f"<output>{last} / {last} · {visible(content['frames'][-1])}</output></div>"
        + (f'<div class="sl-choices">{choices}</div>' if "predicted_distance" in content else "")
        + '<p class="sl-data"><span>All frames at once</span></p></div>'
    )


def _table(content: Json) -> str:
    columns = {"the image": content["distance"], "the predicted image": content.get("predicted_distance")}
    shown = {name: values for name, values in columns.items() if values is not None}
    rows = (
        f"<tr><td>{i}</td><td>{visible(label)}</td>{''.join(f'<td>{percent(v[i])}</td>' for v in shown.values())}</tr>"
        for i, label in enumerate(content["frames"])
    )
    return data_table("Difference from the result, frame by frame", ["frame", "label", *shown], rows)


def example() -> Frames:
    """A bar that comes out of noise in six frames."""
    import numpy as np

    noise = np.random.default_rng(0).integers(0, 256, (28, 28))
    bar = np.zeros((28, 28))
    bar[4:24, 11:17] = 255
    shares = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    images = np.array([[share * bar + (1 - share) * noise] for share in shares]).astype(np.uint8)
    return Frames(images=images, frame_labels=[f"{s:.0%}" for s in shares], items=["bar"], title="A bar out of noise")


OUTPUT = Output("frames", Frames, encode, to_html, to_text, example)
