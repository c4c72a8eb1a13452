"""Only what changed is rendered, and nobody can tell: the site is what a clean build, or the engine alone, would make."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from counting_log import tree
from edited_log import EditedLog, edited_log
from material.plugins.search.plugin import Parser

from builder import stage
from builder.engine import find_engine
from builder.engine import workers as workers_
from builder.engine._searchable import with_less_markup
from builder.engine.process import clean_environment
from builder.engine.publish import MARK
from builder.engine.workers import Workers, share_out
from builder.errors import ContentError, EngineError
from builder.kept import Kept
from builder.model import BuildReport
from builder.parse import reader
from builder.pipeline import Options, build
from builder.report import Silent

EDITS = int(os.environ.get("STUDYLOG_EDITS", "24"))
TODAY = dt.date(2030, 1, 1)


@pytest.fixture(scope="module")
def warm():
    """Processes that stay from build to build, as those of `serve` do."""
    with Workers(1) as workers:
        yield workers


@pytest.fixture
def log(tmp_path) -> Path:
    edited_log(7, 4).write(tmp_path / "log")
    return tmp_path / "log"


def made(root: Path, workers: Workers | None = None, kept: Kept | None = None, **options) -> BuildReport:
    return build(root, Options(run="never", today=TODAY, **options), Silent(), kept, workers)


def differences(one: Path, other: Path) -> list[str]:
    """Paths at which two folders differ."""
    here, there = tree(one), tree(other)
    return sorted(path for path in here.keys() | there.keys() if here.get(path) != there.get(path))


def stamp(folder: Path) -> tuple[int, int]:
    """What tells a folder from one that was made or changed later."""
    return folder.stat().st_ino, folder.stat().st_mtime_ns


def set_theme(monkeypatch: pytest.MonkeyPatch, text: str, name: str = "partials/copyright.html") -> None:
    """Add to a file of the theme."""
    tree_of = stage._package_tree

    def changed(folder: str) -> dict[str, bytes]:
        files = tree_of(folder)
        return files | {name: files[name] + text.encode()} if folder == "theme" else files

    monkeypatch.setattr(stage, "_package_tree", changed)


def test_after_any_edit_the_site_is_that_of_a_clean_build_also_while_it_is_served(tmp_path, warm):
    edited: EditedLog = edited_log(2026, 8)
    here, served, elsewhere = tmp_path / "log", tmp_path / "served", tmp_path / "another place"
    kept, reused = Kept(served / ".build/kept", warm=True), 0
    with Workers(1) as others:
        for number in range(EDITS):
            what = edited.edit() if number else "start"
            with pytest.MonkeyPatch.context() as patch:
                set_theme(patch, edited.theme)
                for root in (here, served, elsewhere):
                    edited.write(root)
                reused += made(served, warm, kept=kept, site_dir=served / ".build/served").reused_pages
                reused += made(here, warm).reused_pages
                assert made(elsewhere, others, clean=True).reused_pages == 0
            assert differences(here / "site", elsewhere / "site") == [], f"edit {number}: {what}"
            assert differences(served / ".build/served", elsewhere / "site") == [], f"edit {number}: {what}"
    assert reused > 2 * EDITS


def test_site_is_what_the_engine_makes_of_the_same_tree(log, warm, tmp_path):
    made(log, warm)
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "-q", "--strict", "-d", str(tmp_path / "plain")]
    subprocess.run(command, cwd=log / ".build", env=clean_environment(tmp_path), check=True, capture_output=True)
    assert differences(log / "site", tmp_path / "plain") == [MARK]


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="a">On <math class="m"><mi>x</mi></math></h2>\n<p>a <math class="m"><mi>p</mi> <mo>&#x003D;</mo></math> b</p>',
        '<p>(1,<math class="m"><mo>,</mo><mtext>&#x000A0;</mtext><mi>b</mi><mi><b>c</b></mi></math>)</p>',
        '<div><pre><span></span><code><span class="k">def</span> <span class="nf">f</span>\n\n</code></pre></div> <p>x</p>',
        '<pre><code><span data-search-exclude class="k">no</span> <span>yes</span></code></pre><pre> <span> </span></pre>',
        '<p>a</p><footer class="sl-foot" data-search-exclude><p>no <b>no</b></p><div></div></footer><p>b</p>',
        '<p>a</p><footer class="sl-foot" data-search-exclude><h3 id="c">no</h3><footer></footer></footer><p>b</p>',
        '<p>a</p>\n<section class="sl-list" data-search-exclude>\n<ul><li><p>no</p></li></ul>\n</section>\n<p>b</p>',
        '<p>a</p><section class="x" data-search-exclude aria-label="y"><section><p>no</p></section><p>no</p></section><p>b</p>',
        '<section class="x"><p>a</p></section><section class="x" data-search-exclude><p>no</p></section><p>b</p>',
    ],
)
def test_the_search_finds_the_same_in_a_page_with_less_markup(html):
    def found(page: str) -> list[tuple[str, str, str | None, bool]]:
        parser = Parser()
        parser.feed(page)
        parser.close()
        return [("".join(s.title), "".join(s.text), s.id, s.is_excluded()) for s in parser.data]

    assert found(with_less_markup(html)) == found(html)


def test_number_of_processes_changes_no_byte(log, monkeypatch):
    monkeypatch.setattr(workers_, "SHARE", 1)
    monkeypatch.setattr(reader, "FEWEST", 1)
    made(log, jobs=1)
    before = tree(log / "site")
    assert made(log, jobs=3, clean=True).reused_pages == 0
    assert tree(log / "site") == before


def test_pages_are_shared_out_by_their_size():
    assert share_out({"a": 5, "b": 3, "c": 3, "d": 1}, 2) == [["a", "d"], ["b", "c"]]
    assert share_out({}, 0) == [[]]


def test_second_build_renders_nothing_and_loads_no_engine(log, warm):
    first = made(log, warm)
    assert (first.rendered, first.reused_pages) == (first.pages, 0)
    before = stamp(log / "site")
    script = (
        "import sys, datetime as dt; from pathlib import Path\n"
        "from builder.pipeline import Options, build; from builder.report import Silent\n"
        "report = build(Path(sys.argv[1]), Options(run='never', today=dt.date(2030, 1, 1)), Silent())\n"
        "loaded = {'mkdocs', 'material', 'torch'} & {name.partition('.')[0] for name in sys.modules}\n"
        "print(report.rendered, report.reused_pages, sorted(loaded))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(log)], capture_output=True, text=True, check=True)
    assert done.stdout == f"0 {first.pages} []\n"
    assert stamp(log / "site") == before


def test_a_word_changed_renders_the_pages_that_show_it(log, warm):
    made(log, warm)
    [entry] = (log / "content").rglob("*b-1.md")
    entry.write_text(entry.read_text().replace("print('b-1')", "print('changed')"))
    report = made(log, warm)
    assert (report.rendered, report.reused_pages) == (1, report.pages - 1)


def damage_page(log: Path) -> None:
    page = next(
        path for path in (log / ".build/rendered").rglob("*") if path.is_file() and b"Some words" in path.read_bytes()
    )
    text = page.read_bytes().replace(b"Some words", b"Evil words")
    page.unlink()
    page.write_bytes(text)


def edit_published_page(log: Path) -> None:
    page = log / "site/index.html"
    with page.open("r+b") as file:  # in place: what was kept is the same file
        file.write(b"<!-- minified -->")


def cut_ledger(log: Path) -> None:
    ledger = log / ".build/rendered/ledger"
    ledger.write_bytes(ledger.read_bytes()[:-100])


def edit_staged_page(log: Path) -> None:
    page = next(path for path in (log / ".build/docs").rglob("*.md") if b"Some words" in path.read_bytes())
    page.write_bytes(page.read_bytes().replace(b"Some words", b"Evil words"))
    cut_ledger(log)  # and everything is rendered


@pytest.mark.parametrize("damage", [damage_page, edit_published_page, cut_ledger, edit_staged_page])
def test_what_was_kept_and_is_damaged_never_reaches_a_site(log, warm, damage):
    made(log, warm)
    before = tree(log / "site")
    damage(log)
    made(log, warm)
    assert tree(log / "site") == before


def test_a_page_that_is_damaged_is_rendered_again_beside_one_that_was_edited(log, warm):
    made(log, warm)
    damage_page(log)
    [entry] = (log / "content").rglob("*b-1.md")
    entry.write_text(entry.read_text().replace("print('b-1')", "print('changed')"))
    assert made(log, warm).rendered >= 1
    site = tree(log / "site")
    made(log, warm, clean=True)
    assert tree(log / "site") == site


def test_page_that_the_log_no_longer_has_is_not_kept(log, warm):
    made(log, warm)
    [entry] = (log / "content").rglob("*b-1.md")
    entry.write_text(entry.read_text().replace("Some words", "Canary7391"))
    made(log, warm)
    entry.write_text(entry.read_text().replace("Canary7391", "Some words"))
    made(log, warm)
    assert not [path for path, data in tree(log / ".build").items() if b"Canary7391" in data]


def test_untrusted_build_believes_nothing_that_was_kept(log, warm):
    made(log, warm)
    report = made(log, warm, untrusted=True)
    assert (report.rendered, report.reused_pages) == (report.pages, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda build: (build / "mkdocs.yml").write_text((build / "mkdocs.yml").read_text() + "# more"),
        lambda build: (build / "theme/main.html").write_text("{{ evil }}"),
        lambda build: (build / "theme/partials/more.html").write_text("{{ evil }}"),
        lambda build: (build / "theme/blocks").symlink_to(build),
        lambda build: (build / "rendered/ledger").write_text("0" * 64),
        lambda build: shutil.rmtree(build / "theme"),
    ],
)
def test_only_settings_that_were_staged_here_are_loaded_ahead(log, warm, change):
    made(log, warm)
    change(log / ".build")
    with Workers(1) as workers:
        workers.start()
        find_engine("mkdocs").prepare(log / ".build", workers)
        assert workers.are_waiting


def test_what_was_loaded_ahead_is_used_only_if_it_is_wanted(log, warm, monkeypatch):
    for theme in ("", "<p>set anew</p>"):
        made(log, warm)
        set_theme(monkeypatch, theme)
        [entry] = (log / "content").rglob("*b-1.md")
        entry.write_text(entry.read_text() + "\nMore.\n")
        with Workers(1) as workers:
            workers.start()
            find_engine("mkdocs").prepare(log / ".build", workers)
            assert not workers.are_waiting
            made(log, workers)
        site = tree(log / "site")
        made(log, warm, clean=True)
        assert tree(log / "site") == site


def test_a_process_that_was_just_started_renders_what_changed_while_other_pages_are_made(log, warm, monkeypatch):
    made(log, warm)
    begun, begin = [], Workers.begin
    monkeypatch.setattr(Workers, "begin", lambda self, page: begun.append(page) or begin(self, page))
    monkeypatch.setattr(workers_, "SHARE", 3)
    for entry in (log / "content").rglob("*.md"):
        entry.write_text(entry.read_text().replace("Some words", "New words"))
    with Workers(1) as workers:
        workers.start()
        assert made(log, workers).rendered > 3 == len(begun)
    site = tree(log / "site")
    made(log, warm, clean=True)
    assert tree(log / "site") == site


def test_broken_theme_is_a_problem_and_the_site_stays(log, warm, monkeypatch):
    made(log, warm)
    before = tree(log / "site")
    set_theme(monkeypatch, "{% nothing %}")
    with pytest.raises(EngineError, match="Encountered unknown tag 'nothing'"):
        made(log, warm)
    assert tree(log / "site") == before
    monkeypatch.undo()
    assert made(log, warm).rendered == 0


def test_a_build_that_is_killed_leaves_a_whole_site(log, warm, tmp_path):
    made(log, warm)
    old = tree(log / "site")
    for entry in (log / "content").rglob("*.md"):
        entry.write_text(entry.read_text().replace("Some words", "New words"))
    shutil.copytree(log, tmp_path / "copy", ignore=shutil.ignore_patterns(".build", "site"))
    made(tmp_path / "copy", warm)
    new = tree(tmp_path / "copy/site")
    command = [sys.executable, "-m", "builder", "--log", str(log), "build", "--run", "never", "--today", str(TODAY)]
    for seconds in (0.4, 1.6, 3.2):
        building = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        building.send_signal(signal.SIGKILL)
        building.wait()
        assert tree(log / "site") in (old, new)
    made(log, warm)
    assert tree(log / "site") == new


def test_a_page_that_was_rendered_ahead_of_a_build_that_failed_is_not_shown_for_another(log, warm):
    kept, served = Kept(log / ".build/kept", warm=True), {"site_dir": log / ".build/served"}
    made(log, warm, kept=kept, **served)
    first = tree(log / ".build/served")
    [entry] = (log / "content").rglob("*b-1.md")
    text = entry.read_text()
    entry.write_text(text.replace("title:", "aliases: ['a:b']\ntitle:").replace("Some words", "Other words"))
    with pytest.raises(ContentError, match="is not an address of this site"):
        made(log, warm, kept=kept, **served)
    for again in (text, text.replace("Some words", "Other words"), text):
        entry.write_text(again)
        made(log, warm, kept=kept, **served)
        assert (tree(log / ".build/served") == first) == (again == text)


def test_a_site_is_told_of_before_what_only_later_builds_need_is_written(log, warm):
    kept, ledger, there = Kept(log / ".build/kept", warm=True), log / ".build/rendered/ledger", []
    options = Options(run="never", today=TODAY, site_dir=log / ".build/served")
    for _ in range(2):
        ledger.unlink(missing_ok=True)
        report = build(log, options, Silent(), kept, warm, published=lambda _: there.append(ledger.exists()))
        assert ledger.exists()
    assert there == [False, False] and report.rendered == 0
