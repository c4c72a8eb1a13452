"""Reading in several processes: each parses some of the files and keeps what it found, where this process finds it.

Nothing depends on them: what one of them did not keep, because it died or because the file has mistakes, is read here.
Each line on their stdin is a list of files, answered by an empty line on stdout.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from builder.config import SiteConfig
from builder.kept import Kept
from builder.kinds import KINDS, Kind
from builder.parse.earlier import Earlier, Read

FEWEST = 150  # files that take about twice as long as starting a process
BATCH = 8  # files handed over at once
_BOOT = "import sys; sys.path.append(sys.argv[1]); from builder.parse.apart import main; main()"

File = tuple[Path, Kind]
ReadFile = Callable[[Path, Kind], Read]

log = logging.getLogger(__name__)


def read_together(files: Sequence[File], config: SiteConfig, kept: Kept, read: ReadFile, jobs: int) -> dict[Path, Read]:
    """Read files in `jobs` processes, this one among them, and return what was read here."""
    waiting = deque(files[start : start + BATCH] for start in range(0, len(files), BATCH))
    here: dict[Path, Read] = {}
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(contextlib.closing(_Reader(config, kept.folder))) for _ in range(jobs - 1)]
        while waiting:
            for reader in readers:
                while waiting and reader.has_room():
                    reader.send(waiting.pop())
            for path, kind in waiting.popleft() if waiting else ():
                here[path] = read(path, kind)
        for reader in readers:
            reader.finish()
    return here


class _Reader:
    """A process that reads entries. It has a second batch at hand while it works on the first."""

    def __init__(self, config: SiteConfig, folder: Path) -> None:
        self._at_hand = 0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, str(Path(__file__).resolve().parents[2])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        os.set_blocking(self._process.stdout.fileno(), False)
        self._root = config.root
        plain = {"folder": str(folder), "root": str(config.root), "today": str(config.today)}
        self._write(json.dumps([config.model_dump_json(), plain]))

    def has_room(self) -> bool:
        """Tell whether it should have more to do."""
        with contextlib.suppress(BlockingIOError):
            self._at_hand -= len(os.read(self._process.stdout.fileno(), 1000))
        return self._at_hand < 2

    def send(self, batch: Sequence[File]) -> None:
        """Hand over files."""
        self._at_hand += 1
        self._write(json.dumps([(path.relative_to(self._root).as_posix(), kind.name) for path, kind in batch]))

    def finish(self) -> None:
        """Wait until everything is read."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        if status := self._process.wait():
            log.warning("a process that read entries ended with status %s: its share is read again", status)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _write(self, line: str) -> None:
        """Write a line; that the process is dead is noticed by `finish`."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()


def main() -> None:
    """Read what comes in on stdin until it is closed."""
    from builder.parse.reader import read_entry

    written, plain = json.loads(sys.stdin.readline())
    config = SiteConfig.model_validate({**json.loads(written), "root": plain["root"], "today": plain["today"]})
    earlier = Earlier(Kept(Path(plain["folder"])))
    for line in sys.stdin:
        for path, kind in json.loads(line):
            read_entry(config.root / path, KINDS[kind], config, earlier)
        print(flush=True)
