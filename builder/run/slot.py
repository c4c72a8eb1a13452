"""A place for one run at a time: a warm worker on one device, replaced when it dies."""

from __future__ import annotations

import select
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from builder.errors import StoreError
from builder.model import Json
from builder.run.disk import read_regular
from builder.run.job import Ended, Job, Progress
from builder.run.process import START_SECONDS, Worker
from builder.run.records import MAX_BLOB_BYTES
from builder.run.secrets import hide

MAX_RUN_BYTES = 8 * MAX_BLOB_BYTES  # what all files of one run may have together


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

    def step(self) -> Iterator[Progress | Ended]:
        """Yield what the worker said; last of all how the job ended, once it did."""
        if not self.job or not self._worker:
            return
        death = self._worker.death()  # before reading: what a dead worker said last is still in the pipe
        for message in self._worker.poll():
            if message.get("event") == "progress":
                yield Progress(message["done"], message["total"], message["note"])
            elif message.get("event") == "started":
                self.deadline = time.monotonic() + self.job.spec.timeout_seconds
            else:
                self._worker.poll()
                yield self._end(message, drop=message.get("outcome") == "oom")
                return
        if death:
            yield self._end({}, f"killed({death})", f"the process ended with {death}", drop=True)
        elif time.monotonic() >= self.deadline:
            self._worker.end()
            self._worker.poll()
            message = f"took longer than {self.job.spec.timeout_seconds:g} s"
            yield self._end({}, "timeout", message, drop=True)

    def close(self) -> None:
        """End the worker."""
        self._drop()

    def _end(self, reply: Mapping[str, Json], outcome: str = "", message: str = "", *, drop: bool) -> Ended:
        """`drop`: the worker is not to be used again; the next job gets a fresh one."""
        folder, files = self._folder, {}
        try:
            files = _files(reply, folder)
        except ValueError as error:
            reply = {"event": "failed", "outcome": "raised", "message": f"its output {error}"}
        words = {name: _for_the_record(reply[name], folder) for name in ("message", "traceback") if name in reply}
        ended = Ended(
            reply={**reply, **words},
            outcome=outcome,
            message=message,
            printed=_for_the_record(self._worker.printed(), folder),
            complaints=_for_the_record(self._worker.complaints(), folder),
            files=files,
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


def wait(slots: Sequence[Slot]) -> None:
    """Sleep until a worker says something, at most a quarter of a second or until the next deadline."""
    busy = [slot for slot in slots if slot.job]
    seconds = min(0.25, *(slot.deadline - time.monotonic() for slot in busy)) if busy else 0.0
    descriptors = [descriptor for slot in busy for descriptor in slot.descriptors]
    if descriptors:
        select.select(descriptors, [], [], max(0.0, seconds))
    else:
        time.sleep(max(0.0, seconds))


def _files(reply: Mapping[str, Json], folder: Path) -> dict[str, bytes]:
    """Read the files that a reply names. Raises ValueError, in words, for what must not be recorded."""
    files: dict[str, bytes] = {}
    for file in [file for output in reply.get("outputs", ()) for file in output["files"]]:
        try:
            data = read_regular(folder, Path(file["path"]).name, limit=MAX_BLOB_BYTES)
        except StoreError as error:
            raise ValueError(f"'{file['name']}' {error.problems[0].message}") from None
        if data is None:
            raise ValueError(f"'{file['name']}' is gone")
        files[file["path"]] = data
    size = sum(len(data) for data in files.values())
    if size > MAX_RUN_BYTES:
        raise ValueError(f"has {size:,} bytes in all, more than the {MAX_RUN_BYTES:,} that are allowed")
    return files


def _for_the_record(text: str, folder: Path) -> str:
    """Hide where the scratch folder was, which differs from run to run, and every secret of this machine."""
    return hide(text).replace(str(folder), ".").replace(str(folder.parent), "~")
