"""Runs on this machine: one warm worker for each device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from builder.run.device import slots
from builder.run.executors import Executor
from builder.run.job import Ended, Job, Progress
from builder.run.slot import Slot, wait


class _Crew:
    def __init__(self, address: str, root: Path, device: str, jobs: int) -> None:
        self._slots = [Slot(root=root, device=name) for name in slots(device)[:jobs]]
        self.places, self.notes = len(self._slots), ()

    def begin(self, place: int, job: Job) -> None:
        self._slots[place].begin(job)

    def wait(self) -> Iterator[tuple[int, Progress | Ended]]:
        wait(self._slots)
        for place, slot in enumerate(self._slots):
            for event in slot.step():
                yield place, event

    def close(self) -> None:
        for slot in self._slots:
            slot.close()


EXECUTOR = Executor("local", "local", _Crew)
