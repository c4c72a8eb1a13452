"""Trees of next tokens, merges and the numbers behind one attention weight, used as a reader would."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

TREE, MERGES, ATTENTION = "demos/one_token/", "demos/tokenizer/", "demos/attention/"


def text_so_far(page) -> str:
    return page.locator(".sl-branches .sl-tokens-text").inner_text()


def button(page, name: str):
    return page.locator(".sl-branches").get_by_role("button", name=name)


def test_step_takes_the_likeliest_token_and_back_undoes_it(visit):
    page = visit(TREE)
    start = text_so_far(page)
    likeliest = page.locator("button.sl-branch").first.locator("bdi").inner_text()
    button(page, "Step").click()
    assert text_so_far(page) == start + likeliest
    assert page.url.endswith("path=0")
    button(page, "Back").click()
    assert text_so_far(page) == start
    assert button(page, "Back").is_disabled()


def test_a_tree_is_walked_by_keyboard_to_where_it_ends(visit):
    page = visit(TREE)
    page.locator("button.sl-branch").first.focus()
    page.keyboard.press("ArrowDown")
    for _ in range(4):
        page.keyboard.press("Enter")
    assert page.url.endswith("path=1.0.0.0")
    assert "The tree was recorded to this depth, 4 tokens" in page.locator(".sl-branches-next").inner_text()
    assert button(page, "Back").evaluate("b => b === document.activeElement")
    page.keyboard.press("Backspace")
    assert page.url.endswith("path=1.0.0")


def test_an_address_leads_to_its_place_in_the_tree(visit):
    page = visit(f"{TREE}#tree:path=0.1.0")
    assert text_so_far(page).endswith("the state of")
    assert "3 of 4 tokens taken" in page.locator(".sl-branches-status").inner_text()
    assert text_so_far(visit(f"{TREE}#tree:path=0.9.0")).endswith("the")  # no such place: as far as it leads


def test_the_bars_keep_their_room_where_the_tree_ends(visit):
    page = visit(TREE, width=390)
    box = page.locator(".sl-branches-next")
    before = box.bounding_box()["height"]
    for _ in range(4):
        button(page, "Step").click()
    assert box.bounding_box()["height"] == before


def test_merges_are_scrubbed_with_the_keyboard(visit):
    page = visit(MERGES)
    slider = page.locator(".sl-merges input[type=range]").first
    cut = page.locator(".sl-cut").first
    assert cut.locator("i, b").count() == 10
    slider.focus()
    page.keyboard.press("Home")
    assert cut.locator("i, b").count() == 25 and cut.locator("b").count() == 0
    page.keyboard.press("ArrowRight")
    assert cut.locator("b").all_inner_texts() == ["ol", "ol", "ol", "ol"]
    assert "o + l (17 times, 82 symbols left in the corpus)" in page.locator(".sl-merges-says").first.inner_text()
    assert page.url.endswith("frame=1")


def test_a_merge_that_changes_nothing_shows_the_text_as_before(visit):
    page = visit(f"{MERGES}#five:frame=6")
    cut = page.locator(".sl-cut").first
    assert cut.locator("b").count() == 0 and cut.locator("i").count() == 12


def open_pair(page):
    pair = page.locator(".sl-pair")
    pair.locator("summary").first.click()
    page.wait_for_function("() => document.querySelector('.sl-pair-row button')")
    return pair


def test_a_weight_is_taken_apart_and_agrees_with_the_map(visit):
    page = visit(ATTENTION)
    pair = open_pair(page)
    chosen = pair.locator("tr.sl-chosen td")
    shown = page.locator(".sl-att-says").inner_text()
    token, weight = chosen.first.inner_text(), chosen.last.inner_text()
    assert f"{token} {weight}" in shown
    weights = [float(w.strip("<%")) for w in pair.locator(".sl-pair-row td:last-child").all_inner_texts()]
    assert sum(weights) == pytest.approx(100, abs=4)
    products = [float(p.replace("−", "-")) for p in pair.locator(".sl-data tbody td:last-child").all_text_contents()]
    q_dot_k = float(chosen.nth(1).inner_text().replace("−", "-"))
    assert sum(products) == pytest.approx(q_dot_k, abs=0.2)


def test_another_key_is_chosen_in_the_row_and_kept_in_the_address(visit):
    page = visit(ATTENTION)
    pair = open_pair(page)
    before = pair.locator(".sl-pair-says").inner_text()
    pair.locator(".sl-pair-row button").nth(2).click()
    page.wait_for_function("before => document.querySelector('.sl-pair-says').innerText !== before", arg=before)
    assert re.search(r"key=3\b", page.url)
    again = visit(f"{ATTENTION}#{page.url.partition('#')[2]}")
    again.wait_for_function("() => document.querySelector('.sl-pair-row button')")
    assert again.locator(".sl-pair-says").inner_text() == pair.locator(".sl-pair-says").inner_text()


def test_an_early_token_sees_the_rest_masked(visit):
    page = visit(f"{ATTENTION}#again:token=3&key=1")
    page.wait_for_function("() => document.querySelector('.sl-pair-row button')")
    rows = page.locator(".sl-pair-row tbody tr")
    assert page.locator(".sl-pair-row button").count() == 3
    assert "masked: a later token" in rows.nth(3).inner_text()
    assert page.locator(".sl-att-line .sl-masked").count() == rows.count() - 3


def test_queries_and_keys_are_not_loaded_before_they_are_asked_for(visit):
    asked = []
    page = visit(ATTENTION)
    page.on("request", lambda request: asked.append(request.url))
    assert asked == []
    open_pair(page)
    assert [url for url in asked if url.endswith("queries-and-keys.txt")]


@pytest.mark.parametrize("path", [TREE, MERGES, ATTENTION])
@pytest.mark.parametrize("width", [320, 1440])
def test_step_viewers_fit_the_screen(visit, path, width):
    page = visit(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (TREE, "likeliest token"),
        (MERGES, "29 symbols left in the corpus"),
        (ATTENTION, "masked: a later token"),
    ],
)
def test_step_results_read_without_javascript(visit, path, words):
    page = visit(path, javascript=False)
    assert words in page.locator(".sl-demo .sl-result").first.inner_text()
