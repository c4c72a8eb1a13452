"""How large the pictures of a log are, so that a page keeps their room while they load."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
_BOX = re.compile(rb"""viewBox\s*=\s*["'][-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)["']""")


def picture_size(path: Path | None) -> str | None:
    """Width and height of a picture in pixels, such as `640x480`; None for what is no picture or does not say."""
    if path is None:
        return None
    if path.suffix.lower() == ".svg":
        root = _ROOT.search(path.read_bytes()[:4096])
        box = _BOX.search(root[0]) if root else None
        size = (round(float(box[1])), round(float(box[2]))) if box else (0, 0)
    else:
        from PIL import Image  # it takes a while to load, and most logs have few pictures

        try:
            with Image.open(path) as picture:
                size = picture.size
        except (OSError, ValueError):
            return None
    return f"{size[0]}x{size[1]}" if all(size) else None
