"""`llms.txt`: what this log is and where its substance lies, for programs that read with a language model.

The form is that of https://llmstxt.org: a title, a summary, lists of links with a line about each. It does not grow with
the log: the newest of each kind, then where everything is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from builder.kinds import KINDS
from builder.model import StaticFile
from builder.pages import PageMaker, Site
from builder.pages._templates import day, plural, shorten

NEWEST = 30  # of each kind


def make(site: Site) -> Iterator[StaticFile]:
    """Make `llms.txt`."""
    yield StaticFile("llms.txt", "\n".join(_lines(site)).encode() + b"\n")


def _lines(site: Site) -> Iterator[str]:
    config = site.config
    yield f"# {_plain(config.title)}"
    if config.description:
        yield f"\n> {_plain(config.description)}"
    kinds = [(kind, site.of_kind(kind.name)) for kind in KINDS.values()]
    yield f"\nA study log with {plural(len(site.library.documents), 'entry')}, written by {_plain(config.author) or 'one author'}."
    yield "Results of demos were recorded when they ran; each page says on which machine, with which code and weights."
    for kind, documents in kinds:
        if documents:
            yield from _section(kind.plural)
            yield from (
                _link(site, d.title, d.url, ". ".join(filter(None, (day(d.date) if d.date else "", d.summary))))
                for d in documents[:NEWEST]
            )
    if site.demos:
        yield from _section("Demos")
        yield from (_link(site, d.title, f"demos/{d.name}/", d.summary) for d in list(site.demos.values())[:NEWEST])
    yield from _section("Optional")
    for title, url, about in (
        ("Timeline", "timeline.json", "every dated entry and remark, as JSON"),
        ("Reading list", "reading.json", "every paper with status, rating and where it is discussed, as JSON"),
        ("References", "references.bib", "the same papers as BibTeX"),
        ("Feed", "feed.json", "the newest entries in full, as JSON Feed"),
        ("Status", "status.json", "what was recorded, where and when, as JSON"),
    ):
        yield _link(site, title, url, about)


def _section(title: str) -> Iterable[str]:
    return ("", f"## {title}", "")


def _link(site: Site, title: str, url: str, about: str) -> str:
    line = f"- [{re.sub(r'[][]', '', _plain(title))}]({site.config.site_url}{url})"
    return f"{line}: {shorten(_plain(about))}" if about else line


def _plain(text: str) -> str:
    return " ".join(text.split())


PAGE = PageMaker("llms", make)
