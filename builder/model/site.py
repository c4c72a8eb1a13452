"""What a site is made of, and what a build did."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from builder.errors import Problem, Source
from builder.kept import digest
from builder.model.runs import Decision


@dataclass(frozen=True)
class Page:
    """A page of the site. `html` is its content; headings that stand alone on a line enter the table of contents."""

    url: str  # "" is home, "timeline/", "log/2026/"
    title: str
    html: str
    description: str = ""
    source: Source | None = None
    search: bool = True
    hide: tuple[str, ...] = ()  # of the theme: "toc", "navigation"
    tags: tuple[str, ...] = ()  # that the search finds it by
    card: str = ""  # the picture of its link card, from the site's root; that of the site if empty

    @cached_property
    def digest(self) -> str:
        """By what a later process knows the page; where its source stands is not in it."""
        return digest(self.url, self.title, self.html, self.description, self.card, [self.search, self.hide, self.tags])

    def as_json(self) -> str:
        """All of the page but its source."""
        plain = [self.url, self.title, self.html, self.description, self.search, self.hide, self.tags, self.card]
        return json.dumps(plain, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, source: Source | None) -> Page:
        """The page of which this is `as_json()`."""
        url, title, html, description, search, hide, tags, card = json.loads(text)
        return cls(url, title, html, description, source, search, tuple(hide), tuple(tags), card)

    def whole(self) -> Page:
        """The page itself."""
        return self


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that is as it was when an earlier process made it; `whole()` gives it to who needs more than its digest."""

    url: str
    source: Source | None
    digest: str
    whole: Callable[[], Page]


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the site that the engine only copies."""

    path: str
    data: bytes | Path  # or the file that has them


Item = Page | KeptPage | StaticFile
"""What a site consists of."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `as_json` in builder.pipeline gives the form of the contract."""

    pages: int
    rendered: int
    reused_pages: int
    ran: tuple[Decision, ...]
    reused: tuple[Decision, ...]
    failed: tuple[Decision, ...]
    missing: tuple[Decision, ...]
    problems: tuple[Problem, ...]
    seconds: float
    site_dir: str
    files: Mapping[str, str]  # of the site: path -> sha256
