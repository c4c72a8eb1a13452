"""The home page: what this log is, what is new in it, what was read, what can be played with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from builder.model import Page
from builder.pages import PageMaker, Site
from builder.pages._activity import draw_activity
from builder.pages._templates import once, render_template
from builder.parse import render_markdown

LATEST_ENTRIES = 6
LATEST_PAPERS = 5
DEMOS = 6


def make(site: Site) -> Iterator[Page]:
    """Make the one page at the site's root."""
    entries = [document for document in site.library.documents if document.kind != "paper"]
    pinned = [document for document in site.library.documents if document.meta.pin]
    latest = [document for document in entries if document not in pinned]
    html = render_template(
        "home.html",
        url="",
        title=site.config.title,
        description=site.config.description,
        intro=render_markdown(site.config.home_intro),
        activity=once("home", draw_activity, [item.date for item in site.library.timeline]),
        entries=(pinned + latest)[:LATEST_ENTRIES],
        papers=[replace(item, mentions=()) for item in site.library.reading_list if item.note is not None][
            :LATEST_PAPERS
        ],
        demos=list(site.demos.values())[:DEMOS],
        counts=_counts(site),
    )
    yield Page("", site.config.title, html, description=site.config.description, hide=("toc", "navigation"))


def _counts(site: Site) -> tuple[tuple[int, str, str], ...]:
    """How much there is: (number, noun, address)."""
    runs = len({decision.key.digest for decision in site.decisions if decision.record is not None})
    counts = (
        (len(site.library.documents), "entry", "timeline/"),
        (len(site.library.reading_list), "paper", "reading/"),
        (runs, "recorded run", "status/"),
    )
    return tuple((count, noun, address) for count, noun, address in counts if count)


PAGE = PageMaker("home", make)
