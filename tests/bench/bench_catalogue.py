"""The catalogue of demos, cold: one `studylog run --force` beside the same runs as separate notebooks.

A notebook is one recorded state, executed by nbclient in a kernel of its own, as somebody would do who keeps one
notebook per experiment. Every eighth state of a demo is executed and stands for the ones after it, unless
`BENCH_FULL=1` asks for all of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from rows import Row

from builder.model import Decision
from builder.pipeline import read_log

ROOT = Path(__file__).parents[2]
EVERY = 1 if os.environ.get("BENCH_FULL") else 8


def measure() -> Iterator[Row]:
    """Yield the ratio of the two."""
    decisions = list({d.key.digest: d for d in read_log(ROOT).decisions if d.call.demo in demo_names()}.values())
    with tempfile.TemporaryDirectory() as folder:
        ours = run_all(Path(folder))
        theirs, executed = notebooks(decisions)
    how = f"{len(decisions)} states: {ours:.0f} s against {theirs:.0f} s ({executed} notebooks executed)"
    yield Row("all demos cold, beside one notebook per state", ours / theirs, 0.2, how)


def demo_names() -> set[str]:
    """The demos of this log."""
    return {path.stem for path in (ROOT / "demos").glob("[!_]*.py")}


def run_all(folder: Path) -> float:
    """Seconds of `studylog run --force` in a copy of the log without its records."""
    for name in ("content", "demos", "site_config.yml"):
        source = ROOT / name
        ignored = shutil.ignore_patterns("_runs", "__pycache__")
        shutil.copytree(source, folder / name, ignore=ignored) if source.is_dir() else shutil.copy(source, folder)
    command = [sys.executable, "-m", "builder", "--log", str(folder), "run", "--force", *sorted(demo_names())]
    started = time.monotonic()
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    return time.monotonic() - started


def notebooks(decisions: list[Decision]) -> tuple[float, int]:
    """Seconds of the decisions as notebooks, and how many were really executed."""
    seconds, executed = 0.0, 0
    by_demo: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_demo.setdefault(decision.call.demo, []).append(decision)
    for same in by_demo.values():
        chosen = same[::EVERY]
        started = time.monotonic()
        for decision in chosen:
            NotebookClient(notebook(decision), timeout=900, kernel_name="python3").execute(stderr=subprocess.DEVNULL)
        seconds += (time.monotonic() - started) * len(same) / len(chosen)
        executed += len(chosen)
    return seconds, executed


def notebook(decision: Decision) -> nbformat.NotebookNode:
    """One state as a notebook: set up, call, show."""
    demo = decision.call.demo
    cells = [
        f"import sys\nsys.path[:0] = [{str(ROOT / 'demos')!r}, {str(ROOT)!r}]",
        (Path(__file__).parent / "notebook_run.py").read_text(encoding="utf-8"),
        f"from demos.{demo} import {demo}\nresult = {demo}(NotebookRun({str(ROOT)!r}), **{dict(decision.params)!r})",
        "result",
    ]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
