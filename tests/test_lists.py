"""Lists that grow: the newest on the first page, everything by year and month, and nothing lost between them."""

from __future__ import annotations

import datetime as dt
import json
import re
from types import SimpleNamespace

import pytest
from lists_log import files
from made_site import entry, made, make_site

from builder.pages import Site
from builder.pages._activity import draw_year
from builder.pages._searchable import leave_out_after, words_to_index
from builder.pages._shelves import LONG, RECENT

ENTRIES = 260


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Site:
    return make_site(tmp_path_factory.mktemp("lists"), files(ENTRIES))


@pytest.fixture(scope="module")
def paths(site):
    return made(site)


def linked(html: str, pattern: str) -> set[str]:
    """The addresses that lists of a page link to, from the site's root."""
    rows = re.findall(r'<p class="sl-row-title"[^>]*><a href="((?:\.\./)+)([^"]+)"', html)
    return {address for _, address in rows if re.match(pattern, address)}


def test_the_timeline_shows_the_newest_and_leads_to_every_year(site, paths):
    html = paths["timeline/index.html"].html
    assert html.count('class="sl-row"') == RECENT
    for year in (2022, 2023, 2024, 2025, 2026):
        assert f'<a href="{year}/">{year}' in html


def test_years_and_months_together_have_everything_that_is_dated(site, paths):
    expected = {item.url for item in site.library.timeline}
    for pattern in (r"timeline/\d{4}/index\.html", r"timeline/\d{4}/\d\d/index\.html"):
        pages = [page.html for path, page in paths.items() if re.fullmatch(pattern, path)]
        assert set().union(*(linked(html, "") for html in pages)) == expected


def test_no_page_of_a_list_grows_with_the_log(tmp_path, paths):
    twice = made(make_site(tmp_path, files(2 * ENTRIES)))
    for path in ("timeline/index.html", "log/index.html", "tags/sampling/index.html", "index.html"):
        years = len(re.findall(r"\d{4}/\">", twice[path].html)) - len(re.findall(r"\d{4}/\">", paths[path].html))
        assert len(twice[path].html) - len(paths[path].html) < 400 + 100 * years, path


def test_a_year_says_which_years_are_beside_it(paths):
    html = paths["timeline/2025/index.html"].html
    assert 'rel="prev" href="../2024/"' in html
    assert 'rel="next" href="../2026/"' in html


def test_a_month_says_which_months_are_beside_it(paths):
    html = paths["timeline/2025/03/index.html"].html
    assert 'rel="prev" href="../02/"' in html
    assert 'rel="next" href="../04/"' in html


def test_a_long_year_of_the_log_is_read_by_month(tmp_path):
    day = dt.date(2024, 1, 1)
    entries = {f"content/log/{day + dt.timedelta(days=n // 2)}-e{n}.md": entry(f"E{n}") for n in range(LONG + 60)}
    paths = made(make_site(tmp_path, entries))
    year = paths["log/2024/index.html"].html
    assert "sl-row" not in year
    assert '<a href="03/">March <span>62</span></a>' in year
    assert paths["log/2024/03/index.html"].html.count('class="sl-row"') == 62


def test_a_long_tag_is_read_by_year_and_has_its_undated_entries_on_the_first_page(tmp_path, paths):
    assert "tags/sampling/2024/index.html" in paths
    assert "tags/attention/2024/index.html" in paths
    few = made(make_site(tmp_path, files(30)))
    assert [path for path in few if path.startswith("tags/sampling/")] == ["tags/sampling/index.html"]


def test_years_of_a_long_index_keep_away_from_entries_that_are_called_like_one(tmp_path):
    posts = {f"content/posts/2024-01-{1 + n % 28:02d}-p{n}.md": entry(f"P{n}") for n in range(RECENT + 1)}
    paths = made(make_site(tmp_path, posts | {"content/posts/2024-02-01-2024.md": entry("The year")}))
    assert {"posts/2024/index.html", "posts/all/2024/index.html"} <= set(paths)


def test_what_the_filter_reads_is_the_timeline_by_year(site, paths):
    read = [json.loads(paths[f"timeline/{year}/items.json"].data) for year in (2026, 2025, 2024, 2023, 2022)]
    everything = json.loads(paths["timeline.json"].data)
    assert [{k: v for k, v in item.items() if k != "summary"} for items in read for item in items] == everything
    assert all(len(item["summary"]) <= 160 for items in read for item in items)


def test_a_calendar_has_a_square_for_each_day_and_says_what_it_shows():
    drawn = draw_year(2024, [dt.date(2024, 2, 29), dt.date(2024, 2, 29), dt.date(2024, 12, 31)])
    assert 'aria-label="3 entries on 2 days between 1 January 2024 and 31 December 2024;' in drawn
    assert "<title>29 February 2024: 2 entries</title>" in drawn
    lines = re.findall(r"M(\d+) \d+H(\d+)", drawn)
    assert sum((int(end) - int(start)) // 12 + 1 for start, end in lines) == 366


@pytest.mark.parametrize(
    ("entries", "words", "found"), [(10, 50_000, None), (1000, 300, None), (1000, 700, 512), (10_000, 300, 32)]
)
def test_the_search_finds_every_word_of_a_log_until_its_index_would_be_too_large(entries, words, found):
    assert words_to_index([SimpleNamespace(words=words)] * entries) == found


def test_the_opening_words_of_a_long_entry_are_found_in_a_large_log():
    html = "<h2>One</h2>\n<p>a b c</p>\n<p>d e f</p>\n<h2>Two</h2>\n<ul>\n<li>g</li></ul>"
    assert leave_out_after(None, html) == html
    assert leave_out_after(4, html) == html.replace("<p>d", "<p data-search-exclude>d").replace(
        "<ul", "<ul data-search-exclude"
    )
    assert leave_out_after(5, html) == html.replace("<ul", "<ul data-search-exclude")


def test_a_long_reading_list_shows_what_was_mentioned_last_and_has_the_rest_by_year(tmp_path):
    site = make_site(tmp_path, files(papers=260))
    paths = made(site)
    pages = {path: page.html for path, page in paths.items() if re.fullmatch(r"reading/(\w+/)?index\.html", path)}
    assert sorted(pages) == [f"reading/{name}index.html" for name in ("2024/", "2025/", "2026/", "")]
    assert pages["reading/index.html"].count("<tr data-sl-item") == 200
    by_year = "".join(html for path, html in pages.items() if path != "reading/index.html")
    assert by_year.count("<tr data-sl-item") == len(site.library.reading_list) == 261
    assert 'data-more="2026/ 2025/ 2024/ "' in pages["reading/index.html"]


def test_a_row_of_the_reading_list_names_the_latest_places_only(tmp_path):
    log = {
        f"content/log/2026-01-{n:02d}-e.md": entry(f"E{n}", "<https://arxiv.org/abs/2001.00001>\n")
        for n in range(1, 21)
    }
    html = made(make_site(tmp_path, log))["reading/index.html"].html
    assert "20 entries" in html and "and 8 earlier ones" in html
    assert ">E20</a>" in html and ">E9</a>" in html and ">E8</a>" not in html
