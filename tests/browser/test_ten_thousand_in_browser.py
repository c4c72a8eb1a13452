"""The timeline of somebody who has dated ten thousand things, on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from looking import STARTED, too_wide
from made_site import entry, make_site
from served_site import served

from builder.engine import find_engine
from builder.engine.publish import publish
from builder.engine.workers import Workers
from builder.model import TimelineItem
from builder.pages import home, timeline
from builder.stage import stage

pytestmark = pytest.mark.browser

MANY = 10_000
KINDS = ("log", "log", "log", "annotation", "paper", "post")
WORDS = "attention sampling noise loss weights tokens heads diffusion".split()
BUDGET = 500_000  # bytes, of the page and of what its filter reads
PATIENCE_SECONDS = 1.0  # of the main thread, which nothing else on this machine can make slower

FILTER = """() => new Promise(done => {
    const found = document.querySelector("output"), text = document.querySelector("[name=text]");
    new MutationObserver(() => found.textContent && done())
        .observe(found, { childList: true, characterData: true, subtree: true });
    text.value = "noise";
    text.dispatchEvent(new Event("input", { bubbles: true }));
})"""
SIZES = """performance.getEntries().filter(e => e.decodedBodySize && /timeline\\/$|items\\.json$/.test(e.name))
    .reduce((sum, e) => sum + e.decodedBodySize, 0)"""


def item(number: int) -> TimelineItem:
    """One of ten thousand, over fourteen years, two a day."""
    date = dt.date(2028, 12, 31) - dt.timedelta(days=number // 2)
    kind, word = KINDS[number % len(KINDS)], WORDS[number % len(WORDS)]
    title = f"What {word} taught me on day {number}"
    summary = (
        f"The {number}th thing that I wrote down about {word}, in a sentence that is as long as such sentences are."
    )
    return TimelineItem(date, kind, title, f"log/{date:%Y/%m/%d}/day-{number}/", (word, "study"), summary)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages of the timeline, rendered; what they link to is not there."""
    root: Path = tmp_path_factory.mktemp("many")
    small = make_site(root, {"content/notes/n.md": entry("N")})
    many = replace(small, library=replace(small.library, timeline=tuple(map(item, range(MANY)))))
    pages = (*home.PAGE.make(many), *timeline.PAGE.make(many))
    with Workers() as workers:
        rendered = find_engine("mkdocs").render(stage(pages, config=small.config, files={}), workers)
    publish(rendered.files, root / "site")
    with served(root / "site") as address:
        yield address


def test_it_is_usable_within_a_second_and_small(visit, address):
    page = visit(width=390)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{address}timeline/")
    page.wait_for_function(STARTED)
    page.evaluate(FILTER)
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    assert 0 < metrics["TaskDuration"] < PATIENCE_SECONDS
    assert page.evaluate(SIZES) < BUDGET
    assert page.locator("output").inner_text() == "the newest 50"
    assert page.locator(".sl-row-title:visible").count() == 50


def test_what_is_rare_is_found_among_all(visit):
    page = visit(f"timeline/?text=day+{MANY - 1}", width=390)
    page.wait_for_function("document.querySelector('output').textContent === '1 found'")
    assert page.locator(".sl-row-title:visible").locator("a").inner_text() == "What diffusion taught me on day 9999"


@pytest.mark.parametrize(
    ("plain", "onward"),
    [("timeline/", "2015/"), ("timeline/2015/", "07/"), ("timeline/2015/07/", "log/2015/07/31/day-9804/")],
    indirect=["plain"],
)
def test_without_a_script_years_and_months_lead_to_everything(plain, onward):
    assert len(plain.content()) < BUDGET
    assert not too_wide(plain)
    assert plain.locator(f"article a[href$='{onward}']").first.is_visible()


def test_a_month_has_all_of_its_days(visit):
    page = visit("timeline/2020/07/", width=390, javascript=False)
    assert page.locator(".sl-row-title").count() == 62
