"""What every page of a demo must be: accessible, light enough, and readable without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from looking import barriers, moved, too_wide

pytestmark = pytest.mark.browser

DEMOS = sorted(f"demos/{path.stem}/" for path in (Path(__file__).parents[2] / "demos").glob("[!_]*.py"))
THEME = ("/fonts/", "/css/", "/search/", "sitemap.xml", "/assets/stylesheets/", "/assets/javascripts/")
BUDGET = 400_000  # bytes of a page and of what it loads for its first state, the scripts of all viewers included

SIZES = """Object.fromEntries(
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
        .map(entry => [entry.name, entry.decodedBodySize]))"""


@pytest.mark.parametrize("shown", DEMOS, indirect=True)
def test_a_page_stays_within_its_budget_and_nothing_moves(shown):
    own = {url: size for url, size in shown.evaluate(SIZES).items() if not any(part in url for part in THEME)}
    assert sum(own.values()) <= BUDGET, own
    assert moved(shown) <= 0.05


@pytest.mark.parametrize("shown", DEMOS, indirect=True)
def test_a_page_is_as_wide_as_its_window(shown):
    assert not too_wide(shown)


@pytest.mark.parametrize("shown", DEMOS, indirect=True)
def test_axe_finds_nothing(shown):
    assert not barriers(shown)


@pytest.mark.parametrize("plain", DEMOS, indirect=True)
def test_the_first_state_reads_without_a_script(plain):
    result = plain.locator(".sl-demo .sl-result").first
    assert result.is_visible()
    assert len(result.inner_text()) > 40
    assert not plain.locator(".sl-demo .sl-controls").first.is_visible()
    assert not too_wide(plain)
