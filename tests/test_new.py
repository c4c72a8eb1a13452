"""studylog new and studylog init."""

import datetime as dt
import json
import re
import sys
from pathlib import Path, PurePosixPath

import click
import pytest
from click.testing import CliRunner
from linked_log import TODAY, read_site

from builder.authorcli import has_editor
from builder.cli import main
from builder.config import read_config
from builder.errors import ConfigError, ContentError, Problem, Source
from builder.kinds import KINDS
from builder.new import init_log, new_entry
from builder.pipeline import read_log


def make(make_site, kind: str, title: str, **options):
    config = read_config(make_site({}), today=TODAY)
    return config.root, new_entry(config, kind, title, **options)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "title", ["Hello", 'Say "no": {{x}} & \\n <b>', "注意力", "🎉", "two\nlines", "- a", "x" * 300]
)
def test_an_entry_of_every_kind_is_valid_whatever_its_title(make_site, kind, title):
    root, path = make(make_site, kind, title)
    library, problems = read_site(root)
    assert [str(problem) for problem in problems] == []
    [document] = library.documents
    assert (document.title, document.source.path) == (" ".join(title.split()), path.relative_to(root).as_posix())


def test_a_dated_entry_has_its_day_in_the_name(make_site):
    _, path = make(make_site, "log", "What a head looks at", date=dt.date(2024, 2, 3))
    assert path.name == "2024-02-03-what-a-head-looks-at.md"


def test_an_entry_that_exists_is_not_overwritten(make_site):
    root, path = make(make_site, "note", "Hello")
    path.write_text("mine")
    with pytest.raises(ContentError, match=r"content/notes/hello.md: error: there is such a file already"):
        new_entry(read_config(root), "note", "Hello")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("slug", ["../x", "a b", "con", "/x"])
def test_T6_a_slug_that_cannot_be_an_address_is_refused(make_site, slug):
    with pytest.raises(ConfigError, match="cannot be part of an address"):
        make(make_site, "note", "Hello", slug=slug)


def test_a_demo_comes_with_its_test(make_site):
    root, path = make(make_site, "demo", "Coin flips!")
    assert path == root / "demos/coin_flips.py"
    compile(path.read_text(), "coin_flips.py", "exec")
    assert "def test_coin_flips_runs_at_smoke_size" in (root / "tests/demos/test_coin_flips.py").read_text()


@pytest.mark.parametrize("title", ["3d", "class", "random", "🎉", ""])
def test_a_demo_needs_a_name_that_python_knows(make_site, title):
    with pytest.raises(ConfigError, match="is not a name for a demo"):
        make(make_site, "demo", title)


def test_a_new_log_has_an_entry_of_each_kind_and_no_problem(tmp_path):
    root = init_log(tmp_path / "my-log", today=TODAY)
    library, problems = read_site(root)
    assert [str(problem) for problem in problems] == []
    assert {document.kind for document in library.documents} == set(KINDS)
    assert library.calls
    assert (root / ".gitignore").is_file()
    assert "demos/_runs/** -text\n" in (root / ".gitattributes").read_text()
    assert (root / "README.md").read_text().startswith("# My study log\n")
    assert not list(root.rglob("*TODAY*"))


def test_a_new_log_goes_into_an_empty_folder_only(tmp_path):
    (tmp_path / "a").mkdir()
    init_log(tmp_path / "a", today=TODAY)
    (tmp_path / "file").write_text("")
    for folder in ("a", "file"):
        with pytest.raises(ConfigError, match="there is something already"):
            init_log(tmp_path / folder, today=TODAY)


def test_a_new_log_has_what_editors_need(tmp_path):
    root = init_log(tmp_path / "my-log", title='Mine: "one"', today=TODAY)
    config = root / "site_config.yml"
    assert read_config(root).title == 'Mine: "one"'
    first, named = config.read_text().splitlines()[0].split("$schema=")
    assert first == "# yaml-language-server: " and "properties" in json.loads((root / named).read_text())
    assert json.loads((root / "content/.obsidian/app.json").read_text())["useMarkdownLinks"] is False
    [task] = json.loads((root / ".vscode/tasks.json").read_text())["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    found = re.fullmatch(
        pattern["regexp"], str(Problem(Source("content/log/a.md", 14), "x", "no entry", "")).split("\n")[0]
    )
    assert found and [found[pattern[key]] for key in ("file", "line", "severity", "message")] == [
        "content/log/a.md", "14", "error", "no entry",
    ]  # fmt: skip
    snippets = json.loads((root / ".vscode/studylog.code-snippets").read_text())
    assert {snippet["scope"] for snippet in snippets.values()} == {"markdown"}


def test_the_entry_in_the_readme_works_in_a_new_log(tmp_path):
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    root = init_log(tmp_path / "my-log", today=TODAY)
    entry = re.search(r"````markdown\n(.*?)````\n", readme, re.DOTALL)[1]
    (root / f"content/log/{TODAY}-a-coin-has-no-memory.md").write_text(entry)
    log = read_log(root, policy="never", today=dt.date(2026, 12, 1))
    assert log.problems == () and len([d for d in log.decisions if d.call.demo == "coin_flips"]) == 4


def test_links_of_a_new_log_are_followed_by_editors_that_know_files_only(tmp_path):
    library, _ = read_site(init_log(tmp_path / "a", today=TODAY))
    names = {PurePosixPath(document.source.path).stem for document in library.documents}
    links = [link.target for document in library.documents for link in document.links if link.form == "wiki"]
    assert links and set(links) <= names


@pytest.mark.parametrize(
    ("arguments", "environment", "opened"),
    [
        ([], {"EDITOR": "vi"}, False),  # not a terminal
        (["--edit"], {}, True),
        (["--no-edit"], {"EDITOR": "vi"}, False),
    ],
)
def test_the_editor_is_opened_on_a_file_that_is_there(make_site, monkeypatch, arguments, environment, opened):
    root = make_site({})
    edited = []
    monkeypatch.setattr(click, "edit", lambda filename: edited.append(Path(filename).read_text()))
    result = CliRunner().invoke(main, ["--log", str(root), "new", "note", "Hello", *arguments], env=environment)
    assert result.exit_code == 0
    assert [text.startswith('---\ntitle: "Hello"\n') for text in edited] == [True] * opened


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({"EDITOR": "vi"}, True, True), ({"VISUAL": "code -w"}, True, True), ({}, True, False),
        ({"EDITOR": "vi", "CI": "true"}, True, False), ({"EDITOR": "vi"}, False, False),
    ],
)  # fmt: skip
def test_an_editor_opens_for_people_at_a_terminal_only(monkeypatch, environment, terminal, expected):
    for name in ("VISUAL", "EDITOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    assert has_editor() is expected
