"""The pages one finds things with, in a log of three years that speaks several languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lists_log import files
from looking import barriers, built, moved, too_wide
from served_site import served

pytestmark = pytest.mark.browser

CONFIG = "title: Three years\nauthor: A. Reader\nsite_url: https://example.org/log/\n"
PAGES = [
    "", "timeline/", "timeline/2025/", "timeline/2025/03/", "log/", "log/2025/", "reading/", "papers/", "tags/",
    "tags/sampling/", "tags/sampling/2024/", "status/", "log/2026/12/27/day-3/",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("lists"), files(papers=220), CONFIG)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site, prefix="log") as address:
        yield address


@pytest.mark.parametrize("shown", PAGES, indirect=True)
def test_nothing_moves_and_a_page_is_as_wide_as_its_window(shown):
    assert moved(shown) <= 0.05
    assert not too_wide(shown)


@pytest.mark.parametrize("shown", PAGES, indirect=True)
def test_axe_finds_nothing(shown):
    assert not barriers(shown)


@pytest.mark.parametrize("plain", PAGES, indirect=True)
def test_a_page_reads_without_a_script(plain):
    assert plain.locator("h1").is_visible()
    assert not plain.locator(".sl-filter:visible").count()
    assert not too_wide(plain)


def titles(page) -> list[str]:
    return page.locator(".sl-row-title:visible a").all_inner_texts()


def test_the_filter_finds_what_is_not_on_the_page_and_back_undoes_it(visit):
    page = visit("timeline/", width=390)
    assert len(titles(page)) == 100
    page.fill("[name=text]", "day 148")
    page.wait_for_function("document.querySelector('output').textContent === '1 found'")
    assert titles(page) == ["Day 148 of sampling"]
    page.locator(".sl-row-title:visible a").click()
    page.wait_for_url("**/day-148/")
    page.go_back()
    page.wait_for_function("document.querySelector('output').textContent === '1 found'")
    assert page.input_value("[name=text]") == "day 148"
    page.go_back()
    page.wait_for_function("document.querySelector('output').textContent === ''")
    assert len(titles(page)) == 100


def test_the_filter_shows_a_page_at_a_time_and_reads_no_year_before_its_turn(visit):
    page = visit("timeline/")
    asked = []
    page.on("request", lambda r: asked.append(r.url.split("timeline/")[1]) if r.url.endswith("items.json") else None)
    page.select_option("[name=kind]", "log")
    page.wait_for_function("document.querySelector('output').textContent === 'the newest 50'")
    assert asked == ["2026/items.json"]
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("document.querySelector('output').textContent === 'the newest 100'")
    assert asked == ["2026/items.json", "2025/items.json"]
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("document.querySelector('output').textContent === '150 found'")
    assert len(titles(page)) == 150


def test_the_filter_combines_kind_tag_and_year_and_survives_a_reload(visit):
    page = visit("timeline/?tag=attention&year=2025")
    page.wait_for_function("document.querySelector('output').textContent === '30 found'")
    page.reload()
    page.wait_for_function("document.querySelector('output').textContent === '30 found'")
    assert page.input_value("[name=tag]") == "attention"
    page.select_option("[name=kind]", "paper")
    page.wait_for_function("document.querySelector('output').textContent === '0 found'")
    assert page.url.endswith("timeline/?kind=paper&year=2025&tag=attention")


def test_the_tags_that_can_be_chosen_are_offered(visit):
    page = visit("timeline/")
    page.focus("[name=tag]")
    page.wait_for_selector("#sl-tags option", state="attached")
    assert page.locator("#sl-tags option").evaluate_all("o => o.map(x => x.value)") == ["attention", "sampling"]


def test_titles_run_the_way_of_their_language(visit):
    page = visit("timeline/", width=390)
    title = page.locator(".sl-row-title", has_text="الانتباه").first
    assert title.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert (
        page.locator(".sl-row-title", has_text="注意力").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
    )


def test_the_search_index_is_read_when_somebody_searches_and_not_before(visit):
    page = visit("")
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.reload(wait_until="networkidle")
    assert "search_index.json" not in asked
    assert "sitemap.xml" not in asked
    page.locator("[data-md-component=search-query]").click()
    page.keyboard.type("hoped", delay=20)
    page.wait_for_selector(".md-search-result__item a[href]", state="attached", timeout=30000)
    assert asked.count("search_index.json") == 1


def test_a_link_to_a_search_opens_it(visit):
    page = visit("?q=hoped")
    page.wait_for_selector(".md-search-result__item a[href]", state="attached", timeout=30000)


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ("papers/vaswani-2071/", "/log/papers/vaswani-2017/"),
        ("log/2026/03/28/day-45x/", "/log/log/2026/03/28/day-45/"),
        ("tags/atention", "/log/tags/attention/"),
    ],
)
def test_the_page_for_missing_addresses_offers_what_is_near(chromium, address, wanted, offered):
    page = chromium.new_context(viewport={"width": 390, "height": 900}).new_page()
    page.goto(address + wanted)
    page.wait_for_selector(".sl-near a")
    assert offered in page.locator(".sl-near a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert page.locator("h1").inner_text() == "There is no such page"
    assert not barriers(page)
    page.context.close()


def test_the_reading_list_is_filtered_and_put_in_order_as_a_whole(visit):
    page = visit("reading/", width=390)
    rows = page.locator("tr[data-sl-item]:visible")
    assert rows.count() == 200
    page.fill("[name=text]", "paper number")
    page.wait_for_function("document.querySelector('output').textContent === '219 of 221'")
    page.fill("[name=text]", "vaswani")
    page.wait_for_function("document.querySelector('output').textContent === '1 of 221'")
    assert rows.locator("th a").get_attribute("href").endswith("/log/papers/vaswani-2017/")
    page.fill("[name=text]", "")
    page.select_option("[name=order]", "3 down")
    page.wait_for_function("document.querySelector('tr[data-sl-item]').innerText.includes('Attention Is All')")
    page.reload()
    page.wait_for_function("document.querySelector('tr[data-sl-item]').innerText.includes('Attention Is All')")


def test_the_reading_list_sorts_by_its_columns(visit):
    page = visit("reading/")
    page.get_by_role("button", name="Title").click()
    page.wait_for_function("document.querySelector('tr[data-sl-item]').innerText.includes('Attention Is All')")
    page.get_by_role("button", name="Title").click()
    page.wait_for_function("document.querySelector('tr[data-sl-item]').innerText.includes('Paper number 99')")
