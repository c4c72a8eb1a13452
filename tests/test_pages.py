"""What stands on the pages of a site."""

from __future__ import annotations

import re

import pytest
from made_site import entry, made, make_site

from builder.errors import ContentError

LOG = {
    "content/log/2026-02-22-loops.md": entry(
        "Greedy <loops>", "## Why\n\nSee [[vaswani-2017]] for it.\n", tags="[decoding]"
    ),
    "content/log/2025-12-30-start.md": entry(
        "Start", "A first line. Then [[loops]] came.\n\n> [!annotation 2026-03-01] Later.\n"
    ),
    "content/papers/vaswani-2017.md": entry(
        "Attention",
        arxiv='"1706.03762"',
        authors="[Ashish Vaswani, Noam Shazeer]",
        year=2017,
        date="2025-12-31",
        rating=5,
    ),
    "content/posts/2026-01-05-first.md": entry("First", tags="[Decoding, meta]", aliases="[/old/first/, /older.html]"),
    "content/notes/terms.md": entry("Terms"),
}


def test_every_address_of_the_contract_is_there(tmp_path):
    paths = made(make_site(tmp_path, LOG))
    wanted = """index.html timeline/index.html timeline.json log/index.html log/2025/index.html log/2026/index.html
        log/2026/02/22/loops/index.html papers/index.html papers/vaswani-2017/index.html posts/index.html notes/index.html
        reading/index.html reading.json references.bib tags/index.html tags/decoding/index.html status/index.html status.json
        feed.xml feed.json log/feed.xml log/feed.json papers/feed.xml posts/feed.json old/first/index.html older.html"""
    assert set(wanted.split()) <= set(paths)


def test_empty_log_has_all_its_indexes(tmp_path):
    paths = made(make_site(tmp_path, {}))
    assert {"index.html", "timeline/index.html", "reading/index.html", "tags/index.html", "status/index.html"} <= set(
        paths
    )


def test_pages_are_the_same_when_made_again(tmp_path):
    assert made(make_site(tmp_path, LOG)) == made(make_site(tmp_path, LOG))


def test_titles_are_escaped_in_pages(tmp_path):
    paths = made(make_site(tmp_path, LOG))
    pages = [item for path, item in paths.items() if path.endswith("index.html") and hasattr(item, "html")]
    assert all("<loops>" not in page.html for page in pages)
    assert "Greedy &lt;loops&gt;" in paths["timeline/index.html"].html


def test_backlink_stands_with_its_sentence(tmp_path):
    page = made(make_site(tmp_path, LOG))["papers/vaswani-2017/index.html"]
    assert '<a href="../../log/2026/02/22/loops/" dir="auto">Greedy &lt;loops&gt;</a>' in page.html
    assert "for it." in page.html.split("Mentioned in")[1]


def test_neighbours_are_of_the_same_kind(tmp_path):
    page = made(make_site(tmp_path, LOG))["log/2025/12/30/start/index.html"]
    assert 'rel="next" href="../../../../2026/02/22/loops/"' in page.html
    assert 'rel="prev"' not in page.html


def test_annotation_is_announced_at_the_top(tmp_path):
    page = made(make_site(tmp_path, LOG))["log/2025/12/30/start/index.html"]
    assert '<a href="#annotation-2026-03-01">1 March 2026</a>' in page.html.split("</header>")[0]


def test_edit_link_leads_to_the_file(tmp_path):
    site = make_site(tmp_path, LOG, config="edit_uri: https://example.org/edit/main\n")
    page = made(site)["notes/terms/index.html"]
    assert '<a href="https://example.org/edit/main/content/notes/terms.md">Edit this page</a>' in page.html


def test_spellings_of_a_tag_share_one_page(tmp_path):
    page = made(make_site(tmp_path, LOG))["tags/decoding/index.html"]
    assert "First" in page.html and "Greedy" in page.html


def test_timeline_lists_annotations_under_their_own_date(tmp_path):
    page = made(make_site(tmp_path, LOG))["timeline/index.html"]
    assert re.search(r"2026-03-01.*?#annotation-2026-03-01[^\n]*sl-kind--annotation", page.html, re.DOTALL)


def test_alias_redirects_with_a_relative_link(tmp_path):
    paths = made(make_site(tmp_path, LOG))
    assert b'content="0; url=../../posts/first/"' in paths["old/first/index.html"].data
    assert b'content="0; url=posts/first/"' in paths["older.html"].data


def test_alias_outside_the_site_names_file_and_form(tmp_path):
    site = make_site(tmp_path, {"content/notes/a.md": entry("A", aliases="[../../etc/]")})
    with pytest.raises(ContentError) as error:
        made(site)
    assert str(error.value).startswith("content/notes/a.md")
    assert "'../../etc/' is not an address of this site" in str(error.value)


def test_two_pages_with_one_address_are_a_problem(tmp_path):
    site = make_site(tmp_path, {"content/notes/a.md": entry("A", permalink="/timeline/")})
    with pytest.raises(ContentError, match="the address '/timeline/' is taken by the page"):
        made(site)


def test_home_shows_the_year_as_a_picture_with_words(tmp_path):
    page = made(make_site(tmp_path, LOG))["index.html"]
    assert re.search(
        r'<svg class="sl-activity"[^>]* role="img" aria-label="5 entries on 5 days between .* 2026', page.html
    )
