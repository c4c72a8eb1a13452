"""Lists as JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from builder.model import Json


def one_a_line(items: Iterable[Json]) -> bytes:
    """Write a list with a line for each item, so that a change of one is a change of one line; long lists are usual."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f"[\n{lines}\n]\n".encode()
