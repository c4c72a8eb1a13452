"""Front matter: contract section 3."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linked_log import read_site

from builder.kinds import KINDS
from builder.kinds.frontmatter import parse_date
from builder.parse.text import parse_entry

LOG = "content/log/2024-01-02-a.md"
PAPER = "content/papers/a.md"


def entry(make_site, front: str, path: str = LOG, body: str = "Text.\n"):
    library, problems = read_site(make_site({path: f"---\n{front}---\n{body}"}))
    assert [str(problem) for problem in problems if problem.severity != "note"] == []
    [document] = library.documents
    return document


def problems(make_site, files: dict | str, path: str = LOG) -> list[str]:
    files = {path: f"---\n{files}---\nText.\n"} if isinstance(files, str) else files
    return [str(problem) for problem in read_site(make_site(files))[1]]


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ("lastmod: 2024-03-01", "updated", dt.date(2024, 3, 1)),
        ("date-modified: 2024-03-01", "updated", dt.date(2024, 3, 1)),
        ("summary: S", "description", "S"),
        ("excerpt: S", "description", "S"),
        ("redirect_from: /old/", "aliases", ("/old/",)),
        ("redirect_from:\n  - /a\n  - /b", "aliases", ("/a", "/b")),
        ("aliases: [/a, /b]", "aliases", ("/a", "/b")),
        ("tags: one two", "tags", ("one", "two")),
        ("tags: one, two words", "tags", ("one", "two words")),
        ("tags: [one, two words]", "tags", ("one", "two words")),
        ("tags: [2024, 3.10]", "tags", ("2024", "3.10")),
        ("tags:\n  - one\n  -", "tags", ("one",)),
        ("tags:", "tags", ()),
        (
            "authors: Ada Lovelace, Charles Babbage and Mary S.",
            "authors",
            ("Ada Lovelace", "Charles Babbage", "Mary S."),
        ),
        ("authors: Lovelace, Ada and Babbage, Charles", "authors", ("Ada Lovelace", "Charles Babbage")),
        ("authors: [A B, C D]", "authors", ("A B", "C D")),
        ("draft: false", "draft", False),
        ("pin: true", "pin", True),
        ("toc: false", "toc", False),
        ("title: 1984", "title", "1984"),
        ("title: 3.10", "title", "3.10"),
        ("title: no", "title", "no"),
        ('title: "two\\nlines"', "title", "two lines"),
        ("claims: a.b > 1", "claims", ("a.b > 1",)),
    ],
)
def test_a_key_is_read_as_its_author_means_it(make_site, written, field, value):
    assert getattr(entry(make_site, written + "\n").meta, field) == value


@pytest.mark.parametrize("key", ["image", "cover", "post_icon "])
def test_an_image_goes_by_several_names(make_site, key):
    text = f"---\n{key}: /assets/x.png\n---\nText.\n"
    library, problems = read_site(make_site({LOG: text, "content/assets/x.png": ""}))
    assert problems == () and library.documents[0].meta.image == "/assets/x.png"


def test_categories_join_the_tags(make_site):
    assert entry(make_site, "tags: [a, b]\ncategories: b c\n").tags == ("a", "b", "c")


@pytest.mark.parametrize(
    "written",
    [
        "2021-03-14",
        "2021-03-14 ",
        "'2021-03-14'",
        "2021-03-14 23:30",
        "2021-03-14T23:30:00",
        "2021-03-14T23:30:00Z",
        "2021-03-14T23:30:00.123+09:00",
        "2021-03-14 23:30:00 -0800",
        "2021-03-14T00:15:00-11:00",
        "2021-03-14 7:05",
    ],
)
def test_T12_the_day_is_the_day_as_written(make_site, written):
    assert entry(make_site, f"date: {written}\n").date == dt.date(2021, 3, 14)


@pytest.mark.parametrize("written", ["2026-02-30", "2026-13-01", "2023-02-29", "0000-01-01"])
def test_T12_a_day_that_the_calendar_does_not_have_is_named(make_site, written):
    assert problems(make_site, f"title: x\ndate: {written}\n") == [
        f"{LOG}:3: error: 'date': '{written}' is not a day of the calendar\n  hint: write YYYY-MM-DD"
    ]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2026-1-2", "2026-01-02"), ("2 Jan 2024", "2024-01-02"), ("01/02/2024", "YYYY-MM-DD"), ("soon", "YYYY-MM-DD"),
        ("20240102", "YYYY-MM-DD"), ("2024-01-02T25:00", "YYYY-MM-DD"), ("2024-W01-1", "YYYY-MM-DD"),
    ],
)  # fmt: skip
def test_T12_what_is_not_a_date_is_named(make_site, written, hint):
    assert problems(make_site, f"date: {written}\n") == [
        f"{LOG}:2: error: 'date': '{written}' is not a date\n  hint: write {hint}"
    ]


@pytest.mark.parametrize(("day", "url"), [("0001-01-01", "log/0001/01/01/a/"), ("1066-10-14", "log/1066/10/14/a/")])
def test_T12_early_years_have_four_digits_in_the_address(make_site, day, url):
    assert entry(make_site, f"date: {day}\n").url == url


def test_T12_the_year_9999_is_the_future(make_site):
    library, found = read_site(make_site({LOG: "---\ndate: 9999-12-31\n---\nText.\n"}))
    assert (library.documents, found) == ((), ())


@given(st.text(max_size=30))
def test_T13_no_text_breaks_the_date_parser(text):
    try:
        assert isinstance(parse_date(text), dt.date)
    except ValueError as error:
        assert "write YYYY-MM-DD" in str(error)


def test_a_datetime_is_its_day():
    assert parse_date(dt.datetime(2024, 1, 2, 23, 30)) == dt.date(2024, 1, 2)
    assert type(parse_date(dt.datetime(2024, 1, 2, 23, 30))) is dt.date


def test_date_and_slug_come_from_the_name_of_the_file(make_site):
    document = entry(make_site, "title: Other\n", "content/log/2023-02-24-llama.md")
    assert (document.date, document.slug, document.url) == (dt.date(2023, 2, 24), "llama", "log/2023/02/24/llama/")


def test_front_matter_wins_over_the_name_of_the_file(make_site):
    document = entry(make_site, "date: 2024-05-06\nslug: y\n", "content/log/2023-02-24-llama.md")
    assert document.url == "log/2024/05/06/y/"


def test_a_file_name_with_only_a_date_takes_the_slug_from_the_title(make_site):
    assert entry(make_site, "title: Hello World\n", "content/log/2023-02-24.md").slug == "hello-world"


def test_a_name_with_an_impossible_date_is_a_problem(make_site):
    assert problems(make_site, {"content/log/2023-02-30-a.md": "Text.\n"}) == [
        "content/log/2023-02-30-a.md: error: in the file's name, '2023-02-30' is not a day of the calendar\n  hint: rename it: that month has 28 days"
    ]


def test_a_log_entry_without_a_date_says_how_to_give_one(make_site):
    assert problems(make_site, {"content/log/my notes.md": "Text.\n"}) == [
        "content/log/my notes.md:1: error: a log entry needs a date\n"
        "  hint: add `date: YYYY-MM-DD`, or call the file YYYY-MM-DD-my-notes.md"
    ]


def test_a_note_needs_no_date_and_no_front_matter(make_site):
    library, found = read_site(make_site({"content/notes/Some Topic.md": "Text.\n"}))
    assert found == ()
    assert (library.documents[0].url, library.documents[0].title) == ("notes/some-topic/", "Some topic")


def test_an_unknown_key_gets_a_suggestion(make_site):
    assert problems(make_site, "titel: x\nqqq: 1\n") == [
        f"{LOG}:2: error: unknown key 'titel' in the front matter\n  hint: did you mean 'title'?",
        f"{LOG}:3: error: unknown key 'qqq' in the front matter\n  hint: known keys: "
        + ", ".join(sorted(KINDS["log"].meta.model_fields)),
    ]


def test_a_key_of_another_generator_is_only_a_note(make_site):
    assert problems(make_site, "layout: post\ncomments: true\n") == [
        f"{LOG}:2: note: 'layout' means nothing here\n  hint: remove it",
        f"{LOG}:3: note: 'comments' means nothing here\n  hint: remove it",
    ]


def test_a_key_and_its_synonym_are_not_both_taken(make_site):
    assert problems(make_site, "description: a\nsummary: b\n") == [
        f"{LOG}:3: error: 'summary' repeats 'description'\n  hint: keep one of them"
    ]


def test_a_paper_key_in_a_log_entry_is_unknown(make_site):
    assert problems(make_site, "arxiv: 1706.03762\n")[0].startswith(f"{LOG}:2: error: unknown key 'arxiv'")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("draft: perhaps", "'draft' should be true or false, not 'perhaps'\n  hint: write `true` or `false`"),
        ("title: true", "'title' should be text, not true\n  hint: put it in quotes"),
        ("title: [a]", "'title' should be text, not a list\n  hint: put it in quotes"),
        ("tags: {a: b}", "'tags' should be a list, not a mapping\n  hint: write `[one, two]`"),
        ("tags: [a: b]", "'tags' should be text, not a mapping\n  hint: put it in quotes"),
        ("status: done", "'status' cannot be 'done'\n  hint: write one of: to-read, reading, read, noted, abandoned"),
        ("rating: 7", "'rating' cannot be '7'\n  hint: write at most 5"),
        ("rating: good", "'rating' should be a whole number, not 'good'\n  hint: write digits only"),
        ("year: 1.5", "'year' should be a whole number, not '1.5'\n  hint: write digits only"),
        ("arxiv: attention", "'arxiv': 'attention' is not an arXiv number\n  hint: write it like 1706.03762"),
        ("doi: paper", "'doi': 'paper' is not a DOI\n  hint: write it like 10.1000/182"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(make_site, written, message):
    assert problems(make_site, f"{written}\n", PAPER) == [f"{PAPER}:2: error: {message}"]


@pytest.mark.parametrize(
    "number", ["1706.03762", "1312.6114", "0704.0001", "1706.03760", "2005.14160v3", "hep-th/9711200"]
)
def test_an_arxiv_number_keeps_every_digit(make_site, number):
    assert entry(make_site, f"arxiv: {number}\n", PAPER).meta.arxiv == number


def test_all_problems_of_all_files_come_together(make_site):
    files = {
        LOG: "---\ndraft: x\ntitel: y\ndate: 2026-02-30\n---\n[[nowhere]]\n",
        "content/log/2024-01-03-b.md": b"---\ntitle: \xff\n---\n",
        "content/notes/c.md": "---\na: b: c\n---\n[[a]]\n",
    }
    assert [problem.partition("\n")[0] for problem in problems(make_site, files)] == [
        f"{LOG}:2: error: 'draft' should be true or false, not 'x'",
        f"{LOG}:3: error: unknown key 'titel' in the front matter",
        f"{LOG}:4: error: 'date': '2026-02-30' is not a day of the calendar",
        f"{LOG}:6: error: no entry called 'nowhere'",
        "content/log/2024-01-03-b.md:2: error: byte 0xff in column 8 is not UTF-8",
        "content/notes/c.md:2: error: a colon inside a value needs quotes",
    ]


def test_a_link_to_an_entry_with_a_mistake_is_not_called_broken(make_site):
    files = {LOG: "---\na: b: c\n---\n", "content/notes/n.md": "[[a]]\n"}
    assert len(problems(make_site, files)) == 1


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_T1_a_byte_order_mark_and_any_line_ends_are_accepted(make_site, end):
    text = "\ufeff---\ntitle: T\n---\n\nOne\n[[gone]]\n".replace("\n", end)
    assert problems(make_site, {LOG: text.encode()})[0].startswith(f"{LOG}:6: error: no entry called 'gone'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a\n\xc3\xa9\xff", "2: error: byte 0xff in column 2 is not UTF-8"),
        (b"\xef\xbb\xbf\xff", "1: error: byte 0xff in column 1 is not UTF-8"),
        (b"\xed\xa0\x80", "1: error: byte 0xed in column 1 is not UTF-8"),
        (b"a\nb\0", "2: error: a character that cannot be shown, U+0000, in column 2"),
        ("a\u2028b".encode(), "1: error: a character that cannot be shown, U+2028, in column 2"),
        (b"\n\x1b[31m", "2: error: a character that cannot be shown, U+001B, in column 1"),
    ],
)
def test_T1_what_is_not_text_is_located(make_site, text, message):
    assert problems(make_site, {"content/notes/a.md": text})[0].startswith(f"content/notes/a.md:{message}")


def test_T2_an_entry_of_10_MB_is_refused(make_site):
    [found] = problems(make_site, {LOG: b"x" * 10_000_000})
    assert found == (
        f"{LOG}: error: the entry has 10,000,000 bytes, more than 1,048,576\n"
        "  hint: split it, or raise `limits: {entry_bytes: …}` in site_config.yml"
    )


def test_front_matter_without_an_end_is_a_problem_of_line_1(make_site):
    assert problems(make_site, {LOG: "---\ntitle: x\n\nText\n"}) == [
        f"{LOG}:1: error: the front matter has no end\n  hint: close it with a line `---`"
    ]


def test_front_matter_below_line_1_is_a_problem(make_site):
    assert problems(make_site, {LOG: "\n\n---\ntitle: x\n---\nText\n"}) == [
        f"{LOG}:3: error: the front matter begins below line 1\n  hint: remove the lines above it"
    ]


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [
        ("---\n---\nBody", "Body", 3),
        ("---\na: 1\n---\nBody", "Body", 4),
        ("--- \na: 1\n...\nBody", "Body", 4),
        ("---\na: 1\n---", "", 4),
        ("Body\n---\n", "Body\n---\n", 1),
    ],
)
def test_the_body_begins_after_the_front_matter(text, body, line):
    read = parse_entry(text, "a.md", KINDS["note"])
    assert (read.body, read.body_line) == (body, line)


@pytest.mark.parametrize("name", ["CON.md", "nul.md", "a.md .md", "what?.md", "a:b.md", "x" * 236 + ".md"])
def test_T11_a_name_that_windows_refuses_is_refused_everywhere(make_site, name):
    [found] = problems(make_site, {f"content/notes/{name}": "Text\n"})
    assert "error: not a file name on every system" in found


@pytest.mark.parametrize("slug", ["con", "../x", "a/b", "a b", "x.", "-", "ü", "a" * 300])
def test_T6_T11_a_slug_that_cannot_be_a_folder_is_refused(make_site, slug):
    assert any(
        f"'{slug}' cannot be an address" in found for found in problems(make_site, f"title: x\nslug: '{slug}'\n")
    )


@pytest.mark.parametrize("link", ["/../x/", "/a//b/", "/2023/:title/", "/a b/", "/", "//", "/con/"])
def test_T6_a_permalink_that_cannot_be_an_address_is_refused(make_site, link):
    assert (
        f"{LOG}:2: error: 'permalink: {link}' cannot be an address" in problems(make_site, f"permalink: '{link}'\n")[0]
    )


def test_a_permalink_is_the_address(make_site):
    assert entry(make_site, "permalink: /2023/my-entry/\n").url == "2023/my-entry/"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("شبكة", "u634-u628-u643-u629"),
        ("注意力", "u6ce8-u610f-u529b"),
        ("Café 🎉 au lait", "cafe-au-lait"),
        ("Straße", "strasse"),
        ("What's new?", "whats-new"),
        ("C++ & C#", "c-c"),
        ("🎉🎉", "entry-2024-01-02"),
        ("\u200b\u202e", "entry-2024-01-02"),
        ("x" * 300, "x" * 120),
    ],
)
def test_T10_every_title_has_a_stable_slug(make_site, title, slug):
    assert entry(make_site, f"title: {title}\n", "content/log/2024-01-02.md").slug == slug


def test_T7_a_symbolic_link_is_refused(make_site, tmp_path):
    root = make_site({"content/notes/a.md": "Text\n"})
    (tmp_path / "secret.md").write_text("secret")
    (root / "content/notes/b.md").symlink_to(tmp_path / "secret.md")
    (root / "content/notes/loop").symlink_to(root / "content/notes")
    (root / "content/log").symlink_to("/etc")
    library, found = read_site(root)
    assert [document.slug for document in library.documents] == ["a"]
    assert [str(problem) for problem in found] == [
        f"content/{name}: error: a symbolic link\n  hint: put the file itself here"
        for name in ("log", "notes/b.md", "notes/loop")
    ]


def test_a_file_in_a_folder_of_no_kind_is_pointed_out(make_site):
    assert problems(make_site, {"content/post/a.md": "Text\n", "content/b.md": "Text\n"}) == [
        "content/b.md: warning: not in a folder of entries, so it is on no page\n"
        "  hint: entries are kept in content/log/, content/notes/, content/papers/, content/posts/",
        "content/post/a.md: warning: not in a folder of entries, so it is on no page\n  hint: did you mean 'content/posts'?",
    ]


def test_a_file_that_begins_with_an_underscore_is_left_alone(make_site):
    assert problems(make_site, {"content/notes/_template.md": "---\nx: y: z\n---\n"}) == []
