"""A year in one file: each dated bullet or heading is an entry of its own."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linked_log import TODAY, read_site
from made_site import made
from made_site import make_site as make_pages

from builder.config import SiteConfig
from builder.kept import Kept
from builder.kinds import KINDS
from builder.parse import read_content, render
from builder.parse.reader import read_entry

PATH = "content/log/2023.md"
YEAR = """\
---
title: Year one
tags: [study]
---
Short notes, **kept in one file**, about [[scaling]].

# 2023 Log

* 2/24 - **LLaMA**: read the paper[^p], see [[scaling]].
  * smaller models
  * more tokens
* no date: belongs to LLaMA
* 2023-02-24: Second of the day <!--- slug: second --->

## March

* 3/1 Went through [scaling][s] again.

## 5 March: A heading of its own
<!---
tags: [maths]
description: Said in the front matter of the entry.
--->

### Details

Text with a second footnote[^q].

* 2/2 - a bullet under a heading stays there

[s]: ../notes/scaling.md
[^p]: The first note, with [[scaling]].
[^q]: The second.
"""
FILES = {PATH: YEAR, "content/notes/scaling.md": "# Scaling\n\n[llama](../log/2023.md#llama), [[second]], [[2023]]\n"}


def entries(make_site, text: str, files: dict | None = None):
    """The log's documents in the order of the file, and what is wrong."""
    library, problems = read_site(make_site({PATH: text, **(files or {})}))
    documents = sorted((d for d in library.documents if d.kind == "log"), key=lambda d: d.source)
    return documents, [str(problem) for problem in problems]


def told(make_site, text: str, files: dict | None = None) -> str:
    """What is wrong with a year."""
    return "\n".join(entries(make_site, text, files)[1])


def html_of(document) -> str:
    return render(document, targets={}, demo=lambda call: call.name, value=lambda *parts: "")


def test_each_dated_bullet_and_heading_is_an_entry(make_site):
    documents, problems = entries(make_site, YEAR, FILES)
    assert problems == []
    assert [(d.url, d.title, d.source.line, d.tags) for d in documents] == [
        ("log/2023/02/24/llama/", "LLaMA", 9, ("study",)),
        ("log/2023/02/24/second/", "Second of the day", 13, ("study",)),
        ("log/2023/03/01/went-through-scaling-again/", "Went through scaling again", 17, ("study",)),
        ("log/2023/03/05/a-heading-of-its-own/", "A heading of its own", 19, ("study", "maths")),
    ]
    assert documents[3].summary == "Said in the front matter of the entry."


def test_what_has_no_date_belongs_to_the_date_above(make_site):
    documents, _ = entries(make_site, YEAR, FILES)
    first, _, _, heading = (html_of(document) for document in documents)
    assert "<li>smaller models</li>" in first and "<li>no date: belongs to LLaMA</li>" in first
    assert "2/24" not in first and "<p>read the paper" in first
    assert '<h2 id="details">Details</h2>' in heading and "2/2 - a bullet under a heading stays there" in heading
    assert "slug" not in "".join(map(html_of, documents))


def test_links_and_footnotes_of_the_file_work_in_every_entry(make_site):
    documents, _ = entries(make_site, YEAR, FILES)
    first, _, third, fourth = (html_of(document) for document in documents)
    assert "The first note" in first and "The second" not in first
    assert 'href="../notes/scaling.md"' in third
    assert "The second" in fourth and 'href="#fn1"' in fourth
    assert [(link.target, link.source.line) for link in documents[0].links] == [("scaling", 9), ("scaling", 32)]


def test_entries_of_a_year_have_backlinks_and_are_linked_by_file_and_name(make_site):
    library, problems = read_site(make_site(FILES))
    assert problems == ()
    assert [b.document.slug for b in library.backlinks["log/2023/02/24/llama/"]] == ["scaling"]
    assert [b.document.url for b in library.backlinks["notes/scaling/"]][-1] == "log/2023/"
    assert library.targets["notes/scaling/", "wiki", "2023"] == "log/2023/"
    assert {item.url for item in library.timeline} >= {"log/2023/02/24/llama/", "log/2023/03/05/a-heading-of-its-own/"}


def test_the_page_of_the_year_shows_what_stands_above_the_first_date(tmp_path):
    site = make_pages(tmp_path, FILES, config="edit_uri: https://example.org/edit/\n")
    pages = made(site)
    year = pages["log/2023/index.html"]
    assert year.title == "Year one" and "<p>Short notes, <strong>kept in one file</strong>, about" in year.html
    assert "https://example.org/edit/content/log/2023.md#L13" in pages["log/2023/02/24/second/index.html"].html
    assert "log/2023/03/05/a-heading-of-its-own/" in pages["log/feed.json"].data.decode()


@pytest.mark.parametrize(
    ("line", "title", "body"),
    [
        ("* 2/24 - Some plain words. And more.", "Some plain words", "<p>Some plain words. And more.</p>"),
        ("* **24 Feb**: [A link](https://example.org)", "A link", '<p><a href="https://example.org">A link</a></p>'),
        ("* 2/24\n  Below the date.", "Below the date", "<p>Below the date.</p>"),
        ("* 2/24 - Title only\n\n  Text.", "Title only", "<p>Text.</p>"),
        ("* 2/24 - **In bold**. And more.", "In bold", "<p>And more.</p>"),
        ("* 2/24 - **In bold**\n  more.", "In bold", "<p>more.</p>"),
        ("* 2/24 - **In bold**", "In bold", "<p><strong>In bold</strong></p>"),
        ("* 2/24 - **In bold**\n  - item", "In bold", "<ul>\n<li>item</li>\n</ul>"),
        ("* 2/24", "24 February 2023", ""),
        ("- Fri, 24 Feb 2023: text", "text", "<p>text</p>"),
        ("1. 2/24 - numbered", "numbered", "<p>numbered</p>"),
        ("## LLaMA (24 Feb 2023)\n\nText.", "LLaMA", "<p>Text.</p>"),
        ("## 2/24: see [this](https://example.org)", "see this", '<p>see <a href="https://example.org">this</a></p>'),
        ("## 2/24\n\n### LLaMA\n\nText.", "LLaMA", "<p>Text.</p>"),
        ("# February\n\n- 24: text", "text", "<p>text</p>"),
        ("* 2/24 - a\n\n---\n\n* 2/25 - b", "a", "<p>a</p>"),
        ("* 2/24 - a <!---\n  title: Another\n  --->", "Another", "<p>a</p>"),
        ("* 2/24 - a <!-- only a comment -->", "a", "<p>a </p>"),
    ],
)
def test_an_entry_is_named_by_its_first_words(make_site, line, title, body):
    documents, problems = entries(make_site, line + "\n")
    assert problems == []
    assert (documents[0].title, documents[0].date) == (title, dt.date(2023, 2, 24))
    assert html_of(documents[0]).strip() == body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n* 2/30 - a", ":2: error: '2/30' is not a day of the calendar\n  hint: write month and day, as in 2/24"),
        ("* 24/2 - a", ":1: error: '24/2' has its day first; here the month comes first\n  hint: write 2/24, or the date in full"),
        ("* 2022-12-30: a", ":1: error: '2022-12-30' is not a day of 2023\n  hint: move it to content/log/2022.md"),
        ("* 12/30 a\n* 12/31 b\n* 1/2 c", ":3: error: '1/2' is 2024-01-02, which is not a day of 2023\n  hint: move it to content/log/2024.md, or write 2023-01-02"),
        ("* 3/4/2023: a", ":1: error: '3/4/2023' can be read in two ways\n  hint: write 2023-03-04 or 2023-04-03"),
        ("# 2022 Log\n* 2/24 - a", ":1: error: the heading '2022 Log' begins another year than 2023\n  hint: move what is below it to content/log/2022.md"),
        ("* 2/24 - a\n\n# March\n\nText.", ":5: error: no date above this text since the last heading of a month or year\n  hint: begin it with a date: `* 2/24 - …`"),
        ("* 2/24 - a\n\n2/25 - b", ":3: warning: a paragraph that begins with '2/25' begins no entry\n  hint: write a bullet, `* 2/24 - …`, or a heading"),
        ("Only words.", ":1: warning: a year without a date\n  hint: begin entries with a date: `* 2/24 - …` or `## 2/24 …`"),
        ("---\nslug: a\n---\n* 2/24 - a", ":2: error: 'slug' belongs to one entry\n  hint: write it behind the entry's date: `* 2/24 - … <!--- slug: … --->`"),
        ("* 2/24 - a <!--- date: 2023-02-25 --->", ":1: error: 'date' cannot be set for one entry of a year\n  hint: write the date in front of the entry"),
        ("* 2/24 - a\n\n  <!---\n  tgas: x\n  --->", ":4: error: unknown key 'tgas' in the front matter\n  hint: did you mean 'tags'?"),
        ("* 2/24 - Twice\n* 2/24 - Twice", ":2: error: the address '/log/2023/02/24/twice/' belongs to content/log/2023.md:1 too\n  hint: give one of them `<!--- slug: … --->`"),
        ("* 2/24 - a\n\n  [[nowhere]]", ":3: error: no entry called 'nowhere'\n  hint: `studylog new note \"nowhere\"` writes it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(make_site, text, expected):
    assert told(make_site, text + "\n") == PATH + expected


def test_drafts_and_days_to_come_appear_nowhere(make_site):
    text = "* 2/24 - a <!--- draft: true --->\n* 2/25 - b\n* 2/26 - c\n"
    root = make_site({PATH: text})
    library, _ = read_site(root, today=dt.date(2023, 2, 25))
    assert [document.title for document in library.documents] == ["b"]
    library, _ = read_site(make_site({PATH: f"---\ndraft: true\n---\n{text}"}))
    assert library.documents == () and library.years == {}


def test_two_entries_may_each_mean_their_own_heading(make_site):
    text = "## 2/24 A\n\n### Method\n\n[[#method]]\n\n## 2/25 B\n\n### Other\n\n[[#other]]\n"
    library, problems = read_site(make_site({PATH: text}))
    assert problems == ()
    assert library.targets["log/2023/02/24/a/", "wiki", "#method"] == "log/2023/02/24/a/#method"


def test_demos_of_a_year_are_called_from_their_own_lines(make_site):
    documents, _ = entries(make_site, "* 2/24 - a\n\n  ```demo coin\n  flips: 3\n  ```\n* 2/25 - b\n")
    [call] = documents[0].calls
    assert (call.params, call.source.line, call.lines) == ({"flips": 3}, 3, {"flips": 4})


def test_a_year_beside_files_of_its_days(make_site):
    library, problems = read_site(
        make_site({PATH: "* 2/24 - One\n", "content/log/2023-02-24-two.md": "# Two\n\n[one](2023.md#one)\n"})
    )
    assert problems == ()
    assert {document.url for document in library.documents} == {"log/2023/02/24/one/", "log/2023/02/24/two/"}


LINES = ["* 2/24 - a\n", "* 2/30 b\n", "## 3/1: c\n", "# March\n", "- 5: x\n", "text\n", "\n", "  * deep\n", "<!--- slug: q --->\n",
         "[^1]: note\n", "see [^1] [[#c]]\n", "```\n", "---\n", "1. 4/4\n", "> 2/2 quoted\n", "| a |\n|-|\n", "\t* tab\n", "* **2/25**\n"]  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.text(max_size=120), st.lists(st.sampled_from(LINES), max_size=25).map("".join)))
def test_no_text_raises_and_every_word_is_kept(tmp_path, body):
    path = tmp_path / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode("utf-8", "surrogatepass"))
    read = read_entry(path, KINDS["log"], SiteConfig(title="x", root=tmp_path, today=TODAY))
    shown = "".join(html_of(document) + document.title for document in read.documents)
    assert all(
        f">{word}<" in shown or word in shown for word in ("quoted", "deep", "tab") if read.documents and word in body
    )
    assert all(problem.source.line <= len(body.splitlines()) + 1 for problem in read.problems)


@pytest.mark.parametrize(
    "line",
    [
        "* 2/24 - entry {} with [[#x]] and a note[^1]\n  * below\n",
        "* undated <!--- {}\n",
    ],
)
def test_a_long_year_takes_linear_time(make_site, line):
    import time

    def seconds(count: int) -> float:
        root = make_site({PATH: "".join(line.format(n) for n in range(count)) + "\n[^1]: shared\n"})
        started = time.perf_counter()
        read_entry(root / PATH, KINDS["log"], SiteConfig(title="x", root=root, today=TODAY))
        return time.perf_counter() - started

    seconds(50)
    assert seconds(800) < 16 * 3 * max(seconds(50), 0.01)


def test_a_year_that_was_read_before_comes_back_as_it_was(make_site, tmp_path):
    root = make_site(FILES)
    config = SiteConfig(title="x", root=root, today=TODAY)
    fresh, problems = read_content(config)
    for _ in range(2):  # the first time it is kept, the second time it is read from there
        again, told = read_content(config, Kept(tmp_path / "kept"))
    assert told == problems
    facts = [
        [(d.url, d.title, d.source, d.links, d.meta, d.year_url, d.summary, d.lines) for d in read]
        for read in (again, fresh)
    ]
    assert facts[0] == facts[1]
    assert [html_of(document) for document in again] == [html_of(document) for document in fresh]
