"""The five shapes of notes that people have: each imports with a complete ledger into a log without problems."""

from pathlib import Path

import pytest
from linked_log import read_site

SAMPLES = Path(__file__).parent / "samples"
POSTED = "_posts/2019-05-06-clocks.md"
OTHER = "_posts/2019-06-07-bells.md"


def files(name: str) -> dict[str, str]:
    text = (SAMPLES / f"{name}.md").read_text()
    return {POSTED: text, OTHER: "---\ntitle: Bells\n---\nRing.\n"} if name == "clocks" else {f"{name}.md": text}


@pytest.mark.parametrize("name", ["year", "feed", "clocks", "readme", "course"])
def test_a_sample_makes_a_log_without_problems_and_a_second_import_does_nothing(bring, name):
    root, first = bring(files(name))
    assert [p for p in read_site(root)[1] if p.severity != "note"] == []
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    _, second = bring(files(name))
    assert first["drafts"] and second["drafts"] == second["assets"] == []
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_year_of_bullets_is_an_entry_a_bullet(bring):
    root, ledger = bring(files("year"))
    made = [(draft["kind"], draft["date"], draft["title"]) for draft in ledger["drafts"]]
    assert made == [
        ("note", "", "Notes of a tinkerer"),
        ("log", "2019-03-01", "Borrowed a microscope site"),
        ("log", "2019-03-04", "counted cells, twice"),
        ("log", "2019-03-04", "second look, with an older note"),
        ("log", "2019-12-28", "packed up for the year"),
        ("log", "2020-01-03", "unpacked again"),
        ("paper", "", "A paper on counting"),
    ]
    texts = {draft["title"]: (root / draft["path"]).read_text() for draft in ledger["drafts"]}
    assert "- first count 41\n- second count 44[^c]\n\n[^c]: On a fresh slide." in texts["counted cells, twice"]
    assert "[lab]: https://example.org/lab" in texts["Borrowed a microscope site"]
    assert "No date on this one" in texts["second look, with an older note"]
    assert "with an older note (not imported)" in texts["second look, with an older note"]
    assert "doesn’t" in texts["unpacked again"] and "2/30 - a day" in texts["unpacked again"]
    assert 'arxiv: "1803.00001"\nyear: 2018\nauthors: ["Ada One", "Ben B. Two"]' in texts["A paper on counting"]
    assert "## 2.0 Its methods" in texts["A paper on counting"]
    assert 'permalink: "/notebook/"' in texts["Notes of a tinkerer"]
    assert [question.partition(": ")[2] for question in ledger["questions"]] == ["'2/30' is not a day of the calendar"]


def test_a_feed_is_a_post_a_date(bring):
    root, ledger = bring(files("feed"))
    made = [(draft["kind"], draft["date"], draft["title"]) for draft in ledger["drafts"]]
    assert made[1:] == [("post", "2021-11-03", "Why ice floats"), ("post", "2021-10-22", "Night train")]
    index, ice, train = ((root / draft["path"]).read_text() for draft in ledger["drafts"])
    assert 'permalink: "/seen/"\naliases: ["/old/seen.html"]' in index and "Short remarks." in index
    assert "## 4 Nov 2021\n    ---" in ice and not ice.rstrip().endswith("\n---")
    assert '## Waiting\n\nIt was late. <br>\n\n<a href="https://example.org/train.png">a train</a>' in train


def test_a_jekyll_post_loses_only_its_marks(bring):
    root, ledger = bring(files("clocks"))
    text = (root / "content/posts/2019-05-06-clocks.md").read_text()
    assert "<em>Missing picture: <code>/img/clock.png</code></em>" in text
    assert '```python\nprint("tick")\n```' in text
    assert "[the other](2019-06-07-bells.md)" in text
    assert 'aliases: ["/2019/clocks", "/blog/2019/05/06/clocks.html"]' in text
    reasons = {d["text"]: d["reason"] for d in ledger["sources"][0]["dropped"]}
    assert reasons["<!-- more -->"] == "marks where the excerpt ends"
    assert reasons["{: .wide}"] == "attributes of kramdown"


def test_notes_lose_their_table_of_contents(bring):
    root, ledger = bring(files("readme"))
    text = (root / "content/notes/bread-notes.md").read_text()
    assert "Contents" not in text and "](#" not in text and "## What's bread?" in text
    assert {d["reason"] for d in ledger["sources"][0]["dropped"]} == {
        "hand-made table of contents; the page makes its own"
    }


def test_stubs_become_drafts_and_headings_have_their_levels(bring):
    root, ledger = bring(files("course"))
    whole, stub = ((root / draft["path"]).read_text() for draft in ledger["drafts"])
    assert 'title: "A Course on Knots: Part One"' in whole
    assert "## 1\\. Loops" in whole and "### Exercise" in whole and "TBD" not in whole
    assert "draft: true" in stub and "TBD." in stub
    assert "*Missing picture: Chart `./img/chart.jpg`*" in whole
