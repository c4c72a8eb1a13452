"""Building a made-up log, beside the engine alone on the same staged tree.

`studylog build` is all of it: reading, linking, pages, staging, rendering, checking, publishing. Each time is the least
of a few, taken in turns. Zensical and Hugo are for the record, where they are on the PATH; Hugo reads the same Markdown
with a theme of two lines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import made_log
from rows import Row, ordinary_environment

from builder.engine.process import clean_environment

ROOT = Path(__file__).parents[2]
ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000"))
MANY = 10 * ENTRIES
TURNS = 3
MEMORY_BYTES = 400e6
LAYOUT = "<!doctype html><title>{{ .Title }}</title>{{ .Content }}"


def measure() -> Iterator[Row]:
    """Yield the targets, then what is for the record."""
    with tempfile.TemporaryDirectory() as folder:
        small = made_log.write_log(Path(folder) / "small", ENTRIES)
        turns = [one_turn(small, Path(folder) / "plain", turn) for turn in range(TURNS)]
        plain, cold, same, edited = (min(times) for times in zip(*turns, strict=True))
        per = f"s against {plain:.1f} s of mkdocs with Material ({ENTRIES} entries)"
        yield Row("cold build, beside the engine alone", cold / plain, 0.75, f"{cold:.1f} {per}")
        yield Row("nothing changed, beside the engine alone", same / plain, 0.06, f"{same:.2f} {per}")
        yield Row("one entry edited, beside the engine alone", edited / plain, 0.12, f"{edited:.2f} {per}")
        many = made_log.write_log(Path(folder) / "many", MANY)
        tries = [build_cold(many) for _ in range(2)]
        seconds, peak_bytes = min(seconds for seconds, _ in tries), max(peak for _, peak in tries)
        pages, fewer = len(list(site_pages(many))), len(list(site_pages(small)))
        ratio = (seconds / pages) / (cold / fewer)
        how = f"{1000 * seconds / pages:.1f} ms a page against {1000 * cold / fewer:.1f} ms ({pages} and {fewer} pages)"
        yield Row(f"cold, a page of {MANY} entries beside one of {ENTRIES}", ratio, 1.15, how)
        how = f"{peak_bytes / 1e6:.0f} MB, the largest process ({MANY} entries)"
        yield Row("memory, beside 400 MB", peak_bytes / MEMORY_BYTES, 1, how)
        edit(many, 0)
        seconds, _ = build(many)
        yield Row(
            f"one of {MANY} entries edited, beside all of them at {ENTRIES}", seconds / plain, 0, f"{seconds:.1f} s"
        )
        yield from others(small, Path(folder), plain)


def one_turn(log: Path, out: Path, turn: int) -> tuple[float, float, float, float]:
    """Seconds of the engine alone, of a cold build, of one where nothing changed, and of one after an edit."""
    shutil.rmtree(out, ignore_errors=True)
    cold, _ = build_cold(log)
    same, _ = build(log)
    edit(log, turn)
    edited, _ = build(log)
    arguments = ["-P", "-m", "mkdocs", "build", "-q", "--strict", "-d", str(out)]
    plain, _ = run([sys.executable, *arguments], cwd=log / ".build", env=clean_environment(log / ".build"))
    return plain, cold, same, edited


def build(log: Path) -> tuple[float, int]:
    """Seconds and peak bytes of `studylog build`."""
    command = [sys.executable, "-m", "builder", "--log", str(log), "build", "--run", "never"]
    return run([*command, "--today", str(made_log.TODAY)], cwd=ROOT, env=ordinary_environment())


def build_cold(log: Path) -> tuple[float, int]:
    """The same, where the log has nothing of earlier builds."""
    for folder in (log / ".build", log / "site"):
        shutil.rmtree(folder, ignore_errors=True)
    return build(log)


def edit(log: Path, turn: int) -> None:
    """Change the first sentence of an entry."""
    number = ENTRIES // 2 + 1
    (log / made_log.path_of(number)).write_text(made_log.entry(number, opening=f"Edited, {turn}."), encoding="utf-8")


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> tuple[float, int]:
    """Seconds of a command, and the peak bytes of the largest process it started or is."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds, process.returncode = time.monotonic() - started, os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return seconds, usage.ru_maxrss * 1024


def site_pages(log: Path) -> Iterator[Path]:
    """The pages of the staged tree."""
    return (log / ".build" / "docs").rglob("*.md")


def others(log: Path, folder: Path, plain: float) -> Iterator[Row]:
    """Zensical on the same staged tree, Hugo on the same Markdown."""
    beside = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))  # of an environment not activated
    if zensical := shutil.which("zensical", path=beside):
        copy = Path(shutil.copytree(log / ".build", folder / "zensical"))
        command = [zensical, "build", "-f", "mkdocs.yml"]
        for what in ("cold", "nothing changed"):
            seconds, _ = run(command, cwd=copy, env=clean_environment(copy))
            yield Row(f"Zensical, {what}, beside mkdocs with Material", seconds / plain, 0, f"{seconds:.1f} s")
    if shutil.which("hugo"):
        hugo = folder / "hugo"
        for name in ("single", "list"):
            layout = hugo / "layouts" / "_default" / f"{name}.html"
            layout.parent.mkdir(parents=True, exist_ok=True)
            layout.write_text(LAYOUT, encoding="utf-8")
        shutil.copytree(log / "content", hugo / "content")
        (hugo / "hugo.toml").write_text('title = "A made-up log"\n', encoding="utf-8")
        seconds, _ = run(["hugo", "--quiet"], cwd=hugo, env=ordinary_environment())
        yield Row("Hugo, cold, beside mkdocs with Material", seconds / plain, 0, f"{seconds:.1f} s")
