"""Work that other processes share with this one. Nothing depends on them: what one of them did not do is done here.

A helper runs `helper(setup)` of a module, which gives it a function to call with every item. Each line on its stdin is a
list of items, answered by an empty line on stdout.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

BATCH = 8  # items handed over at once
_BOOT = "import sys; sys.path.append(sys.argv[1]); from builder.apart import help_out; help_out(sys.argv[2])"

Item = TypeVar("Item")

log = logging.getLogger(__name__)


def share(
    items: Sequence[Item],
    here: Callable[[Item], object],
    *,
    helpers: int,
    module: str,
    setup: Any,
    write: Callable[[Item], Any],
) -> None:
    """Have every item done by `here(item)` or by one of the helpers, which are told `write(item)`, as JSON."""
    waiting = deque(items[start : start + BATCH] for start in range(0, len(items), BATCH))
    with contextlib.ExitStack() as stack:
        others = [stack.enter_context(contextlib.closing(_Helper(module, setup))) for _ in range(helpers)]
        while waiting:
            for other in others:
                while waiting and other.has_room():
                    other.send([write(item) for item in waiting.pop()])
            for item in waiting.popleft() if waiting else ():
                here(item)
        for other in others:
            other.finish()


class _Helper:
    """A process that helps. It has a second batch at hand while it works on the first."""

    def __init__(self, module: str, setup: Any) -> None:
        self._at_hand, self._module = 0, module
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, str(Path(__file__).resolve().parents[1]), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        os.set_blocking(self._process.stdout.fileno(), False)
        self._write(setup)

    def has_room(self) -> bool:
        """Tell whether it should have more to do."""
        with contextlib.suppress(BlockingIOError):
            self._at_hand -= len(os.read(self._process.stdout.fileno(), 1000))
        return self._at_hand < 2

    def send(self, batch: list[Any]) -> None:
        """Hand over items."""
        self._at_hand += 1
        self._write(batch)

    def finish(self) -> None:
        """Wait until everything is done."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        if status := self._process.wait():
            log.warning("a process of %s ended with status %s: its share is done again", self._module, status)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _write(self, value: Any) -> None:
        """Write a line; that the process is dead is noticed by `finish`."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(value).encode() + b"\n")
            self._process.stdin.flush()


def help_out(module: str) -> None:
    """Do what comes in on stdin until it is closed."""
    do = importlib.import_module(module).helper(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        for item in json.loads(line):
            do(item)
        print(flush=True)
