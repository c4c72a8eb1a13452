"""What a template is given, as a digest: by it a later process knows the page that was made of the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from markupsafe import Markup

import builder
from builder.kept import code_digest, digest
from builder.model import Document, ReadingItem

ROOT = Path(builder.__file__).parent
TEMPLATES = sorted((ROOT / "pages" / "templates").iterdir())
LIBRARIES = ("Jinja2", "MarkupSafe")
CODE = (
    *(ROOT / name for name in ("pages", "kinds", "model", "papers.py", "urls.py")),
    *TEMPLATES,
    *LIBRARIES,
)
"""What decides how a template is rendered, besides what it is given."""


_PLAIN = frozenset({str, int, bool, type(None)})


class Fingerprints:
    """The digests of one making of pages."""

    def __init__(self) -> None:
        self._readings: dict[int, str] = {}  # a paper may be named on many pages, and names as many entries

    def of(self, *given: Any) -> str | None:
        """A digest of values; None if there is something among them of which nothing is known but that it is there.

        A document is known by the text of its file and the names of what it refers to, so that it need not be looked through.
        """
        try:
            return digest(_code(), self._plain(given))
        except TypeError:
            return None

    def _plain(self, value: Any) -> Any:
        """A value as plain data, each type apart from the others. Raises TypeError where that cannot be said exactly."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is list or kind is tuple:
            return [inner if type(inner) in _PLAIN else self._plain(inner) for inner in value]
        if kind is dict:
            return {"": [[self._plain(key), self._plain(inner)] for key, inner in value.items()]}
        if kind is Markup or kind is dt.date:
            return {kind.__name__: str(value)}
        if kind is Document and value.body.made_from:
            return {"document": [value.body.made_from, *value.names]}
        if kind is ReadingItem:
            if id(value) not in self._readings:
                self._readings[id(value)] = digest(self._fields(value))
            return {"reading": self._readings[id(value)]}
        if is_dataclass(kind) and kind is not Document:
            return {kind.__name__: self._fields(value)}
        raise TypeError(kind)

    def _fields(self, value: Any) -> list[Any]:
        return self._plain(_values(type(value))(value))


@cache
def _values(kind: type) -> Callable[[Any], Any]:
    """What gets the values of the fields of a dataclass."""
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: [getattr(value, name) for name in names]


@cache
def _code() -> str:
    return code_digest(*CODE)
