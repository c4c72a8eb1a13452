"""Lists as JSON for other programs: a line for each item, so that a change of one is a change of one line."""

from __future__ import annotations

import json
from collections.abc import Iterable

from builder.model import Json


def as_line(item: Json) -> str:
    """Write one item."""
    return json.dumps(item, ensure_ascii=False)


def one_a_line(lines: Iterable[str]) -> bytes:
    """Write a list of items of which each is written already; long lists are usual."""
    joined = ",\n".join(lines)
    return f"[\n{joined}\n]\n".encode()
