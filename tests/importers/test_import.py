"""Importing notes: every line is accounted for, nothing is overwritten."""

import json

import pytest
from linked_log import read_site

from builder.errors import ConfigError, ContentError

POST = """---
layout: post
title:  "What I: learned"
date:   2021-03-14 \n
categories: blog
post_icon : "/assets/x.png"
author_profile:
  name: me
redirect_from:
  - /2021/learned
colour: red
---

# In short

Text.
"""


def test_a_post_keeps_what_a_log_knows_and_drops_the_rest_with_a_reason(bring):
    root, ledger = bring({"2020-01-01-learned.md": POST, "assets/x.png": b"PNG"})
    [source] = ledger["sources"]
    assert source["lines"] == POST.count("\n")
    assert [(d["line"], d["text"], d["reason"]) for d in source["dropped"]] == [
        (2, "layout: post", "means nothing here"),
        (8, "author_profile:", "means nothing here"),
        (9, "  name: me", "belongs to the key above"),
        (12, "colour: red", "no such key; kept in the source only"),
    ]
    [draft] = ledger["drafts"]
    assert (draft["kind"], draft["date"], draft["title"]) == ("post", "2021-03-14", "What I: learned")
    assert draft["path"] == "content/posts/2021-03-14-learned.md"
    library, problems = read_site(root)
    assert problems == ()
    [document] = library.documents
    assert (document.title, document.tags, document.meta.aliases) == ("What I: learned", ("blog",), ("/2021/learned",))
    assert document.meta.image == "assets/x.png"
    assert ledger["assets"][0]["path"] == "content/assets/x.png"


def test_notes_keep_every_line(bring):
    text = "# My *course*: part one\n\n```python\n# not a title\n```\n\n## Two\n"
    root, ledger = bring({"course notes.md": text})
    [source] = ledger["sources"]
    assert source == {"path": source["path"], "lines": 7, "content": 4, "metadata": 1, "blank": 2, "dropped": []}
    written = (root / "content/notes/course-notes.md").read_text()
    assert written == f'---\ntitle: "My course: part one"\n---\n\n{text.partition(chr(10))[2].lstrip()}'
    [document] = read_site(root)[0].documents
    assert (document.title, [h.text for h in document.headings]) == ("My course: part one", ["Two"])


def test_a_comment_in_code_is_not_a_title(bring):
    _, ledger = bring({"setup.md": "```python\n# load the model\n```\n"})
    assert ledger["drafts"][0]["title"] == "Setup"


def test_a_title_with_a_colon_gets_its_quotes(bring):
    root, ledger = bring({"a.md": "---\ntitle: One: two\ndescription: @x\n---\nText\n"})
    assert ledger["warnings"] == []
    [document] = read_site(root)[0].documents
    assert (document.title, document.meta.description) == ("One: two", "@x")


def test_a_value_that_cannot_be_kept_is_a_warning(bring):
    _, ledger = bring({"a.md": "---\ntitle: x\ndraft: perhaps\n---\nText\n"})
    assert ledger["warnings"][0].endswith("a.md:3: 'draft': 'perhaps' is neither true nor false")


def test_a_date_that_cannot_be_read_is_a_question(bring):
    _, ledger = bring({"a.md": "---\ntitle: x\ndate: soon\n---\nText\n"})
    assert ledger["drafts"][0]["kind"] == "note"
    assert ledger["sources"][0]["dropped"] == [
        {"line": 3, "text": "date: soon", "reason": "'soon' is not a date that can be read"}
    ]
    assert ledger["questions"][0].endswith("a.md:3: 'date': 'soon' is not a date that can be read")


@pytest.mark.parametrize("written", ["'2021-03-14'", "2021-03-14 10:00:00 +0100", '"2021-03-14"'])
def test_the_day_is_the_day_as_written(bring, written):
    assert bring({"a.md": f"---\ndate: {written}\n---\nText\n"})[1]["drafts"][0]["date"] == "2021-03-14"


def test_a_readme_is_called_by_its_title(bring):
    assert bring({"README.md": "# Deep nets\n"})[1]["drafts"][0]["path"] == "content/notes/deep-nets.md"


@pytest.mark.parametrize("name", ["🎉.md", "con.md", "---.md"])
def test_every_name_gives_a_safe_path(bring, name):
    root, _ = bring({name: "Text\n"})
    library, problems = read_site(root)
    assert (len(library.documents), problems) == (1, ())


def test_a_second_import_does_nothing(bring):
    files = {"a.md": POST, "b.md": "# B\n", "assets/x.png": b"PNG"}
    root, first = bring(files)
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    _, second = bring(files)
    assert (len(first["drafts"]), second["drafts"], second["warnings"]) == (2, [], [])
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before


def test_an_edited_entry_is_not_overwritten(bring):
    root, _ = bring({"b.md": "# B\n"})
    path = root / "content/notes/b.md"
    path.write_text("edited")
    _, again = bring({"b.md": "# B\n"})
    assert path.read_text() == "edited"
    assert again["warnings"] == ["content/notes/b.md: exists and differs; not overwritten (--overwrite replaces it)"]
    bring({"b.md": "# B\n"}, overwrite=True)
    assert path.read_text() != "edited"


def test_two_sources_of_one_name_do_not_overwrite_each_other(bring):
    files = {"x/b.md": "# One\n\nText\n", "y/b.md": "# Two\n\nText\n"}
    root, ledger = bring(files)
    assert [draft["path"] for draft in ledger["drafts"]] == ["content/notes/b.md", "content/notes/b-2.md"]
    assert "'Two' goes to content/notes/b-2.md" in ledger["warnings"][0]
    assert bring(files)[1]["drafts"] == []
    assert "Two" in (root / "content/notes/b-2.md").read_text()


def test_an_entry_of_the_log_is_not_in_the_way(bring, make_site):
    make_site({"content/notes/b.md": "---\ntitle: Mine\n---\n"})
    root, ledger = bring({"b.md": "Text\n"})
    assert [draft["path"] for draft in ledger["drafts"]] == ["content/notes/b-2.md"]
    assert "Mine" in (root / "content/notes/b.md").read_text()


def test_a_dry_run_writes_nothing(bring):
    root, ledger = bring({"b.md": "# B\n"}, dry_run=True)
    assert len(ledger["drafts"]) == 1
    assert not (root / "content").exists()


def test_what_is_not_markdown_is_left_alone_and_said(bring):
    _, ledger = bring({"x.png": b"\x89PNG", "a.md": "Text\n", ".git/b.md": "Text\n"})
    assert len(ledger["drafts"]) == 1
    assert [warning.rpartition("/")[2] for warning in ledger["warnings"]] == ["x.png: not Markdown; left alone"]


def test_every_source_that_cannot_be_read_is_named_and_nothing_is_written(bring, tmp_path):
    with pytest.raises(ContentError) as caught:
        bring({"a.md": b"\xff", "b.md": "Text\n", "c.md": b"x\n\0"})
    assert [problem.source.line for problem in caught.value.problems] == [1, 2]
    assert not (tmp_path / "log/content").exists()


def test_an_unknown_shape_is_refused(bring):
    with pytest.raises(ConfigError, match="did you mean 'notes'"):
        bring({}, shape="note")


def test_the_ledger_is_json(bring):
    assert json.loads(json.dumps(bring({"a.md": POST})[1]))["drafts"]
