"""Processes that a demo started and that left the worker's process group: found by the HOME that they inherited."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

_ROUNDS = 20  # each may find what was forked during the one before


def end_strays(home: str) -> None:
    """Kill every other process whose HOME is a worker's scratch folder. Where there is no /proc, do nothing."""
    for _ in range(_ROUNDS):
        found = [process for process in _with_home(home) if process != os.getpid()]
        if not found:
            return
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)


def _with_home(home: str) -> Iterator[int]:
    mark = f"HOME={home}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name)
