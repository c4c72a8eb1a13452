"""The pages one reads: what stands beside the text, what a link shows before it is followed, what is around an entry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from entry_log import files
from looking import FRAMES, THEME, barriers, built, moved, too_wide
from served_site import served

pytestmark = pytest.mark.browser

FIRST, PAPER, MIXED = "log/2026/01/01/first/", "papers/vaswani-2017/", "notes/mixed/"
PAGES = [FIRST, "log/2026/02/02/second/", PAPER, "posts/post/", MIXED]
CARD = ".sl-preview:popover-open"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("entries"), files(), "title: A small log\n")


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


@pytest.mark.parametrize("shown", PAGES, indirect=True)
def test_nothing_moves_and_a_page_is_as_wide_as_its_window(shown):
    assert moved(shown) <= 0.02
    assert not too_wide(shown)


@pytest.mark.parametrize("shown", PAGES, indirect=True)
def test_axe_finds_nothing(shown):
    assert not barriers(shown)


def test_what_is_too_wide_scrolls_by_itself_and_from_the_keyboard(visit):
    page = visit(FIRST, width=390)
    boxes = [
        page.locator(selector).first.element_handle() for selector in (".sl-scroll", ".sl-math", ".highlight code")
    ]
    for box in boxes:
        page.wait_for_function("box => box.scrollWidth > box.clientWidth && box.tabIndex === 0", arg=box)
    page.mouse.wheel(0, 100)
    page.wait_for_selector(".md-code__button, .md-clipboard")  # copies the code
    page.wait_for_function(THEME)
    page.evaluate(FRAMES)
    assert [box.evaluate("box => box.tabIndex") for box in boxes] == [0, 0, 0]
    boxes[2].evaluate("box => box.style.fontSize = '2px'")
    page.wait_for_function("box => box.scrollWidth === box.clientWidth && box.tabIndex === -1", arg=boxes[2])


def boxes(page, selector: str) -> list[dict]:
    return [page.locator(selector).nth(i).bounding_box() for i in range(page.locator(selector).count())]


def test_notes_and_remarks_stand_in_the_margin_beside_their_lines_and_not_on_each_other(visit):
    page = visit(FIRST)
    text = page.locator(".sl-part > p").first.bounding_box()
    calls, notes = boxes(page, ".footnote-ref"), boxes(page, ".sl-sidenote")
    assert len(notes) == 3
    assert all(note["x"] > text["x"] + text["width"] for note in notes)
    assert abs(notes[0]["y"] - calls[0]["y"]) < 12
    margin = sorted([*notes, *boxes(page, ".sl-annotation")], key=lambda box: box["y"])
    assert all(upper["y"] + upper["height"] <= lower["y"] + 1 for upper, lower in pairwise(margin))
    assert len({round(box["x"]) for box in notes}) == 1


def test_a_remark_longer_than_its_passage_leaves_no_hole_in_the_text_and_stays_on_its_page(visit):
    page = visit("notes/remarked/")
    text, remark, foot = (page.locator(part).bounding_box() for part in (".sl-part > p", ".sl-annotation", ".sl-foot"))
    assert remark["height"] > 300
    assert foot["y"] - (text["y"] + text["height"]) < 90
    assert remark["y"] + remark["height"] <= page.locator(".md-footer").bounding_box()["y"]


@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_phone_the_number_of_a_note_opens_it_there_and_closes_it_again(visit, javascript):
    page = visit(FIRST, width=390, javascript=javascript)
    note = page.locator(".sl-sidenote").first
    assert not note.is_visible()
    page.locator(".footnote-ref a").first.tap()
    assert note.is_visible()
    call = page.locator(".footnote-ref").first.bounding_box()
    assert 0 < note.bounding_box()["y"] - call["y"] < 60
    note.get_by_role("link", name="back to the text").tap()
    assert not note.is_visible()


def test_on_paper_the_notes_are_in_the_text(visit):
    page = visit(FIRST)
    page.emulate_media(media="print")
    assert page.locator(".sl-sidenote").evaluate_all("notes => notes.every(e => getComputedStyle(e).float === 'none')")
    assert page.locator(".sl-sidenote").first.is_visible()
    assert not page.locator(".sl-map").is_visible()


def test_an_entry_says_at_its_top_that_it_was_corrected(visit):
    page = visit(FIRST, javascript=False)
    page.locator(".sl-notice--correction a").click()
    assert page.locator(".sl-annotation:target").inner_text().startswith("Correction 2026-02-03")


def test_a_pointer_that_rests_on_a_link_sees_what_it_leads_to_and_may_move_there(visit):
    page = visit(FIRST)
    page.locator("a.sl-cite").first.hover()
    page.wait_for_selector(CARD)
    card = page.locator(CARD)
    said = card.inner_text()
    assert (
        "Attention Is All You Need" in said and "Ashish Vaswani, Noam Shazeer · NIPS, 2017" in said and "read" in said
    )
    card.get_by_role("link", name="arXiv 1706.03762").hover()
    page.wait_for_timeout(400)
    assert card.is_visible()
    page.mouse.move(5, 500)
    page.wait_for_selector(CARD, state="detached")


def test_escape_sends_a_card_away_while_the_pointer_stays(visit):
    page = visit(FIRST)
    page.locator("a.sl-link").first.hover()
    page.wait_for_selector(CARD)
    page.keyboard.press("Escape")
    page.wait_for_timeout(400)
    assert not page.locator(CARD).count()


def test_the_keyboard_reaches_a_card_and_comes_back(visit):
    page = visit(FIRST)
    page.locator("a.sl-cite").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.wait_for_selector(CARD)
    assert page.locator("a.sl-cite").first.get_attribute("aria-describedby") == "sl-preview"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Attention Is All You Need"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.sl-cite')")
    page.wait_for_timeout(400)
    assert not page.locator(CARD).count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Second"


def test_a_tap_on_a_citation_shows_the_paper_and_a_second_one_goes_there(visit):
    page = visit(FIRST, width=390)
    page.wait_for_load_state("networkidle")
    citation = page.locator("a.sl-cite").first
    citation.tap()
    page.wait_for_selector(CARD)
    box = page.locator(CARD).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    citation.tap()
    page.wait_for_url("**/papers/vaswani-2017/")


def test_a_tap_on_any_other_link_follows_it(visit):
    page = visit(FIRST, width=390)
    page.locator("a.sl-link").first.tap()
    page.wait_for_url("**/second/")


@pytest.mark.parametrize("width", [320, 1440])
def test_the_map_joins_its_rows(visit, width):
    page = visit(PAPER, width=width)
    rows, dots = boxes(page, ".sl-map li"), boxes(page, ".sl-map circle")
    assert len(rows) == len(dots) == 4
    for row, dot in zip(rows, dots, strict=True):
        assert abs(row["y"] + row["height"] / 2 - dot["y"] - dot["height"] / 2) < 2
    page.locator(".sl-map a", has_text="First").click()
    page.wait_for_url(f"**/{FIRST}")


def test_scripts_run_their_own_way(visit):
    page = visit(MIXED)
    hebrew, japanese = page.locator(".sl-part > p").nth(0), page.locator(".sl-part > p").nth(1)
    assert hebrew.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert japanese.evaluate("e => getComputedStyle(e).direction") == "ltr"
    items = page.locator(".sl-part > ul[dir]").first
    text = page.locator(".sl-part > p").first.bounding_box()
    assert items.bounding_box()["x"] + items.bounding_box()["width"] <= text["x"] + text["width"] + 1


def test_a_picture_with_a_title_is_a_figure_with_its_room_kept(visit):
    page = visit(MIXED, width=390, javascript=False)
    assert page.locator("figure figcaption").inner_text() == "A caption below it."
    image = page.locator("figure img").bounding_box()
    assert abs(image["width"] / image["height"] - 3.2) < 0.05


def test_previews_work_from_the_file_system(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"file://{site}/{FIRST}index.html")
    page.locator("a.sl-cite").first.hover()
    page.wait_for_selector(CARD)
    page.locator(f"{CARD} a").first.click()
    page.wait_for_url("**/papers/vaswani-2017/index.html")
    context.close()
