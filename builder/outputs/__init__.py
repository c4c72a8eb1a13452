"""What a demo may return. One file per kind of output, found by scanning this folder.

Each file defines the types that demos construct and a module constant `OUTPUT = Output(...)`, and lists both in `__all__`.
A run's output is encoded once, in the worker, into plain files; pages are made from those files alone, so that a new
look never needs a new run.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from builder.model import Json, Params


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A file of an encoded output, such as `tokens.json` or `strip.png`."""

    name: str
    media_type: str  # one of MEDIA_TYPES
    data: bytes


@dataclass(frozen=True, slots=True)
class Encoded:
    """An output as files, with its description in words (made from the data, never a stock phrase)."""

    files: tuple[EncodedFile, ...]
    alt: str


Memo = Callable[[str, Callable[[], str]], str]
"""Keeps texts that take long to make: (name, make) -> what `make()` returns, which may depend on the files alone."""


def _make(name: str, make: Callable[[], str]) -> str:
    return make()


@dataclass(frozen=True, slots=True)
class View:
    """A recorded output as a page sees it."""

    id: str  # unique on its page, usable in id attributes
    alt: str
    params: Params
    files: Mapping[str, bytes]
    urls: Mapping[str, str]  # name -> address of the published file, relative to the page
    memo: Memo = _make

    def json(self, name: str) -> Json:
        """The parsed content of a JSON file of this output."""
        return json.loads(self.files[name])


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of output.

    encode: value -> Encoded; runs in the worker and may import what the demo had (Pillow, numpy).
    to_html: View -> HTML that reads well without JavaScript; an element with `data-viewer="name"` is enhanced by the
        script of that name in builder/pages/assets/js/demos. All text from models is escaped.
    to_text: View -> plain text for feeds and for the table of states.
    example: a small value, which the manual shows with its code.
    """

    name: str
    type: type
    encode: Callable[[Any], Encoded]
    to_html: Callable[[View], str]
    to_text: Callable[[View], str]
    example: Callable[[], Any] | None = None


MEDIA_TYPES = {"application/json", "text/plain", "image/png", "image/webp", "image/svg+xml"}


def _scan() -> dict[str, Output]:
    found = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        if not module.name.startswith("_"):
            loaded = importlib.import_module(f"{__name__}.{module.name}")
            found[loaded.OUTPUT.name] = loaded.OUTPUT
            globals().update({name: getattr(loaded, name) for name in loaded.__all__ if name != "OUTPUT"})
    return found


def __getattr__(name: str) -> Any:
    """Load the kinds of output when the first is asked for: a build whose results all stand on pages needs none.

    `OUTPUTS` is every kind by name. What the file of a kind lists in `__all__` can be imported from here.
    """
    if "OUTPUTS" in globals() or name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["OUTPUTS"] = _scan()
    return globals()[name] if name in globals() else __getattr__(name)
