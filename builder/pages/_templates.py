"""The Jinja2 templates of the pages: everything is escaped, and a name that is not given is an error."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from builder.bytecode import keep_bytecode
from builder.kept import Kept, code_digest
from builder.kinds import KINDS
from builder.pages._fingerprints import LIBRARIES, Fingerprints
from builder.urls import relative, slugify

_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())  # whatever the locale


T = TypeVar("T")

_earlier: ContextVar[tuple[Kept, Fingerprints] | None] = ContextVar("earlier", default=None)


@contextlib.contextmanager
def remembering(kept: Kept) -> Iterator[None]:
    """Do not render a template again for a page that gives it what it was given last time.

    What is given must be frozen, or not be touched any more. In one process a document is equal only to itself: a file
    that did not change gives the same document in each build. A later process goes by digests, until it has a page.
    """
    token = _earlier.set((kept, Fingerprints()))
    try:
        yield
    finally:
        _earlier.reset(token)


@contextlib.contextmanager
def forgetting() -> Iterator[None]:
    """Render templates anew, for who remembers what comes of them."""
    token = _earlier.set(None)
    try:
        yield
    finally:
        _earlier.reset(token)


def once(name: str, make: Callable[..., T], *given: Any) -> T:
    """Return what `make(*given)` returns; a process that builds again and again goes by what it gave the same `name`.

    Only what shows should be given: a document is another one as soon as anything in it has changed.
    """
    earlier = _earlier.get()
    return make(*given) if earlier is None else earlier[0].once((make, name), given, lambda: make(*given))


def render_template(name: str, /, *, url: str, **context: Any) -> str:
    """Render a template for the page at `url`; in it `link(to)` is the relative link to another page."""
    earlier = _earlier.get()
    if earlier is None:
        return _render(name, url, context)
    kept, fingerprints = earlier
    rendered, shelf = kept.memory("templates"), kept.shelf("pages")
    given, html = rendered.get((name, url), (None, ""))
    if given == context:
        return html
    made_from = fingerprints.of(name, url, context) if shelf.lasts and given is None else None
    html = shelf.get(made_from, made_from) if made_from else None
    if html is None:
        html = _render(name, url, context)
        if made_from:
            shelf.put(made_from, made_from, html)
    rendered[name, url] = context, html
    return html


def _render(name: str, url: str, context: Mapping[str, Any]) -> str:
    link: Callable[[str], str] = partial(relative, url)
    return _environment().get_template(name).render(url=url, link=link, **context)


def day(date: dt.date) -> str:
    """Write a date for people: `24 February 2023`."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def medium_day(date: dt.date) -> str:
    """Write a date for a column: `24 Feb 2023`."""
    return f"{short_day(date)} {date.year}"


def short_day(date: dt.date) -> str:
    """Write a date without its year: `24 Feb`."""
    return f"{date.day} {MONTHS[date.month - 1][:3]}"


def month(date: dt.date) -> str:
    """The name of a date's month."""
    return MONTHS[date.month - 1]


def tag_url(tag: str) -> str:
    """The address of a tag's page; tags that differ only in case or punctuation share one."""
    return f"tags/{slugify(tag) or '-'.join(f'u{ord(char):x}' for char in tag)}/"


def shorten(text: str, length: int = 160) -> str:
    """The beginning of a text, cut between words."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:—") + "…"


def plural(count: int, noun: str) -> str:
    """`1 entry`, `2 entries`, `3 papers`."""
    if count == 1:
        return f"1 {noun}"
    ending = f"{noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{noun}s"
    return f"{count:,} {ending}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("builder.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    keep_bytecode(environment, "pages", code_digest(Path(__file__), *LIBRARIES))
    environment.filters.update(day=day, medium_day=medium_day, short_day=short_day, month=month, shorten=shorten)
    environment.globals.update(plural=plural, tag_url=tag_url, kinds=KINDS)
    return environment
