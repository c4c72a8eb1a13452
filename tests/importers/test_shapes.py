"""Logs and feeds in the shapes that real ones have."""

import pytest


def made(ledger) -> list[tuple[str, str, str]]:
    return [(draft["kind"], draft["date"], draft["title"]) for draft in ledger["drafts"]]


def test_days_under_months_and_headings_between_them(bring_one):
    texts, ledger = bring_one(
        "# 2023\n\nPreamble.\n\n## January\n- **3rd**: read\n  ```\n  # 2/24 - code\n  ---\n  ```\n- **31st**\n\n  - nested\n"
        "### Week 5\n* Feb 2: across\n## February\n- 30: no such day\n"
    )
    assert made(ledger)[1:] == [
        ("log", "2023-01-03", "read"),
        ("log", "2023-01-31", "nested"),
        ("log", "2023-02-02", "across"),
    ]
    assert texts["content/log/2023-02-02-across.md"].endswith("**Week 5**\n\nacross\n\n30: no such day\n")
    assert "```\n# 2/24 - code\n---\n```" in texts["content/log/2023-01-03-read.md"]
    assert ledger["questions"][0].endswith(":17: '30' is not a day of the month")


def test_dated_headings_newest_first_with_definitions_at_the_end(bring_one):
    texts, ledger = bring_one(
        "Reading log\n====\n\n## 2023-02-24 — One (part 2)\nText [x][1].\n### Detail\nMore[^a].\n\n## 2023-02-20\n- a\n\n"
        "## 2022-12-31: Eve\nBye\n\n[1]: https://example.org\n[^a]: Foot\n    continued\n"
    )
    assert made(ledger) == [
        ("log", "2023-02-24", "One (part 2)"),
        ("log", "2023-02-20", "a"),
        ("log", "2022-12-31", "Eve"),
    ]
    one = next(iter(texts.values()))
    assert one.endswith("## Detail\n\nMore[^a].\n\n[1]: https://example.org\n[^a]: Foot\n    continued\n")
    assert "[1]:" not in texts["content/log/2022-12-31-eve.md"]


def test_titles_with_their_dates_below(bring_one):
    texts, ledger = bring_one(
        "# Blog\n\n## First\n*24 Feb 2023*\n\n[next](#second)\n\n## Second\n*Posted on 3 March 2023*\n\nEnd\n"
    )
    assert made(ledger) == [("post", "2023-02-24", "First"), ("post", "2023-03-03", "Second")]
    assert "[next](2023-03-03-second.md)" in texts["content/posts/2023-02-24-first.md"]


def test_paragraphs_that_begin_with_a_date(bring_one):
    _, ledger = bring_one(
        "# Diary\n\n**Feb 24, 2023**\nFirst.\n\n- bullet\n\n**Feb 25, 2023** - text\n\n5/6/2023: unclear\n"
    )
    assert [row[1] for row in made(ledger)] == ["2023-02-24", "2023-02-25", "2023-05-06"]
    assert ledger["questions"][0].endswith("'5/6/2023' was read as 2023-05-06: is its month first?")


def test_days_before_months(bring_one):
    _, ledger = bring_one("# Journal 2021\n* 25/12 - a\n* 26/12 - b\n* 1/1 - c\n")
    assert [row[1] for row in made(ledger)] == ["2021-12-25", "2021-12-26", "2022-01-01"]


def test_without_a_year_nothing_is_guessed(bring_one, make_site):
    text = "# Log\n* 2/24 - a\n* 2/25 - b\n"
    texts, ledger = bring_one(text, dry_run=False)
    assert made(ledger) == [("note", "", "Log")] and "* 2/24 - a\n* 2/25 - b" in texts["content/notes/page.md"]
    assert [q.partition(": ")[2] for q in ledger["questions"]] == [
        "which year is '2/24' of? give it with --year",
        "which year is '2/25' of? give it with --year",
    ]
    assert f"question: {ledger['questions'][0]}" in ledger["warnings"]


def test_the_year_can_be_given(bring_one):
    assert [row[1] for row in made(bring_one("# Log\n* 2/24 - a\n* 2/25 - b\n", year=2020)[1])] == [
        "2020-02-24",
        "2020-02-25",
    ]


@pytest.mark.parametrize(
    ("data", "kept", "warning"),
    [
        ("\ufeff# Café\r\n\r\nText\r\n".encode(), "Text", ""),
        (
            "# Café\r\n\r\nUn peu de texte fran\u00e7ais, \u201centre guillemets\u201d.\r\n".encode("cp1252"),
            "“entre guillemets”",
            "read as Windows-1252",
        ),
        ("# Wide\n\nText ✓\n".encode("utf-16"), "Text ✓", "was UTF-16"),
        ("It isnâ€™t.\n".encode(), "It isn’t.", "repaired 'isnâ€™t.' to 'isn’t.'"),
        (b"a\x0cb\n", "a b", ""),
    ],
)
def test_encodings(bring_one, data, kept, warning):
    texts, ledger = bring_one(data)
    assert kept in next(iter(texts.values()))
    assert warning in " ".join(ledger["warnings"])


def test_a_title_in_any_script_with_marks(bring_one):
    texts, _ = bring_one('---\ntitle: "注意 🧠 *m* <b>x</b>: שלום"\ntags: 深度学习, ml\nsummary: a: b\n---\nText\n')
    [text] = texts.values()
    assert 'title: "注意 🧠 *m* <b>x</b>: שלום"\ndescription: "a: b"\ntags: ["深度学习", "ml"]' in text


def test_what_leads_nowhere_is_said_in_the_text(bring_one):
    texts, ledger = bring_one(
        "# T\n\n[a](b.md) [c](#nope) ![p](q.png) <img src=r.png> [d](www.example.org) [[x|y]] [u](../../etc/passwd) ![r](https://e.org/f.png)\n\n"
        "[e][f]\n\n[f]: /gone/\n"
    )
    text = texts["content/notes/page.md"]
    assert (
        "a (`b.md`, not imported) c *Missing picture: p `q.png`* <em>Missing picture: <code>r.png</code></em>" in text
    )
    assert "[d](https://www.example.org) y u (`../../etc/passwd`, not imported) [r](https://e.org/f.png)" in text
    assert "[e][f]\n\n\\[f\\]: `/gone/`, not imported" in text
    assert sum(":3: " in warning for warning in ledger["warnings"]) == 7


def test_html_that_spans_lines_keeps_its_lines(bring_one):
    texts, _ = bring_one(
        '# T\n\n<iframe width="5"\n src="https://www.youtube.com/embed/zzz"></iframe>\n\n<img\n  src="gone.png"\n  alt="it"/>\n\n'
        "[![b](https://e.org/b.svg)](https://e.org)\n"
    )
    assert texts["content/notes/page.md"].endswith(
        '<a href="https://youtu.be/zzz">youtu.be/zzz</a>\n<!-- -->\n\n'
        "<em>Missing picture: it <code>gone.png</code></em>\n<!-- -->\n<!-- -->\n\n[b](https://e.org/b.svg) ([link](https://e.org))\n"
    )


def test_ids_given_twice_stay_with_the_first(bring_one):
    texts, _ = bring_one('# T\n\n<p id="a">x</p> <b id="a">y</b> <i id="part">z</i> [l](#a)\n\n## Part\n')
    assert '<p id="a">x</p> <b>y</b> <i>z</i> [l](#a)' in texts["content/notes/page.md"]


def test_lines_that_begin_with_dates_turn_the_year_of_a_title_that_names_two(bring_one):
    text = "# Journal 2022–2023\n\n12/28 read VAE\n12/30 read GAN\n\n1/2 read diffusion\n\nMars\n====\n\n- 3: lu\n"
    entries, _ = bring_one(text, "journal.md")
    assert list(entries) == [
        "content/log/2022-12-28-read-vae.md",
        "content/log/2022-12-30-read-gan.md",
        "content/log/2023-01-02-read-diffusion.md",
        "content/log/2023-03-03-lu.md",
    ]


@pytest.mark.parametrize(
    "byline",
    [
        "*Posted on May 5, 2023 by Ana* · 3 min read · #scaling", "<small>2023-05-05 | tags: a, b</small>",
        "Published: 5 May 2023", "**May 5, 2023** — by Ana",
    ],
)  # fmt: skip
def test_a_byline_below_a_heading_dates_it_and_stays_if_it_says_more(bring_one, byline):
    text = f"# Blog\n\n## Scaling, again\n{byline}\n\nText.\n\n## Second\n\n2023-04-01\n\nMore.\n"
    entries, _ = bring_one(text)
    assert list(entries) == ["content/posts/2023-05-05-scaling-again.md", "content/posts/2023-04-01-second.md"]
    first = next(iter(entries.values()))
    assert (byline in first) == ("Published" not in byline)


def test_a_journal_without_a_year_asks(bring_one):
    _, ledger = bring_one("# Journal\n\nSome words.\n\nMore words.\n\n- 2/24: a\n- 2/25: b\n", "journal.md")
    assert any("which year is '2/24' of" in question for question in ledger["questions"])


def test_badges_stay_with_the_repository(bring_one):
    badge = "![Build](https://img.shields.io/b.svg)"
    page = (
        f"# Notes\n\n[{badge}](https://ci.example.org) ![x](https://e.org/badge.svg)\n\nText with a {badge} inside.\n"
    )
    entries, ledger = bring_one(page, "README.md")
    assert entries["content/notes/notes.md"].endswith(f"---\n\nText with a {badge[1:]} inside.\n")
    assert [dropped["reason"] for dropped in ledger["sources"][0]["dropped"]] == ["badges of a repository"]


def test_a_heading_of_html_is_the_title_and_stands_there_once(bring_one):
    page = '<p align="center"><img src="gone.png"></p>\n<h1 align="center">My notes</h1>\n\nText.\n\n## Part\n\nMore.\n'
    entries, _ = bring_one(page, "README.md")
    assert entries["content/notes/my-notes.md"].startswith('---\ntitle: "My notes"\n') and "<h1" not in str(entries)


def test_a_range_is_in_the_title_and_not_in_the_address(bring_one):
    entries, _ = bring_one(
        "# Log\n\n- 2023-02-24 to 2023-02-26: read\n- 2023-03-01: run\n- 2023-03-04 – 3/5\n", "log.md"
    )
    assert sorted(entries) == [
        "content/log/2023-02-24-read.md", "content/log/2023-03-01-run.md", "content/log/2023-03-04-2023-03-04-3-5.md",
    ]  # fmt: skip
    assert 'title: "2023-02-24 to 2023-02-26 – read"' in entries["content/log/2023-02-24-read.md"]


def test_what_an_export_of_notion_appends_to_names_is_left_out(bring):
    one, two = f"Adapters {'0a1b2c3d' * 4}", f"Reading {'99998888' * 4}"
    root, ledger = bring({
        f"{one}.md": "# Adapters\n\nSmall layers between.\n",
        f"{two}/Notes.md": "# Notes\n\nSee [them](../" + one.replace(" ", "%20") + ".md).\n",
    })  # fmt: skip
    assert sorted(draft["path"] for draft in ledger["drafts"]) == [
        "content/notes/adapters.md",
        "content/notes/notes.md",
    ]
    assert "[them](adapters.md)" in (root / "content/notes/notes.md").read_text()
