"""Commands that are killed at random moments, for a minute: nothing recorded is lost, and the site is that of a clean build.

`make chaos`, or `python tests/faults/chaos.py SECONDS SEED`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from counting_log import FILES, tree
from studylog_process import PACKAGE, PYTHON, studylog

from builder.run.store import Store

COMMANDS = (
    ("build",),
    ("build", "--run", "never"),
    ("build", "--clean"),
    ("run",),
    ("run", "--force"),
    ("check",),
    ("store", "gc"),
)


def chaos(root: Path, *, seconds: float, seed: int) -> Counter[str]:
    """Edit, start a command and kill it, until the time is over; return how often each was killed and finished.

    Raises AssertionError if a kill loses a record, leaves half of one, or takes the site away.
    """
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    took = 3.0  # how long a command takes here; kills fall anywhere in that time
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _edit(root, chance)
        command = chance.choice(COMMANDS)
        before = set(Store(root).keys())
        began = time.monotonic()
        if _killed(root, command, after=chance.uniform(0, took * 1.1), everything=chance.random() < 0.5):
            counts[f"{' '.join(command)} killed"] += 1
        else:
            counts[f"{' '.join(command)} finished"] += 1
            took = 0.5 * took + 0.5 * (time.monotonic() - began)
        assert Store(root).fsck() == (), f"{command} left damage behind"
        lost = before - set(Store(root).keys())
        assert not lost or command == ("store", "gc"), f"{command} lost {lost}"
    return counts


def _edit(root: Path, chance: random.Random) -> None:
    """Change what is to be run, and what is only said."""
    entry = root / "content/log/2024-01-01-first.md"
    times, word = chance.randint(1, 4), chance.choice(["go", "on"])
    text = FILES["content/log/2024-01-01-first.md"].replace("times: 4", f"times: {times}\nword: {word}")
    entry.write_text(text.replace("Some prose", chance.choice(["Some prose", "Other prose"])), encoding="utf-8")


def _killed(root: Path, command: tuple[str, ...], *, after: float, everything: bool) -> bool:
    """Kill a command after some seconds, itself or with all that it started; False if it was done before."""
    process = subprocess.Popen(
        [*PYTHON, "--log", str(root), *command],
        env={**os.environ, "PYTHONPATH": PACKAGE},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        if everything:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    return False


def settle(root: Path) -> None:
    """Build what is left; it must be what a clean build of the same log is, and the store must be whole."""
    assert studylog(root, "store", "fsck").returncode == 0
    built = studylog(root, "build")
    assert built.returncode == 0, built.stderr
    clean = root.with_name("clean")
    shutil.copytree(root, clean, ignore=shutil.ignore_patterns(".build", "site", ".site.*"))
    built = studylog(clean, "build", "--run", "never", "--strict")
    assert built.returncode == 0, built.stderr
    assert tree(root / "site") == tree(clean / "site")


def main(arguments: list[str]) -> None:
    """Make a log, do harm to it, and look at what is left."""
    seconds = float(arguments[0]) if arguments else 60.0
    seed = int(arguments[1]) if arguments[1:] else random.randrange(10**6)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "log"
        for name, text in {"site_config.yml": "title: Chaos\n", **FILES}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        print(f"chaos for {seconds:g} s, seed {seed}", flush=True)
        for what, count in sorted(chaos(root, seconds=seconds, seed=seed).items()):
            print(f"{count:4} {what}")
        settle(root)
    print("nothing was lost; the site is that of a clean build")


if __name__ == "__main__":
    main(sys.argv[1:])
