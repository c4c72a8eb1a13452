"""The timeline: every dated thing of the log on one page, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from builder.model import Page, StaticFile, TimelineItem
from builder.pages import PageMaker, Site
from builder.pages._templates import render_template

URL = "timeline/"
Months = list[tuple[TimelineItem, list[TimelineItem]]]


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make the page and `timeline.json`, newest first."""
    timeline = site.library.timeline
    html = render_template(
        "timeline.html",
        url=URL,
        years=[(year, by_month(list(items))) for year, items in groupby(timeline, key=lambda item: item.date.year)],
        kinds_used=sorted({item.kind for item in timeline}),
        tags=sorted({tag for item in timeline for tag in item.tags}, key=lambda tag: (tag.casefold(), tag)),
        total=len(timeline),
    )
    yield Page(URL, "Timeline", html, description="Everything in this log, by date")
    items = [
        {
            "date": item.date.isoformat(),
            "kind": item.kind,
            "title": item.title,
            "url": item.url,
            "tags": list(item.tags),
        }
        for item in timeline
    ]
    yield StaticFile("timeline.json", json.dumps(items, ensure_ascii=False, indent=1).encode() + b"\n")


def by_month(items: list[TimelineItem]) -> Months:
    """Group items of one year by month; the first item of each group stands for the month."""
    groups = [list(group) for _, group in groupby(items, key=lambda item: item.date.month)]
    return [(group[0], group) for group in groups]


PAGE = PageMaker("timeline", make)
