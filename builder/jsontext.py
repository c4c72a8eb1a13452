"""JSON whose strings know the line on which they begin, as a ledger and good messages need it."""

from __future__ import annotations

import json
import json.scanner
from collections.abc import Iterator
from typing import Any


class Text(str):
    """A string and its line."""

    line = 0


class _Decoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__()
        self._counted = (0, 1)
        self.parse_string = self._located
        self.scan_once = json.scanner.py_make_scanner(self)

    def _located(self, source: str, end: int, strict: bool) -> tuple[str, int]:
        value, after = json.decoder.scanstring(source, end, strict)
        position, line = self._counted
        line += source.count("\n", position, end)
        self._counted = end, line
        text = Text(value)
        text.line = line
        return text, after


def read_json(text: str) -> Any:
    """Read JSON; its strings, keys too, are `Text`.

    Raises json.JSONDecodeError for what is no JSON, and ValueError for what is nested too deeply or has a number of
    thousands of digits.
    """
    try:
        return _Decoder().decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError:
        raise
    except ValueError:  # the limit that Python sets on whole numbers
        raise ValueError("a number of thousands of digits") from None


def lines_of(value: Any) -> Iterator[int]:
    """The lines of every string in a value."""
    if isinstance(value, Text):
        yield value.line
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from lines_of(key)
            yield from lines_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from lines_of(inner)
