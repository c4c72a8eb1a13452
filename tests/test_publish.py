"""Publishing swaps the site as a whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builder.check.facts import NO_FACTS
from builder.engine import SiteFile
from builder.engine._ledger import sha256
from builder.engine.publish import MARK, publish, refresh
from builder.errors import EngineError


def rendered(root: Path, text: str) -> dict[str, SiteFile]:
    """A site of two files, one of them in a folder."""
    files = {}
    for path, content in {"index.html": text, "a/b.txt": "b"}.items():
        source = root / "rendered" / f"{text}-{content}"
        source.parent.mkdir(exist_ok=True)
        source.write_text(content)
        files[path] = SiteFile(source, sha256(content.encode()), NO_FACTS)
    return files


def test_first_site_appears_under_missing_parents(tmp_path):
    publish(rendered(tmp_path, "one"), tmp_path / "a/b/site")
    assert (tmp_path / "a/b/site/index.html").read_text() == "one"


def test_new_site_replaces_the_old_one_and_leaves_nothing_behind(tmp_path):
    site = tmp_path / "site"
    publish(rendered(tmp_path, "one"), site)
    (site / "stale.html").write_text("x")
    publish(rendered(tmp_path, "two"), site)
    assert (site / "index.html").read_text() == "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rendered", "site"]
    assert not (site / "stale.html").exists()


def test_site_that_is_there_already_is_left_alone(tmp_path):
    site = tmp_path / "site"
    assert publish(rendered(tmp_path, "one"), site)
    before = site.stat()
    assert not publish(rendered(tmp_path, "one"), site)
    assert (site.stat().st_ino, site.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "change",
    [
        lambda site: (site / "index.html").unlink(),
        lambda site: (site / "more.html").write_text("x"),
        lambda site: (site / "more").mkdir(),
        lambda site: ((site / "index.html").unlink(), (site / "index.html").write_text("eno")),
        lambda site: ((site / "index.html").unlink(), (site / "index.html").symlink_to("a/b.txt")),
    ],
)
def test_site_that_somebody_changed_is_published_again(tmp_path, change):
    site = tmp_path / "site"
    publish(rendered(tmp_path, "one"), site)
    change(site)
    assert publish(rendered(tmp_path, "one"), site)
    assert sorted(path.name for path in site.iterdir()) == [".studylog-site", "a", "index.html"]
    assert not (site / "index.html").is_symlink() and (site / "index.html").read_text() == "one"


def test_page_that_a_reader_has_open_stays_as_it_was(tmp_path):
    site = tmp_path / "site"
    publish(rendered(tmp_path, "one"), site)
    with (site / "index.html").open() as reading:
        publish(rendered(tmp_path, "two"), site)
        assert reading.read() == "one"


def test_without_links_files_are_copied(tmp_path, monkeypatch):
    def refuse(source, target):
        raise OSError("no links here")

    monkeypatch.setattr("os.link", refuse)
    publish(rendered(tmp_path, "one"), tmp_path / "site")
    assert (tmp_path / "site/index.html").read_text() == "one"
    assert not publish(rendered(tmp_path, "one"), tmp_path / "site")


def crash_at_rename(monkeypatch, moment: int) -> None:
    """Let the process end at the rename of that number, counted from 1."""
    renames, rename = [], Path.rename

    def crashing(path, target):
        renames.append(path)
        if len(renames) == moment:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", crashing)


@pytest.mark.parametrize("moment", [1, 2])
def test_crash_while_swapping_leaves_a_whole_site_for_next_time(tmp_path, monkeypatch, moment):
    site = tmp_path / "site"
    publish(rendered(tmp_path, "one"), site)
    crash_at_rename(monkeypatch, moment)
    with pytest.raises(KeyboardInterrupt):
        publish(rendered(tmp_path, "two"), site)
    monkeypatch.undo()
    publish(rendered(tmp_path, "three"), site)
    assert (site / "index.html").read_text() == "three"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rendered", "site"]


def publish_with_spare(root: Path, text: str) -> bool:
    return publish(rendered(root, text), root / "site", root / ".build/spare")


def inodes(folder: Path) -> dict[str, int]:
    """What is in a folder, each path with what it is a link to."""
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_the_old_site_is_made_the_same_as_the_new_one_and_becomes_the_next(tmp_path):
    (tmp_path / ".build").mkdir()
    site, spare, seen = tmp_path / "site", tmp_path / ".build/spare", []
    for text in ("one", "two", "three", "four"):
        assert publish_with_spare(tmp_path, text)
        assert (site / "index.html").read_text() == text and (site / "a/b.txt").read_text() == "b"
        seen.append(site.stat().st_ino)
        if text != "one":
            assert inodes(spare).keys() == inodes(site).keys()
            assert (spare / "index.html").read_text() == text
        assert sorted(path.name for path in tmp_path.iterdir()) == [".build", "rendered", "site"]
    assert seen[0] == seen[2] != seen[1] == seen[3]


@pytest.mark.parametrize(
    "change",
    [
        lambda spare: (spare / "index.html").unlink(),
        lambda spare: (spare / "more/and/more").mkdir(parents=True),
        lambda spare: (spare / "a/more.html").write_text("x"),
        lambda spare: (shutil.rmtree(spare / "a"), (spare / "a").write_text("x")),
        lambda spare: ((spare / "index.html").unlink(), (spare / "index.html").mkdir()),
        lambda spare: ((spare / "index.html").unlink(), (spare / "index.html").symlink_to("a/b.txt")),
        lambda spare: ((spare / "a/b.txt").unlink(), (spare / "a/b.txt").write_text("c")),
        lambda spare: (spare / MARK).unlink(),
        lambda spare: shutil.rmtree(spare),
    ],
)
def test_what_somebody_did_to_the_spare_site_never_shows(tmp_path, change):
    (tmp_path / ".build").mkdir()
    publish_with_spare(tmp_path, "one")
    publish_with_spare(tmp_path, "two")
    change(tmp_path / ".build/spare")
    publish_with_spare(tmp_path, "three")
    found = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*")}
    assert found == {MARK, "a", "a/b.txt", "index.html"}
    assert (tmp_path / "site/index.html").read_text() == "three" and (tmp_path / "site/a/b.txt").read_text() == "b"
    assert not (tmp_path / "site/index.html").is_symlink()


def test_a_spare_site_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / ".build").mkdir()
    publish_with_spare(tmp_path, "one")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for name in (MARK, "thesis.tex"):
        (theirs / name).write_text("x")
    (tmp_path / ".build/spare").symlink_to(theirs)
    publish_with_spare(tmp_path, "two")
    assert sorted(path.name for path in theirs.iterdir()) == [MARK, "thesis.tex"]
    assert (tmp_path / "site/index.html").read_text() == "two"


@pytest.mark.parametrize("moment", [1, 2, 3, 4])
def test_crash_while_swapping_with_a_spare_site_leaves_a_whole_one(tmp_path, monkeypatch, moment):
    (tmp_path / ".build").mkdir()
    site = tmp_path / "site"
    publish_with_spare(tmp_path, "one")
    publish_with_spare(tmp_path, "two")
    crash_at_rename(monkeypatch, moment)
    with pytest.raises(KeyboardInterrupt):
        publish_with_spare(tmp_path, "three")
    monkeypatch.undo()
    whole = site if site.is_dir() else tmp_path / ".site.old"
    assert inodes(whole).keys() == {MARK, "a/b.txt", "index.html"}
    publish_with_spare(tmp_path, "four")
    assert (site / "index.html").read_text() == "four"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".build", "rendered", "site"]


def test_directory_of_somebody_else_is_not_replaced(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/thesis.tex").write_text("x")
    with pytest.raises(EngineError, match="'site' has files that studylog did not write"):
        publish(rendered(tmp_path, "one"), tmp_path / "site")
    assert (tmp_path / "site/thesis.tex").exists()


def test_a_served_site_is_brought_up_to_date_file_by_file(tmp_path):
    site, shown = tmp_path / "site", {}
    refresh(rendered(tmp_path, "one"), site, shown)
    kept = (site / "a/b.txt").stat().st_ino
    refresh(rendered(tmp_path, "two"), site, shown)
    assert (site / "index.html").read_text() == "two" and (site / "a/b.txt").stat().st_ino == kept
    fewer = rendered(tmp_path, "two")
    del fewer["a/b.txt"]
    refresh(fewer, site, shown)
    assert sorted(path.name for path in site.iterdir()) == [MARK, "index.html"]
    refresh(rendered(tmp_path, "three"), site, shown)
    assert (site / "a/b.txt").read_text() == "b"


def test_a_served_site_that_somebody_removed_is_made_anew(tmp_path):
    site, shown = tmp_path / "site", {}
    refresh(rendered(tmp_path, "one"), site, shown)
    shutil.rmtree(site)
    refresh(rendered(tmp_path, "one"), site, shown)
    assert sorted(path.name for path in site.iterdir()) == [MARK, "a", "index.html"]
