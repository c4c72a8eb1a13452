"""The kinds of entry. One file each, found by scanning this folder; each defines `KIND = Kind(...)`."""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from builder.kinds.frontmatter import FrontMatter


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: where it is kept, what its front matter may hold, where its pages go."""

    name: str
    plural: str  # heading of its index page
    folder: str  # under content/
    meta: type[FrontMatter]
    dated: bool  # must have a date
    url: Callable[[dt.date | None, str], str]  # (date, slug) -> address from the site's root
    index_url: str
    skeleton: str  # body that `studylog new` writes
    suffixes: tuple[str, ...] = (".md", ".markdown")  # of its files; `studylog new` writes the first
    yearly: bool = False  # a file called YYYY.md holds the entries of a year


def _scan() -> dict[str, Kind]:
    found = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "KIND", None)
        if kind is not None:
            found[kind.name] = kind
    return found


KINDS = _scan()
"""Every kind of entry by name."""
