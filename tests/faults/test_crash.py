"""Builds that are killed, starved of disk, doubled, or moved: the published site is whole, and the same."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from counting_log import tree
from demo_log import make_record
from studylog_process import PACKAGE, PYTHON, studylog

from builder.run import disk
from builder.run.archive import export_runs, import_runs
from builder.run.store import Store


def started(root: Path, *arguments: str) -> subprocess.Popen:
    """A command in a session of its own, to be killed with all that it started."""
    return subprocess.Popen(
        [*PYTHON, "--log", str(root), *arguments],
        env={**os.environ, "PYTHONPATH": PACKAGE},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def rename(log: Path) -> None:
    entry = log / "content/log/2024-02-01-second.md"
    entry.write_text(entry.read_text().replace("Second", "Renamed"))


def appears(root: Path, pattern: str, process: subprocess.Popen) -> bool:
    """Wait until a file of the log that matches is there, or the process has ended."""
    while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        if next(root.glob(pattern), None):
            return True
        time.sleep(0.002)
    return False


@pytest.mark.parametrize("moment", [".build/mkdocs.yml", ".build/rendered/*"])
def test_C2_killed_while_rendering_the_old_site_stays_whole(log, moment):
    before = tree(log / "site")
    shutil.rmtree(log / ".build")
    rename(log)
    process = started(log, "build", "--run", "never")
    assert appears(log, moment, process), "it was done before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    shown = tree(log / "site")
    assert shown == before or b"Renamed" in shown["log/2024/02/01/second/index.html"]
    assert studylog(log, "build", "--run", "never").returncode == 0
    after = tree(log / "site")
    assert studylog(log, "build", "--run", "never", "--clean").returncode == 0
    assert tree(log / "site") == after != before


def test_C3_full_disk_while_building_is_one_line_and_the_old_site_stays(log):
    before = tree(log / "site")
    shutil.rmtree(log / ".build")
    rename(log)

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    result = studylog(log, "build", "--run", "never", preexec_fn=small_disk)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    (line,) = [line for line in result.stderr.splitlines() if "error:" in line]
    assert "cannot write" in line and "File too large" in line
    assert tree(log / "site") == before
    assert Store(log).fsck() == ()


def test_C9_two_builds_at_once_take_turns_and_give_the_site_of_one(log):
    rename(log)
    both = [started(log, "build", "--run", "never") for _ in range(2)]
    ended = [(process.communicate()[1], process.returncode) for process in both]
    assert [status for _, status in ended] == [0, 0], ended
    twice = tree(log / "site")
    assert studylog(log, "build", "--run", "never", "--clean").returncode == 0
    assert tree(log / "site") == twice


def test_C9_a_build_that_cannot_wait_longer_names_the_process_that_holds_the_lock(log, monkeypatch):
    from builder import pipeline
    from builder.errors import BuilderError
    from builder.report import Silent

    monkeypatch.setattr(pipeline, "PATIENCE_SECONDS", 0.1)
    with disk.lock(log / ".build" / "build.lock", doing="building this log"):
        with pytest.raises(BuilderError, match=f"process {os.getpid()} is building this log"):
            pipeline.build(log, pipeline.Options(run="never"), Silent())


def test_C12_S7_C10_the_same_bytes_anywhere_at_any_time_for_anybody(recorded, tmp_path_factory):
    """From records carried over as a tar file, without anything else that was kept between builds."""
    log = tmp_path_factory.mktemp("elsewhere") / "on another machine" / "ü"
    shutil.copytree(recorded, log, ignore=shutil.ignore_patterns(".build", "site", "_runs"))
    export_runs(Store(recorded), log.parent / "runs.tar")
    import_runs(Store(log), log.parent / "runs.tar")
    for path in log.rglob("*"):
        os.utime(path, (4_070_908_800, 4_070_908_800))  # 2099
    (hooks := log.parent / "hooks").mkdir()
    (hooks / "sitecustomize.py").write_text(BACKWARDS)
    (home := log.parent / "home").mkdir()
    env = {
        "TZ": "Pacific/Kiritimati",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4242",
        "USER": "somebody",
        "HOME": str(home),
        "SOURCE_DATE_EPOCH": "1",
        "PYTHONPATH": f"{hooks}{os.pathsep}{PACKAGE}",
    }
    result = studylog(log, "build", "--run", "never", env=env, cwd=log.parent, umask=0o077)
    assert result.returncode == 0, result.stderr
    assert tree(log / "site") == tree(recorded / "site")


BACKWARDS = """
import os

listdir, scandir = os.listdir, os.scandir


class Backwards:
    def __init__(self, entries):
        with entries:
            self.entries = iter(sorted(entries, key=lambda entry: entry.name, reverse=True))
    def __iter__(self):
        return self.entries
    def __next__(self):
        return next(self.entries)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass
    def close(self):
        pass


os.listdir = lambda *path: sorted(listdir(*path), reverse=True)
os.scandir = lambda *path: Backwards(scandir(*path))
"""


def test_C13_gc_beside_runs_removes_nothing_that_the_content_needs(log):
    entry = log / "content/log/2024-01-01-first.md"
    entry.write_text(entry.read_text().replace("times: 4\n", "sweep: {times: [1, 2, 3, 4, 5, 6]}\n"))
    process = started(log, "run")
    while process.poll() is None:
        assert studylog(log, "store", "gc").returncode == 0
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert len(Store(log).keys()) == 6 and Store(log).fsck() == ()


def test_C14_verifying_ten_thousand_runs_takes_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr(disk.os, "fsync", lambda descriptor: None)
    store = Store(tmp_path)
    with store.writing():
        for number in range(1000):
            store.put(*make_record(parts={"param:a": number}, data=str(number).encode()))
    for check in (store.fsck, store.verify):
        began = time.process_time()
        assert check() == ()
        assert (time.process_time() - began) * 10 < 10
    (tmp_path / store.paths()[500]).write_bytes(b"x")
    assert len(store.fsck()) == len(store.verify()) == 1
