"""Feeds and the other machine-readable files."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

from made_site import entry, made, make_site
from test_pages import LOG

ATOM = "{http://www.w3.org/2005/Atom}"
URL = "site_url: https://example.org/log\n"


def test_atom_feed_is_well_formed_and_complete(tmp_path):
    files = {"content/log/2026-02-22-a.md": entry("A & <b>", "See [the note](../notes/n.md) and ![p](../assets/p.png).\n", updated="2026-03-01"),
             "content/notes/n.md": entry("N"), "content/assets/p.png": "x"}  # fmt: skip
    feed = ET.fromstring(made(make_site(tmp_path, files, config=URL))["feed.xml"].data)
    [item] = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}updated") == item.findtext(f"{ATOM}updated") == "2026-03-01T00:00:00Z"
    assert item.findtext(f"{ATOM}id") == "https://example.org/log/log/2026/02/22/a/"
    assert item.findtext(f"{ATOM}title") == "A & <b>"
    assert 'href="https://example.org/log/notes/n/"' in item.findtext(f"{ATOM}content")
    assert 'src="https://example.org/log/files/p.png"' in item.findtext(f"{ATOM}content")


def test_json_feed_has_absolute_addresses(tmp_path):
    feed = json.loads(made(make_site(tmp_path, LOG, config=URL))["posts/feed.json"].data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://example.org/log/posts/feed.json"
    assert [item["url"] for item in feed["items"]] == ["https://example.org/log/posts/first/"]


def test_feed_without_site_url_is_relative_and_has_urns(tmp_path):
    feed = json.loads(made(make_site(tmp_path, LOG))["posts/feed.json"].data)
    assert feed["items"][0]["url"] == "first/"
    assert feed["items"][0]["id"] == "urn:studylog:posts/first/"


def test_timeline_json_is_newest_first(tmp_path):
    items = json.loads(made(make_site(tmp_path, LOG))["timeline.json"].data)
    assert [item["date"] for item in items] == sorted((item["date"] for item in items), reverse=True)
    assert items[0]["kind"] == "annotation"
    assert set(items[0]) == {"date", "kind", "title", "url", "tags"}


def test_reading_json_tells_where_a_paper_is_discussed(tmp_path):
    [item] = json.loads(made(make_site(tmp_path, LOG))["reading.json"].data)
    assert item["id"] == "arxiv:1706.03762"
    assert item["note"] == "papers/vaswani-2017/"
    assert item["mentioned_in"] == [{"url": "log/2026/02/22/loops/", "title": "Greedy <loops>", "date": "2026-02-22"}]
    assert item["first_mentioned"] == item["last_mentioned"] == "2026-02-22"


def test_bibtex_escapes_and_leaves_out_what_is_not_known(tmp_path):
    files = {"content/papers/p.md": entry("50% of {A} & B_C", year=2020, authors="[Łukasz Kaiser]", bibkey="k1")}
    assert made(make_site(tmp_path, files))["references.bib"].data.decode() == (
        "@misc{k1,\n  title = {{50\\% of \\textbraceleft{}A\\textbraceright{} \\& B\\_C}},\n  author = {Łukasz Kaiser},\n  year = {2020},\n}\n\n"
    )


def test_status_of_a_log_without_demos_is_empty(tmp_path):
    status = json.loads(made(make_site(tmp_path, LOG))["status.json"].data)
    assert status == {"runs": [], "store": {"records": 0, "blobs": 0, "bytes": 0}}


def test_llms_txt_leads_to_what_is_there_and_does_not_grow(tmp_path):
    lines = made(make_site(tmp_path, LOG, config=URL))["llms.txt"].data.decode().splitlines()
    assert lines[0] == "# Log"
    assert "- [First](https://example.org/log/posts/first/): 5 January 2026. Text." in lines
    assert [line for line in lines if line.startswith("## ")] == [
        "## Log",
        "## Notes",
        "## Papers",
        "## Posts",
        "## Optional",
    ]
    many = {f"content/notes/n{n}.md": entry(f"N{n}") for n in range(50)}
    grown = made(make_site(tmp_path, many, config=URL))["llms.txt"].data.decode()
    assert grown.count("/notes/") == 30
