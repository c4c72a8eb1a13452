"""The viewers of the demos, used as a reader would."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_hovering_a_token_shows_its_alternatives(visit):
    page = visit("log/2026/02/08/first-definitions/")
    tokens = page.locator("[data-viewer=tokens]").first
    chip = tokens.locator("[data-token], .sl-token:not(.sl-token--prompt)").nth(3)
    chip.hover()
    assert "%" in tokens.inner_text()


def test_a_swept_parameter_loads_the_other_state_and_its_address_returns_to_it(visit):
    page = visit("log/2026/02/22/greedy-loops/")
    block = page.locator(".sl-demo:has(.sl-controls)").first
    select = block.locator("select").first
    before = block.locator(".sl-result").inner_text()
    last = select.locator("option").last.get_attribute("value")
    select.select_option(last)
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    page.wait_for_timeout(300)
    after = block.locator(".sl-result").inner_text()
    assert after != before
    address = page.url
    assert "=" in address.partition("#")[2]
    again = visit("log/2026/02/22/greedy-loops/#" + address.partition("#")[2])
    again.wait_for_timeout(800)
    assert again.locator(".sl-demo:has(.sl-controls)").first.locator(".sl-result").inner_text() == after


def test_the_attention_grid_opens_a_head_by_click_and_by_keyboard(visit):
    page = visit("log/2026/01/11/what-one-head-looks-at/")
    viewer = page.locator("[data-viewer=attention]").first
    viewer.scroll_into_view_if_needed()
    assert viewer.locator("canvas").count() >= 1
    before = viewer.inner_text()
    viewer.locator("button, [role=gridcell], [role=radio]").nth(10).click()
    assert viewer.inner_text() != before
    chosen = viewer.inner_text()
    page.keyboard.press("ArrowRight")
    assert viewer.inner_text() != chosen


def test_the_denoising_can_be_scrubbed_with_the_keyboard(visit):
    page = visit("log/2026/06/21/watching-noise-become-a-seven/", still=True)
    viewer = page.locator("[data-viewer=frames]").first
    slider = viewer.locator("input[type=range]")
    slider.focus()
    before = slider.input_value()
    page.keyboard.press("ArrowLeft")
    assert slider.input_value() != before


@pytest.mark.parametrize("name", ["gpt2_generate", "attention", "diffusion"])
def test_a_demo_page_has_result_source_provenance_and_downloads(visit, name):
    page = visit(f"demos/{name}/", width=390)
    text = page.locator("article").inner_text()
    assert "parameters" in text.lower()
    downloads = page.locator("article a[href$='.py'], article a[href$='.json']")
    assert downloads.count() >= 2
    for href in downloads.evaluate_all("links => links.map(a => a.href)")[:3]:
        assert page.request.get(href).ok


@pytest.mark.parametrize(
    "path",
    [
        "log/2026/02/08/first-definitions/",
        "log/2026/01/11/what-one-head-looks-at/",
        "log/2026/06/21/watching-noise-become-a-seven/",
    ],
)
def test_a_demo_reads_without_javascript(visit, path):
    page = visit(path, javascript=False)
    result = page.locator(".sl-demo .sl-result").first
    assert result.is_visible() and result.bounding_box()["height"] > 40
    images = page.locator(".sl-demo img")
    for index in range(images.count()):
        assert len(images.nth(index).get_attribute("alt") or "") > 10
