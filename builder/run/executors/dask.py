"""Runs on the workers of a `dask.distributed` cluster, each in a process of its own there.

The cluster decides who takes over from a worker that died, and how often (`distributed.scheduler.allowed-failures`).
What came back is recorded here and never asked for again.
"""

from __future__ import annotations

import itertools
import json
import logging
import queue
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from builder.errors import ConfigError, Problem, RemoteError, Source
from builder.run.away import Answer, dismiss, greet, introduce, order, perform
from builder.run.executors import Executor
from builder.run.job import Ended, Job, Progress

FORM = "dask://HOST:PORT"
CONNECT_SECONDS = 15.0
WORKERLESS_SECONDS = 60.0  # how long to wait for new workers after the last has died
_TICK_SECONDS = 0.25
_LOOK_SECONDS = 5.0
_PROGRESS_SECONDS = 1.0


class _Crew:
    def __init__(self, address: str, root: Path, device: str, jobs: int) -> None:
        self._address, self._root, self._device = address, root, device
        self._dask = _library()
        self._client = self._connect()
        self._session = f"studylog-{uuid.uuid4().hex}"
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._futures: dict[int, Any] = {}
        self._began: dict[int, float] = {}
        self._seen = self._looked = time.monotonic()
        try:
            seats, self.notes = self._greet()
            self._seats = list(itertools.islice(seats, jobs))
        except BaseException:
            self._client.close()
            raise
        self.places = len(self._seats)
        self._client.subscribe_topic(self._session, self._hear)

    def begin(self, place: int, job: Job) -> None:
        worker, seat = self._seats[place]
        text = order(job, root=self._root, device=self._device, session=self._session, seat=seat)
        name = f"{job.spec.name}-{uuid.uuid4().hex}"
        self._began[place] = time.time()
        future = self._client.submit(
            _work, text, self._session, key=name, workers=[worker], allow_other_workers=True, pure=False
        )
        self._futures[place] = future
        future.add_done_callback(lambda done: threading.Thread(target=self._gather, args=[done], daemon=True).start())

    def wait(self) -> Iterator[tuple[int, Progress | Ended]]:
        try:
            task, event = self._events.get(timeout=_TICK_SECONDS)
        except queue.Empty:
            self._look()
            return
        for place in [place for place, future in self._futures.items() if future.key == task]:
            if isinstance(event, Progress):
                yield place, event
            else:
                ended = self._ended(place, event)
                del self._futures[place]
                yield place, ended

    def close(self) -> None:
        if self._client.status == "running":
            self._client.cancel(list(self._futures.values()))
            self._client.run(dismiss, self._session, on_error="ignore")
        self._client.close()

    def _connect(self) -> Any:
        host = self._address.partition("://")[2]
        if not host.rpartition(":")[2].isdigit():
            raise _refused(self._address, "is no address of a scheduler", f"write it like {FORM}; dask prints it")
        try:
            return self._dask.Client(f"tcp://{host}", timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise _refused(self._address, f"no scheduler answers: {error}", "dask scheduler --port 8786") from None

    def _greet(self) -> tuple[Iterator[tuple[str, int]], tuple[str, ...]]:
        """The places of all workers, one of each worker first; and which workers are left out, and why."""
        answers = self._client.run(greet, introduce(self._root, self._device), on_error="return")
        threads = {name: facts["nthreads"] for name, facts in self._client.scheduler_info()["workers"].items()}
        counts, faults = {}, []
        for worker, answer in sorted(answers.items()):
            count, fault = (0, f"cannot run studylog: {answer}") if isinstance(answer, Exception) else answer
            counts[worker] = min(count, threads.get(worker, 1))
            faults += [f"worker {worker} is left out: it {fault}"] if fault else []
        if not any(counts.values()):
            problem = "; ".join(faults) or "the cluster has no workers"
            raise _refused(self._address, problem, f"dask worker {self._address.partition('://')[2]}")
        most = max(counts.values())
        return ((name, seat) for seat in range(most) for name, count in counts.items() if seat < count), tuple(faults)

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        told = event[1]
        self._events.put((told["task"], Progress(told["done"], told["total"], told["note"])))

    def _gather(self, future: Any) -> None:
        """Fetch an answer. If its machine died meanwhile, this waits for the run that is made again."""
        try:
            self._events.put((future.key, future.result()))
        except Exception as error:
            self._events.put((future.key, error))

    def _ended(self, place: int, answer: Answer | Exception) -> Ended:
        """What came back from a place. Raises RemoteError if the cluster is gone."""
        if isinstance(answer, self._dask.scheduler.KilledWorker):
            return self._lost(place, f"every machine that took it died, the last was {answer.last_worker.address}")
        if isinstance(answer, Exception):
            if self._futures[place].status == "cancelled" or self._client.status != "running":
                raise self._gone(str(answer))
            return self._lost(place, f"{type(answer).__name__}: {answer}")
        text, files = answer
        said = json.loads(text)
        return Ended(**said["ended"], files=files) if "ended" in said else self._lost(place, said["refused"], "refused")

    def _lost(self, place: int, message: str, outcome: str = "lost") -> Ended:
        """A run that was not made, for a reason that lies with the cluster."""
        began = self._began[place]
        seconds = time.time() - began
        return Ended(reply={}, outcome=outcome, message=message, seconds=seconds, started_at=began, to_keep=False)

    def _look(self) -> None:
        """Now and then, see whether there are workers. Raises RemoteError if there have been none for long."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            if self._client.scheduler_info().get("workers"):
                self._seen = now
            elif now - self._seen > WORKERLESS_SECONDS:
                raise self._gone("no workers")

    def _gone(self, why: str) -> RemoteError:
        message, hint = f"the cluster is gone: {why}", "what was recorded stays; run again for the rest"
        return RemoteError(Problem(Source(self._address), "executor", message, hint))


def _work(text: str, session: str) -> Answer:
    """What a worker of the cluster executes: an order, while its answer is wanted."""
    from distributed import get_worker

    worker = get_worker()
    task, told = worker.get_current_task(), 0.0

    def tell(progress: Progress) -> None:
        nonlocal told
        if time.monotonic() - told >= _PROGRESS_SECONDS:
            told = time.monotonic()
            facts = {"done": progress.done, "total": progress.total, "note": progress.note}
            worker.log_event(session, {"task": task, **facts})

    def is_wanted() -> bool:
        known = worker.state.tasks.get(task)
        return known is not None and known.state in ("executing", "long-running")

    return perform(text, tell, is_wanted)


def _library() -> Any:
    try:
        import distributed
        import distributed.scheduler
    except ImportError:
        raise _refused("dask", "dask.distributed is not installed", "pip install 'studylog[dask]'") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is said by the runner
    return distributed


def _refused(address: str, message: str, hint: str) -> ConfigError:
    return ConfigError(Problem(Source(address), "executor", message, hint))


EXECUTOR = Executor("dask", FORM, _Crew)
