"""Reading, linking and making pages in logs of 1,000 and 10,000 entries, and planning with 500 recorded runs.

No engine and no demo is in it. Each part runs in a process of its own; seconds are of the processor.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from made_log import TODAY, write_log
from made_runs import write_runs
from rows import Row, ordinary_environment

SMALL, LARGE, RUNS = 1_000, 10_000, 500
GOAL_SECONDS = 0.5
HERE = Path(__file__).parent


def measure() -> Iterator[Row]:
    """Yield how the cost of an entry grows with the log, what a second reading costs, and what planning costs."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = write_log(Path(folder) / "small", SMALL), write_log(Path(folder) / "large", LARGE)
        first, again, first_large = apart("pages", small), apart("pages", small), apart("pages", large)
        each, each_large = first / SMALL, first_large / LARGE
        how = f"{1000 * each:.1f} ms each of {SMALL:,}, {1000 * each_large:.1f} ms each of {LARGE:,}"
        yield Row(
            "read, link and make pages: cost of an entry in a log ten times as long", each_large / each, 1.15, how
        )
        how = f"{SMALL:,} entries: {again:.2f} s against {first:.2f} s"
        yield Row("read, link and make pages: nothing changed, beside the first time", again / first, 0.15, how)
        write_runs(small, RUNS)
        planned = min(apart("plan", small) for _ in range(3))
        how = f"{RUNS} runs: {1000 * planned:.0f} ms"
        yield Row("plan and verify recorded runs, beside half a second", planned / GOAL_SECONDS, 1, how)


def apart(part: str, root: Path) -> float:
    """Measure a part in a process of its own."""
    command = [sys.executable, __file__, part, str(root)]
    where = {"cwd": HERE.parents[1], "env": ordinary_environment()}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, **where)
    return json.loads(done.stdout)


def pages(root: Path) -> float:
    """Seconds of everything up to the pages, by one process."""
    from builder.pages import make_pages
    from builder.pipeline import read_log, site_of

    started = time.process_time()
    make_pages(site_of(read_log(root, policy="never", today=TODAY, jobs=1)))
    return time.process_time() - started


def plan(root: Path) -> float:
    """Seconds of deciding about every run and of verifying every recorded file."""
    from builder import pipeline
    from builder.run.store import Store

    log = pipeline.read_log(root, policy="never", today=TODAY)
    started = time.process_time()
    store, models = Store(log.config.root), pipeline.Models(log.config.root, log.config.models)
    decisions, _ = pipeline.plan(log.library.calls, log.runnable, store, models=models, policy="auto")
    assert not store.verify() and decisions and all(decision.action == "reuse" for decision in decisions)
    return time.process_time() - started


if __name__ == "__main__":
    print(json.dumps({"pages": pages, "plan": plan}[sys.argv[1]](Path(sys.argv[2]))))
