"""The process that demos run in: one job at a time, as JSON lines over two descriptors of its own.

Whatever a demo prints goes elsewhere, and whatever it does to its process, the process that started this one only
loses a worker. Started by builder.run.process; ends when that process does.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import queue
import resource
import signal
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.model import Json
from builder.outputs import OUTPUTS
from builder.run import device as devices
from builder.run.guard import Guard
from builder.run.live import LiveRun, Workbench
from builder.run.sources import import_from_text
from builder.run.strays import end_strays


def main(jobs: int, replies: int, wanted_device: str, root: str) -> None:
    """Work until there are no more jobs. `jobs` and `replies` are descriptors, `root` the log."""
    for descriptor in (jobs, replies):
        os.set_inheritable(descriptor, False)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    faulthandler.enable()
    import_from_text(Path(root) / "demos")
    waiting: queue.SimpleQueue[Json] = queue.SimpleQueue()
    threading.Thread(target=_read_jobs, args=(jobs, waiting, os.environ["HOME"]), daemon=True).start()
    worker = _Worker(Path(root), wanted_device, _sender(replies))
    while True:
        worker.perform(waiting.get())


def _read_jobs(descriptor: int, waiting: queue.SimpleQueue[Json], home: str) -> None:
    """Queue the jobs; when the parent is gone, end this process and all that its demos started."""
    with os.fdopen(descriptor, encoding="utf-8") as lines:
        for line in lines:
            waiting.put(json.loads(line))
    end_strays(home)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _sender(descriptor: int) -> Callable[[Json], None]:
    lock = threading.Lock()

    def send(message: Json) -> None:
        data = memoryview((json.dumps(message, allow_nan=False) + "\n").encode())
        with lock:
            while data:
                data = data[os.write(descriptor, data) :]

    return send


class _Worker:
    def __init__(self, root: Path, wanted_device: str, send: Callable[[Json], None]) -> None:
        self._root, self._wanted_device, self._send = root, wanted_device, send
        self._bench = Workbench(wanted_device)
        self._guard = Guard(root)
        self._guard.install()
        self._functions: dict[str, Callable[..., Any]] = {}
        self._streams = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
        self._environment = dict(os.environ)

    def perform(self, job: Mapping[str, Json]) -> None:
        """Run a job and reply with its result, whatever happens in it."""
        if not job["cells"]:  # the kernel of a notebook has to start first
            self._send({"event": "started"})
        self._tidy(job["scratch"])
        if job["models"]:
            self._bench.keep(job["models"].values())
        run = LiveRun(job, self._bench, self._send)
        files = [Path(path) for path in [*job["models"].values(), *job["inputs"].values()]]
        self._guard.allow(files, scratch=[Path(os.environ["HOME"]), Path(job["scratch"])])
        started = time.perf_counter()
        self._guard.active = not job["cells"]  # a notebook's own process has a guard of its own
        try:
            reply = self._notebook(job, run) if job["cells"] else self._result(job, run)
        except BaseException as error:  # a demo may raise anything, SystemExit and KeyboardInterrupt included
            reply = self._failure(error)
        finally:
            self._guard.active = False
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(ValueError, OSError):  # a demo may have closed them
                    stream.flush()
        if reply["event"] == "done" and self._guard.attempts:
            error, line = self._guard.attempts[0]
            reply = {**self._failure(error), "traceback": line}
        self._send({"seconds": round(time.perf_counter() - started, 3), **reply})

    def _tidy(self, scratch: str) -> None:
        """Undo what an earlier demo may have done to the process."""
        for descriptor, kept in self._streams.items():
            os.dup2(kept, descriptor)
        sys.stdout, sys.stderr = (
            open(descriptor, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
            for descriptor in self._streams
        )
        os.environ.clear()
        os.environ.update(self._environment)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.chdir(scratch)

    def _result(self, job: Mapping[str, Json], run: LiveRun) -> Json:
        function = self._function(job["demo"])
        devices.seed()
        devices.reset_peak(self._bench.device)
        started = time.perf_counter()
        result = function(run, **job["params"])
        seconds = time.perf_counter() - started
        outputs = encode(result, job["outputs"], Path(job["scratch"]))
        return {
            "event": "done",
            "outputs": outputs,
            "metrics": run.metrics,
            "parameters": run.parameters,
            "device": devices.describe(self._bench.device),
            "fallback": self._bench.fallback,
            "versions": devices.versions(),
            "seconds": round(seconds, 3),
            "peak_bytes": devices.peak_bytes(self._bench.device),
        }

    def _notebook(self, job: Mapping[str, Json], run: LiveRun) -> Json:
        from builder.run.cells import CellFailed, execute_cells

        def started() -> None:
            self._send({"event": "started"})

        try:
            value, report = execute_cells(
                job, root=self._root, device=self._wanted_device, started=started, progress=run.progress
            )
        except CellFailed as failed:
            told = {"outcome": failed.outcome, "message": str(failed), "traceback": failed.traceback}
            return {"event": "failed", **told}
        outputs = encode(value, job["outputs"], Path(job["scratch"]))
        return {"event": "done", "outputs": outputs, **report}

    def _function(self, name: str) -> Callable[..., Any]:
        """Import a demo from its text, so that no stale bytecode can stand in for it."""
        if name not in self._functions:
            path = self._root / "demos" / f"{name}.py"
            module = types.ModuleType(f"demos.{name}")
            module.__file__ = str(path)
            sys.modules[module.__name__] = module
            exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
            self._functions[name] = getattr(module, name)
        return self._functions[name]

    def _failure(self, error: BaseException) -> Json:
        message = str(error).strip()
        if isinstance(error, BuilderError):
            message = "; ".join(f"{p.message} ({p.hint})" if p.hint else p.message for p in error.problems)
        message = f"{type(error).__name__}: {message}" if message else type(error).__name__
        outcome = "raised"
        if devices.is_out_of_memory(error):
            outcome = "oom"
            device = self._bench.device
            message += f" (peak {devices.peak_bytes(device):,} of {devices.total_bytes(device):,} bytes)"
        return {"event": "failed", "outcome": outcome, "message": message, "traceback": self._frames(error)}

    def _frames(self, error: BaseException) -> str:
        """The traceback, cut to the lines of the demo and its helpers."""
        folder = f"{self._root / 'demos'}{os.sep}"
        lines = []
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith(folder):
                place = f"demos/{Path(frame.filename).relative_to(folder).as_posix()}:{frame.lineno}"
                lines.append(f"{place}, in {frame.name}\n  {frame.line}")
        return "\n".join(lines)


def encode(result: Any, declared: Sequence[str], folder: Path) -> list[Json]:
    """Write what a demo returned as files in a folder; return their names, types and descriptions.

    Raises: TypeError, in words, if it is not what the demo's signature declares.
    """
    values = result if isinstance(result, tuple) else (result,)
    types_ = {output.type.__name__: output for output in OUTPUTS.values()}
    found = [type(value).__name__ for value in values]
    if found != list(declared):
        raise TypeError(f"returned {', '.join(found)}, not {', '.join(declared)} as its signature says")
    encoded = []
    for number, value in enumerate(values):
        output = types_[declared[number]]
        form = output.encode(value)
        files = []
        for index, file in enumerate(form.files):
            path = folder / f"output-{number}-{index}"
            path.write_bytes(file.data)
            files.append({"name": file.name, "media_type": file.media_type, "path": path.name})
        encoded.append({"kind": output.name, "alt": form.alt, "files": files})
    return encoded
