"""From saving an entry to the browser being told of the new page, in a log of 1,000 entries that is being served.

The baseline is half a second. What a browser then needs to load the page is not in it.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from made_log import TODAY, entry, path_of, write_log
from rows import Row, ordinary_environment

ENTRIES = 1000
EDITED = 501
TIMES = 7
GOAL_SECONDS = 0.5


def measure() -> Iterator[Row]:
    """Yield the fastest of a few saves as a part of half a second."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_log(Path(folder), ENTRIES)
        with serving(root) as address:
            seconds = [save(root, address, f"Save number {number}.") for number in range(TIMES)]
    told = ", ".join(f"{1000 * value:.0f}" for value in sorted(seconds))
    how = f"{ENTRIES} entries; {TIMES} saves took {told} ms"
    yield Row("serve: save to reload, beside half a second", min(seconds) / GOAL_SECONDS, 1, how)


@contextlib.contextmanager
def serving(root: Path) -> Iterator[str]:
    """Serve a log; gives the server's address once the site is there."""
    command = [sys.executable, "-m", "builder", "--log", str(root), "serve", "--port", "0", "--today", str(TODAY)]
    where = {"cwd": Path(__file__).parents[2], "env": ordinary_environment()}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **where) as process:
        try:
            for line in process.stderr:
                if found := re.match(r"serving (http://\S+)", line):
                    yield found[1]
                    return
            raise RuntimeError("the server did not start")
        finally:
            process.terminate()


def save(root: Path, address: str, opening: str) -> float:
    """Write an entry anew; seconds until the pages are told that it is there."""
    with urllib.request.urlopen(f"{address}_studylog/events", timeout=60) as events:
        before = next_state(events)["site"]
        started = time.monotonic()
        (root / path_of(EDITED)).write_text(entry(EDITED, opening=opening), encoding="utf-8")
        while next_state(events)["site"] == before:
            pass
        seconds = time.monotonic() - started
    day = path_of(EDITED).rpartition("/")[2][:10].replace("-", "/")
    with urllib.request.urlopen(f"{address}log/{day}/entry-{EDITED}/", timeout=60) as page:
        assert opening in page.read().decode()
    return seconds


def next_state(events) -> dict:
    """Wait for the next thing that the server says."""
    return next(json.loads(line.removeprefix(b"data: ")) for line in events if line.startswith(b"data: "))
