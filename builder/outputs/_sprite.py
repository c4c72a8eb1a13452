"""Many small images as one PNG with a palette."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

ROOM = 64_000  # bytes; a larger picture is stored with sixteen shades
ENDS = ((110, 40, 0), (140, 140, 140), (200, 232, 255))  # the colours of 0, 128 and 255 in diverging images


def sprite(images: np.ndarray, *, diverging: bool) -> bytes:
    """Put images (R, C, H, W) side by side: 256 greys if that stays small, else 16; 15 colours if they are diverging."""
    R, C, H, W = images.shape  # rows, columns, height, width
    pixels = images.transpose(0, 2, 1, 3).reshape(R * H, C * W)
    fine = _png(pixels, [_colour(level, diverging) for level in range(256)], bits=8)
    if len(fine) <= ROOM:
        return fine
    steps = 14 if diverging else 15  # an even number of steps has zero in the middle
    levels = ((pixels.astype("uint16") * steps + 127) // 255).astype("uint8")
    return _png(levels, [_colour(i * 255 / steps, diverging) for i in range(steps + 1)], bits=4)


def _png(levels: np.ndarray, palette: Sequence[tuple[int, int, int]], *, bits: int) -> bytes:
    from PIL import Image

    picture = Image.frombytes("P", (levels.shape[1], levels.shape[0]), levels.tobytes())
    picture.putpalette([part for colour in palette for part in colour])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=bits, optimize=True)
    return file.getvalue()


def _colour(level: float, diverging: bool) -> tuple[int, int, int]:
    """Grey from black to white; or dark orange below 128, grey at it, light blue above."""
    if not diverging:
        return (round(level),) * 3
    share = min(1.0, abs(level - 128) / 127)
    end = ENDS[0] if level < 128 else ENDS[2]
    return tuple(round(zero + share * (one - zero)) for zero, one in zip(ENDS[1], end, strict=True))
