"""The pages of notebooks, as a reader meets them."""

from __future__ import annotations

import pytest
from looking import barriers

pytestmark = pytest.mark.browser

NOTEBOOKS = ["a-threshold-in-temperature", "bits-per-byte", "two-schedules-one-scale"]
BUDGET = 150_000  # bytes of a page and its pictures


@pytest.mark.parametrize("shown", [f"notebooks/{name}/" for name in NOTEBOOKS], indirect=True)
def test_axe_finds_nothing(shown):
    # The theme's copy buttons are landmarks without names, and where there is no mouse it lets no key scroll code.
    assert not barriers(shown, exclude=(".md-code__nav", ".highlight code"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_pictures_arrive_described_and_the_page_stays_small(visit, name):
    sizes: dict[str, int] = {}
    page = visit("notebooks/", width=320)
    page.on("response", lambda response: sizes.__setitem__(response.url, len(response.body())))
    page.goto(f"{page.url}{name}/", wait_until="networkidle")
    pictures = page.locator(".jp-RenderedImage img")
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=picture.element_handle())
        assert len(picture.get_attribute("alt")) > 60
        box = picture.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 320
    assert pictures.count() >= 1
    assert sum(size for url, size in sizes.items() if "/notebooks/" in url or "/runs/" in url) <= BUDGET


def test_code_can_be_copied_and_folded_code_opens_with_the_keyboard(visit):
    page = visit("notebooks/bits-per-byte/")
    page.mouse.move(300, 300)  # the theme starts
    page.locator(".sl-cell button[data-md-type=copy]").nth(3).wait_for(state="attached")
    fold = page.locator(".sl-cell details.sl-fold").first
    code = fold.locator("code").first
    assert not code.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert code.is_visible()


def test_a_notebook_and_its_entry_lead_to_each_other(visit):
    page = visit("log/2026/05/17/noise-schedules/")
    page.locator("article a", has_text="Two schedules, one scale").first.click()
    page.wait_for_url("**/notebooks/two-schedules-one-scale/")
    page.locator("article a", has_text="Noise schedules").first.click()
    page.wait_for_url("**/log/2026/05/17/noise-schedules/")
