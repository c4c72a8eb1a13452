"""A place for one run at a time: a warm worker on one device, replaced when it dies."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.model import Decision, Json
from builder.run.process import START_SECONDS, Worker
from builder.run.result import Job

Progress = Callable[[Decision, int, int, str], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended. `reply` is the worker's last word; without one, `outcome` says what became of the worker."""

    job: Job
    reply: Mapping[str, Json]
    outcome: str
    message: str
    printed: str
    complaints: str
    folder: Path
    seconds: float
    started_at: float  # of the clock on the wall


class Slot:
    """A device and its worker; the worker starts with the first job."""

    def __init__(self, *, root: Path, device: str) -> None:
        self.job: Job | None = None
        self.deadline = 0.0
        self._root, self._device = root, device
        self._worker: Worker | None = None
        self._folder: Path | None = None
        self._began = self._began_at = 0.0

    @property
    def descriptors(self) -> Collection[int]:
        """What to wait for in `select`."""
        return self._worker.descriptors if self._worker else ()

    def begin(self, job: Job) -> None:
        """Start a job, in a fresh worker if there is none alive."""
        if self._worker is None or self._worker.death():
            self._drop()
            self._worker = Worker(root=self._root, device=self._device)
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self.job, self._began, self._began_at = job, time.monotonic(), time.time()
        self._folder = self._worker.scratch / f"run-{time.monotonic_ns()}"
        self._folder.mkdir()
        self.deadline = self._began + START_SECONDS
        self._worker.send(job.message(self._folder))

    def step(self, progress: Progress) -> Ended | None:
        """Take in what the worker said; return how the job ended, once it did."""
        if not self.job or not self._worker:
            return None
        death = self._worker.death()  # before reading: what a dead worker said last is still in the pipe
        for message in self._worker.poll():
            if message.get("event") == "progress":
                progress(self.job.decision, message["done"], message["total"], message["note"])
            elif message.get("event") == "started":
                self.deadline = time.monotonic() + self.job.spec.timeout_seconds
            else:
                self._worker.poll()
                return self._end(message, drop=message.get("outcome") == "oom")
        if death:
            return self._end({}, f"killed({death})", f"the process ended with {death}", drop=True)
        if time.monotonic() >= self.deadline:
            self._worker.end()
            self._worker.poll()
            message = f"took longer than {self.job.spec.timeout_seconds:g} s"
            return self._end({}, "timeout", message, drop=True)
        return None

    def close(self) -> None:
        """End the worker."""
        self._drop()

    def _end(self, reply: Mapping[str, Json], outcome: str = "", message: str = "", *, drop: bool) -> Ended:
        """`drop`: the worker is not to be used again; the next job gets a fresh one."""
        ended = Ended(
            job=self.job,
            reply=reply,
            outcome=outcome,
            message=message,
            printed=self._worker.printed(),
            complaints=self._worker.complaints(),
            folder=self._folder,
            seconds=time.monotonic() - self._began,
            started_at=self._began_at,
        )
        if drop:
            self._worker.end()
        self.job = None
        return ended

    def _drop(self) -> None:
        if self._worker:
            self._worker.close()
        self._worker = None
        self._folder = None
