"""Files that were read before: read again whenever they may have changed, and only then."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

import pytest

from builder import seen as seen_
from builder.config import read_config
from builder.kept import Kept
from builder.parse import read_content, reader
from builder.seen import Seen, stamp_of


@pytest.fixture
def later(monkeypatch):
    """A minute has passed since the files were written: a clock has ticked in between."""
    monkeypatch.setattr(seen_.time, "time_ns", lambda now=time.time_ns: now() + 60_000_000_000)


@pytest.fixture
def file(tmp_path) -> Path:
    (tmp_path / "a.md").write_text("one")
    return tmp_path / "a.md"


def write(path: Path) -> None:
    path.write_text("two")


def write_in_place(path: Path) -> None:
    with path.open("r+") as file:
        file.write("two")


def replace(path: Path) -> None:
    path.with_suffix(".new").write_text("two")
    os.utime(path.with_suffix(".new"), ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    path.with_suffix(".new").replace(path)


CHANGES = (write, write_in_place, replace)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_though_size_and_time_are_as_they_were(later, file, change):
    seen, before = Seen(), file.stat()
    first = seen.digest(str(file))
    change(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert seen.digest(str(file)) == Seen().digest(str(file)) != first


def test_a_file_that_did_not_change_is_read_once(later, file, monkeypatch):
    seen, opened = Seen(), []
    monkeypatch.setitem(vars(seen_), "open", lambda *given, **more: opened.append(given) or open(*given, **more))
    assert len({seen.digest(str(file)) for _ in range(3)}) == 1
    assert len(opened) == 1


def test_a_file_that_may_change_within_the_same_tick_is_told_by_nothing(file):
    assert stamp_of(file.stat()) is None


@pytest.mark.parametrize(
    "put",
    [
        lambda path: None,
        lambda path: path.mkdir(),
        lambda path: path.symlink_to(__file__),
        lambda path: os.mkfifo(path),
    ],
)
def test_what_is_no_file_has_no_digest(tmp_path, put):
    put(tmp_path / "x")
    assert Seen().digest(str(tmp_path / "x")) == ""


ENTRY, OTHER = "content/log/2026-01-02-a.md", "content/notes/b.md"


@pytest.mark.parametrize("change", CHANGES)
def test_a_process_that_reads_a_log_again_opens_only_what_changed(make_site, later, monkeypatch, change):
    root = make_site({ENTRY: "one", OTHER: "# Two\n"})
    config, kept, read = read_config(root, today=dt.date(2026, 6, 15)), Kept(root / "kept", warm=True), []
    read_entry = reader.read_entry
    monkeypatch.setattr(reader, "read_entry", lambda path, *rest: read.append(path.name) or read_entry(path, *rest))
    first, _ = read_content(config, kept)
    change(root / ENTRY)
    again, _ = read_content(config, kept)
    assert read == ["2026-01-02-a.md", "b.md", "2026-01-02-a.md"]
    assert [document.summary for document in again] == ["two", ""] and again[1] is first[1]


def test_a_smaller_limit_holds_for_files_that_were_read_before(make_site, later):
    root, kept = make_site({ENTRY: "Long enough."}), Kept(warm=True)
    assert read_content(read_config(root), kept)[1] == ()
    (root / "site_config.yml").write_text("title: x\nlimits: {entry_bytes: 4}\n", encoding="utf-8")
    assert [problem.code for problem in read_content(read_config(root), kept)[1]] == ["too-large"]
