"""studylog mv: an entry gets another name, and so does every link to it."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linked_log import TODAY, read_site

from builder.cli import main
from builder.config import read_config
from builder.errors import BuilderError
from builder.move import move_entry

OLD = "content/log/2024-01-02-heads.md"
FILES = {
    OLD: "---\ntitle: What heads do\nslug: heads\ntags: [a]\n---\n## One\n\nSee [[#one]] and [[heads#one]].\n",
    "content/log/2024-02-01-later.md": "---\r\nfollows: [heads, other]\r\n---\r\nFrom [[heads]], [[heads|text]] and [[heads]]; not `[[heads]]`.\r\n\r\n"
    "```\r\n[[heads]]\r\n```\r\n[p](2024-01-02-heads.md#one) [r][d]  \r\n![[x.png]]\r\n\r\n[d]: ../log/2024-01-02-heads.md\r\n",
    "content/log/2024-02-02-other.md": "By title: [[What heads do]]. By file: [[log/2024-01-02-heads]]. [by address](/log/2024/01/02/heads/#one)\n",
    "content/papers/heads-paper.md": "---\ntitle: P\nrelated:\n  - heads\n  - heads-paper\n---\n[[heads-paper]]\n",
    "content/log/2023.md": "* 1/2 - A [[heads]] bullet, cited [@heads-paper]\n* 1/3 - Own slug <!--- {slug: own, tags: [b]} --->\n* 1/4 - To [[2023#own]] and [o](2023.md#own)\n",
    "content/assets/x.png": "x",
}


@pytest.fixture
def root(make_site) -> Path:
    return make_site(FILES)


def move(root: Path, *arguments, **options):
    return move_entry(read_config(root, today=TODAY), *arguments, **options)


def test_every_link_gets_the_new_name_and_nothing_else_changes(root):
    moved = move(root, "heads", "attention-heads")
    assert moved.paths == (OLD, "content/log/2024-01-02-attention-heads.md")
    assert not (root / OLD).exists()
    assert (root / moved.paths[1]).read_text() == (
        "---\ntitle: What heads do\nslug: attention-heads\ntags: [a]\naliases: [\"/log/2024/01/02/heads/\"]\n---\n"
        "## One\n\nSee [[#one]] and [[attention-heads#one]].\n"
    )  # fmt: skip
    assert (root / "content/log/2024-02-01-later.md").read_bytes().decode() == (
        "---\r\nfollows: [attention-heads, other]\r\n---\r\nFrom [[attention-heads]], [[attention-heads|text]] and "
        "[[attention-heads]]; not `[[heads]]`.\r\n\r\n```\r\n[[heads]]\r\n```\r\n[p](2024-01-02-attention-heads.md#one) [r][d]  \r\n"
        "![[x.png]]\r\n\r\n[d]: ../log/2024-01-02-attention-heads.md\r\n"
    )
    other = (root / "content/log/2024-02-02-other.md").read_text()
    assert other.startswith("By title: [[What heads do]]. By file: [[log/2024-01-02-attention-heads]]. ")
    assert other.endswith("[by address](/log/2024/01/02/attention-heads/#one)\n")
    assert (
        "  - attention-heads\n  - heads-paper\n---\n[[heads-paper]]"
        in (root / "content/papers/heads-paper.md").read_text()
    )
    assert "A [[attention-heads]] bullet, cited [@heads-paper]" in (root / "content/log/2023.md").read_text()
    assert read_site(root)[1] == ()


def test_what_moved_back_is_as_it_was(root):
    move(root, "heads", "attention-heads")
    move(root, "attention-heads", "heads")
    text = (root / OLD).read_text()
    assert text.replace('aliases: ["/log/2024/01/02/attention-heads/"]\n', "") == FILES[OLD]
    for path in set(FILES) - {OLD}:
        assert (root / path).read_bytes().decode() == FILES[path]


def test_an_entry_of_a_year_gets_its_slug_in_its_own_front_matter(root):
    moved = move(root, "own", "first")
    assert moved.urls == ("log/2023/01/03/own/", "log/2023/01/03/first/")
    assert (root / "content/log/2023.md").read_text().splitlines()[1:] == [
        '* 1/3 - Own slug <!--- {slug: "first", tags: ["b"], aliases: ["/log/2023/01/03/own/"]} --->',
        "* 1/4 - To [[2023#first]] and [o](2023.md#first)",
    ]
    assert read_site(root)[1] == ()
    move(root, "a-heads-bullet-cited-heads-paper", "bullet")
    assert '<!--- {slug: "bullet", aliases: [' in (root / "content/log/2023.md").read_text()


def test_a_day_and_a_title_may_change_too(root):
    moved = move(root, OLD, date=dt.date(2024, 1, 5), title='Heads: "again"')
    assert moved.paths[1] == "content/log/2024-01-05-heads.md"
    assert 'title: "Heads: \\"again\\""\n' in (root / moved.paths[1]).read_text()
    assert '[[Heads: "again"]]' in (root / "content/log/2024-02-02-other.md").read_text()
    library, problems = read_site(root)
    assert problems == () and library.by_slug["heads"].date == dt.date(2024, 1, 5)


def test_a_definition_is_renamed_beside_the_link_on_its_line_but_not_in_code(make_site):
    text = '[r] <a href="a.md">h</a>\n\n[r]: a.md\n\n```\n[r]: a.md\n```\n![[a]]\n'
    root = make_site({"content/notes/a.md": "# A\n", "content/notes/b.md": text})
    move(root, "a", "c")
    assert (root / "content/notes/b.md").read_text() == text.replace('"a.md"', '"c.md"').replace(
        "[r]: a.md", "[r]: c.md", 1
    )


def test_an_entry_without_front_matter_gets_one(make_site):
    root = make_site({"content/notes/a.md": "\ufeff# A\n"})
    move(root, "a", "b")
    assert (root / "content/notes/b.md").read_text(encoding="utf-8") == '\ufeff---\naliases: ["/notes/a/"]\n---\n# A\n'


def test_a_rehearsal_writes_nothing(root):
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    moved = move(root, "heads", "attention-heads", dry_run=True)
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before
    assert [str(edit.source) for edit in moved.edits if "follows" in edit.after] == [
        "content/log/2024-02-01-later.md:2"
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("haeds", "x"), "mv: error: no entry called 'haeds'\n  hint: did you mean 'heads'?"),
        (("heads", "../x"), "mv: error: '../x' cannot be part of an address\n  hint: use letters, digits and hyphens"),
        (("later", "other"), "the address '/log/2024/02/01/other/' belongs"),
        (("heads", "taken"), "content/log/2024-01-02-taken.md: error: there is such a file already\n  hint: choose another slug"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_written(root, arguments, expected):
    (root / "content/log/2024-01-02-taken.md").write_text("# Taken\n")
    if arguments[0] == "later":
        (root / "content/log/2024-02-01-b.md").write_text("---\nslug: other\n---\n")
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    with pytest.raises(BuilderError) as raised:
        move(root, *arguments)
    assert expected in str(raised.value)
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before


def test_the_command_says_what_it_does(root):
    result = CliRunner().invoke(main, ["--log", str(root), "mv", "own", "first", "--dry-run"])
    assert result.exit_code == 0
    assert (
        "content/log/2023.md:3: * 1/4 - To [[2023#own]] and [o](2023.md#own)\n  -> * 1/4 - To [[2023#first]]"
        in result.output
    )
    assert CliRunner().invoke(main, ["--log", str(root), "mv", "own"]).exit_code == 2


WRITTEN = [
    "[[a]]", "[[a|x]]", "[[A title]]", "[[log/2024-01-02-a]]", "[x](2024-01-02-a.md)", "[x](../log/2024-01-02-a.md#one)",
    "`[[a]]`", "``[[a]] ` ``", "text", "*[[a#one]]*", "[[b]] [[a]]", "\n> [[a]]", "\n- [[a]]\n  - [[a]]", "\n\n", "![[a]]",
    '<a href="2024-01-02-a.md">h</a>', "\n| [[a\\|t]] |\n|--|\n", "[r]", "\n\n[r]: 2024-01-02-a.md\n\n", "\\[[a]]",
    "\n```\n[[a]]\n```\n", "[[a]](https://example.org)", "[^1]", "\n\n[^1]: [[a]]\n\n", "[q](/log/2024/01/02/a/)",
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.lists(st.sampled_from(WRITTEN), max_size=8).map(" ".join), min_size=3, max_size=3))
def test_any_log_moved_there_and_back_is_as_it_was(tmp_path_factory, bodies):
    root = tmp_path_factory.mktemp("log")
    front = "---\ntitle: A title\n---\n## One\n"
    files = dict(
        zip(["content/log/2024-01-02-a.md", "content/log/2024-01-03-b.md", "content/log/2023.md"], bodies, strict=True)
    )
    files["content/log/2024-01-02-a.md"] = front + files["content/log/2024-01-02-a.md"]
    files["content/log/2023.md"] = "* 2/3 - **Y**. " + files["content/log/2023.md"].replace("\n\n", "\n")
    for path, text in {"site_config.yml": "title: T\n", **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    before, problems = read_site(root)
    try:
        move(root, "content/log/2024-01-02-a.md", "new-name")
    except BuilderError:  # refused whole, as when a link stands where no line of its own can be found
        assert all((root / path).read_text(encoding="utf-8") == text for path, text in files.items())
        return
    after, told = read_site(root)
    assert [problem.message for problem in told] == [problem.message for problem in problems]
    old, new = before.backlinks.get("log/2024/01/02/a/", ()), after.backlinks.get("log/2024/01/02/new-name/", ())
    assert [backlink.document.slug for backlink in new] == [backlink.document.slug for backlink in old]
    move(root, "new-name", "a")
    for path, text in files.items():
        now = (root / path).read_text(encoding="utf-8")
        assert now.replace('aliases: ["/log/2024/01/02/new-name/"]\n', "") == text
