"""A reader on the site: pages of every kind, narrow and wide, light and dark, with and without JavaScript."""

from __future__ import annotations

import pytest
from looking import THEME, barriers, opening, too_wide
from served_site import served

pytestmark = pytest.mark.browser

ENTRY = "log/2026/02/22/greedy-loops/"
PAGES = [
    "", "timeline/", "timeline/2026/", "timeline/2026/07/", "log/", "log/2026/", ENTRY, "log/2026/11/08/heads-revisited/",
    "reading/", "papers/", "papers/vaswani-2017/", "posts/", "posts/a-dictionary-that-dreams/", "notebooks/", "notebooks/two-schedules-one-scale/",
    "notes/", "notes/decoding-strategies/", "notes/settings/", "demos/", "tags/", "tags/attention/", "status/",
]  # fmt: skip


@pytest.mark.parametrize("shown", PAGES, indirect=True)
def test_no_page_is_wider_than_its_window_or_asks_for_anything_elsewhere(shown):
    assert not too_wide(shown)
    assert shown.locator("h1").count() == 1


@pytest.mark.parametrize("shown", PAGES, indirect=True)
def test_axe_finds_nothing(shown):
    assert not barriers(shown)


@pytest.mark.parametrize("plain", PAGES, indirect=True)
def test_every_page_reads_without_javascript(plain):
    assert not too_wide(plain)
    assert plain.locator("h1").is_visible()
    assert len(plain.locator("article").inner_text()) > 80


def test_the_reading_list_filters_by_status(visit):
    page = visit("reading/")
    rows = page.locator("[data-sl-item]:visible")
    everything = rows.count()
    page.select_option("[data-sl-filter] select[name=status]", "reading")
    assert 0 < rows.count() < everything


def test_search_finds_an_entry_by_a_word_of_its_text(visit):
    page = visit("")
    page.locator("[data-md-component=search-query]").click()
    page.keyboard.type("reparameterise", delay=20)
    page.wait_for_selector(".md-search-result__item a[href]", state="attached", timeout=30000)
    assert "reparameter" in page.locator(".md-search-result__list").text_content().lower()


def test_the_theme_starts_when_the_reader_does_something(visit):
    page = visit(ENTRY)
    page.wait_for_load_state("networkidle")
    assert not page.evaluate(THEME)
    page.mouse.wheel(0, 400)
    page.wait_for_function(THEME)


def test_the_first_key_and_the_first_tap_are_not_lost_on_a_theme_that_has_yet_to_start(visit):
    page = visit("")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.matches('[data-md-component=search-query]')")
    page = visit("", width=390)
    page.wait_for_load_state("networkidle")
    page.tap("header label[for=__search]")
    page.wait_for_function("document.activeElement.matches('[data-md-component=search-query]')")


def test_the_theme_changes_no_page_when_it_starts(visit):
    for path in ("demos/attention/", "reading/", ENTRY):
        page = visit(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(
            "window.tops = () => [...document.querySelectorAll('article *')].map((e) => e.getBoundingClientRect().top)"
        )
        before = page.evaluate("tops()")
        page.keyboard.press("Shift")
        page.wait_for_function(THEME)
        page.wait_for_load_state("networkidle")
        assert sorted(set(page.evaluate("tops()")) - set(before)) == [], path


def test_the_colours_follow_the_system_and_can_be_switched(visit):
    page = visit("", dark=True)
    colours = "[document.body.dataset.mdColorScheme, getComputedStyle(document.body).backgroundColor]"
    scheme, dark = page.evaluate(colours)
    assert scheme == "slate"
    page.get_by_role("button", name="Colours as the system has them").press("Enter")
    scheme, light = page.evaluate(colours)
    assert (scheme, light == dark) == ("default", False)
    page.get_by_role("button", name="Light colours").press("Enter")
    assert page.evaluate(colours) == ["slate", dark]
    page.get_by_role("button", name="Dark colours").press("Enter")
    page.emulate_media(color_scheme="light")
    page.wait_for_function("document.body.dataset.mdColorScheme === 'default'")
    assert page.evaluate(colours) == ["default", light]


AT_FIRST = """
    document.addEventListener("readystatechange", () => document.readyState === "interactive" && parsed(), { once: true });
"""  # before deferred scripts run


@pytest.mark.parametrize("family", ["Serif", "Sans", "Code"])
@pytest.mark.parametrize("style", ["400", "600", "italic 400", "italic 600"])
def test_the_letters_of_every_face_come_from_the_files_that_have_them(visit, style, family):
    page = visit("")
    load = "font => document.fonts.load(font, 'aā').then(faces => faces.map(face => face.status))"
    assert page.evaluate(load, f'{style} 16px "Studylog {family}"') == ["loaded", "loaded"]


def test_paper_is_light_also_at_night(visit):
    page = visit("", dark=True)
    page.evaluate("addEventListener('beforeprint', () => (window.printed = document.body.dataset.mdColorScheme))")
    page.pdf()
    assert page.evaluate("printed") == "default"
    page.wait_for_function("document.body.dataset.mdColorScheme === 'slate'")


def test_chosen_colours_are_there_before_any_other_script_runs(visit):
    page = visit("", dark=True)
    page.get_by_role("button", name="Colours as the system has them").click()
    page.add_init_script(AT_FIRST + "function parsed() { window.scheme = document.body.dataset.mdColorScheme; }")
    page.reload()
    assert page.evaluate("scheme") == "default"


def test_the_scripts_change_nothing_that_styles_the_whole_page_again(visit):
    page = visit(ENTRY)
    page.add_init_script(AT_FIRST + """
        function parsed() {
            const { documentElement: root, body, head } = document;
            const state = () => JSON.stringify([root.className, root.style.cssText, body.className, { ...body.dataset }]);
            const before = state();
            window.changes = [];
            const look = () => state() === before || changes.push(`${before} to ${state()}`);
            for (const node of [root, body]) new MutationObserver(look).observe(node, { attributes: true });
            new MutationObserver(() => changes.push("head")).observe(head, { childList: true });
        }
    """)  # fmt: skip
    page.reload(wait_until="networkidle")
    page.mouse.move(300, 300)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("changes") == []


def test_an_entry_links_on_and_back(visit):
    page = visit(ENTRY)
    hrefs = page.locator("article a[href]").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert any("papers/" in href for href in hrefs)
    page.locator("article a.sl-link, article a.sl-cite").first.click()
    page.wait_for_load_state()
    back = page.locator("article a[href]").evaluate_all("links => links.map(a => a.href)")
    assert any(href.startswith(page.url.split("some/prefix/")[0]) and ENTRY in href for href in back)


def test_mermaid_diagrams_are_drawn_by_the_local_script(visit):
    page = visit("log/2025/11/03/starting-the-log/")
    page.wait_for_selector("div.mermaid", timeout=15000)
    assert page.locator("pre.mermaid").count() == 0


def test_the_page_for_missing_addresses_leads_on(chromium, site):
    with served(site, prefix="") as address, opening(chromium, address) as visit:
        page = visit("404.html", width=320)
        assert not too_wide(page)
        assert not barriers(page)
        page.locator("article a[href='/timeline/']").first.click()
        page.wait_for_url(f"{address}timeline/")


def test_mathematics_is_mathml(visit):
    page = visit("log/2025/12/07/softmax-and-temperature/", javascript=False)
    assert page.locator("math").count() > 5
    assert page.locator(".sl-math-error").count() == 0


def test_the_site_reads_from_the_file_system(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"file://{site}/{ENTRY}index.html")
    assert page.locator("h1").is_visible()
    assert page.evaluate("getComputedStyle(document.body).fontFamily")
    context.close()
