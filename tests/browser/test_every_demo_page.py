"""What every page of a demo must be: accessible, light enough, and readable without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

DEMOS = sorted(path.stem for path in (Path(__file__).parents[2] / "demos").glob("[!_]*.py"))
BUDGET = 400_000  # bytes of a page and of what it loads for its first state, scripts and style of the viewers included


@pytest.mark.parametrize("name", DEMOS)
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_axe_finds_nothing(visit, name, width, dark):
    page = visit(f"demos/{name}/", width=width, dark=dark)
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", DEMOS)
def test_a_page_stays_within_its_budget_and_width(visit, name):
    sizes: dict[str, int] = {}
    page = visit("404.html", width=320)
    page.on("response", lambda response: sizes.__setitem__(response.url, len(response.body())))
    page.goto(page.url.replace("404.html", f"demos/{name}/"), wait_until="networkidle")
    own = {url: size for url, size in sizes.items() if not _of_the_theme(url)}
    assert sum(own.values()) <= BUDGET, own
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", DEMOS)
def test_the_first_state_reads_without_a_script(visit, name):
    page = visit(f"demos/{name}/", javascript=False)
    result = page.locator(".sl-demo .sl-result").first
    assert result.is_visible()
    assert len(result.inner_text()) > 40
    assert page.locator(".sl-demo .sl-controls").count() == 0 or page.locator(".sl-demo .sl-controls").first.is_hidden()


@pytest.mark.parametrize("name", DEMOS)
def test_nothing_moves_when_the_viewers_come_to_life(visit, name):
    page = visit(f"demos/{name}/", width=390)
    page.wait_for_timeout(500)
    shift = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => {
              for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
            }).observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 200);
        })"""
    )
    assert shift <= 0.05


def _of_the_theme(url: str) -> bool:
    return "/fonts/" in url or "/search/" in url or url.endswith("sitemap.xml") or "/assets/stylesheets/" in url or (
        "/assets/javascripts/" in url
    )  # fmt: skip
