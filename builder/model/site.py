"""What a site is made of, and what a build did."""

from __future__ import annotations

from dataclasses import dataclass

from builder.errors import Problem, Source
from builder.model.runs import Decision


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the site that the engine only copies."""

    path: str
    data: bytes


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
