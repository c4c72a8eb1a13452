"""What every page of a demo must be: accessible, light enough, and readable without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

DEMOS = sorted(path.stem for path in (Path(__file__).parents[2] / "demos").glob("[!_]*.py"))
THEME = ("/fonts/", "/css/", "/search/", "sitemap.xml", "/assets/stylesheets/", "/assets/javascripts/")
BUDGET = 400_000  # bytes of a page and of what it loads for its first state, the scripts of all viewers included

SIZES = """Object.fromEntries(
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
        .map(entry => [entry.name, entry.decodedBodySize]))"""
SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""


@pytest.mark.parametrize("name", DEMOS)
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_axe_finds_nothing(visit, name, width, dark):
    page = visit(f"demos/{name}/", width=width, dark=dark)
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", DEMOS)
def test_a_page_stays_within_its_budget_and_width_and_nothing_moves(visit, name):
    page = visit(f"demos/{name}/", width=320)
    page.wait_for_load_state("networkidle")
    own = {url: size for url, size in page.evaluate(SIZES).items() if not any(part in url for part in THEME)}
    assert sum(own.values()) <= BUDGET, own
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SHIFT) <= 0.05


@pytest.mark.parametrize("name", DEMOS)
def test_the_first_state_reads_without_a_script(visit, name):
    page = visit(f"demos/{name}/", javascript=False)
    result = page.locator(".sl-demo .sl-result").first
    assert result.is_visible()
    assert len(result.inner_text()) > 40
    assert not page.locator(".sl-demo .sl-controls").first.is_visible()
