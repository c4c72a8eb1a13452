"""Recorded runs between this log and a store that several machines share.

Everything that arrives is verified before it is stored. A run that is here, or there, is left as it is.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath
from typing import TypeVar

from builder.errors import BuilderError, Problem, StoreError
from builder.model import Decision, RunRecord
from builder.report import Reporter
from builder.run.records import MAX_BLOB_BYTES, MAX_RECORD_BYTES, blob_path, from_text, record_path, to_text
from builder.run.remotes import Remote, cannot, open_remote, remote_damage
from builder.run.store import Store

READ_THROUGH_SECONDS = 60.0
_AT_ONCE = 4
Item, T = TypeVar("Item"), TypeVar("T")
Fetched = tuple[RunRecord, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of the runs of a log: sent, mended, or left because they were there."""

    sent: int
    mended: int
    there: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """The keys of runs that were fetched, how many were not there, and what was wrong."""

    keys: tuple[str, ...]
    absent: int
    problems: tuple[Problem, ...]


def push(store: Store, remote: Remote) -> Pushed:
    """Send every recorded run that is not there yet, each file before the record that names it.

    What an interrupted push left in part is written again. Raises StoreError, sending nothing, if anything here is
    damaged; RemoteError.
    """
    records, damage = store.records()
    if damage:
        raise StoreError(*damage)
    there = remote.sizes()
    done = [became for _, became in _side_by_side(lambda record: _send(record, store, remote, there), records)]
    return Pushed(*(done.count(became) for became in ("sent", "mended", "there")))


def pull(store: Store, remote: Remote, keys: Iterable[str], *, seconds: float = float("inf")) -> Pulled:
    """Fetch the runs with these keys that are not recorded here. What is damaged there, or missing, stays out.

    seconds: how long to go on; what is not fetched by then is a problem. Raises nothing: the problems are returned.
    """
    deadline = time.monotonic() + seconds
    wanted = sorted(set(keys) - set(store.keys()))
    added: list[str] = []
    problems: list[Problem] = []
    absent = 0
    try:
        for key, fetched in _side_by_side(lambda key: _fetch(key, store, remote), wanted):
            if isinstance(fetched, StoreError):
                problems += fetched.problems
            elif fetched is None:
                absent += 1
            else:
                added += [key] if _store(store, *fetched) else []
            if time.monotonic() > deadline:
                raise cannot(remote.url, f"takes longer than {seconds:g} s", "studylog store pull")
    except BuilderError as error:
        problems += error.problems
    return Pulled(tuple(added), absent, tuple(problems))


def keys_there(remote: Remote) -> tuple[str, ...]:
    """The keys of all runs in a shared store. Raises RemoteError."""
    return tuple(PurePosixPath(path).stem for path in remote.sizes() if path.startswith("records/"))


def read_through(
    decisions: Sequence[Decision], store: Store, url: str, reporter: Reporter
) -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
    """Take over from a shared store what would have to be run or be missing; return the decisions as they are then.

    Whatever is wrong there is a warning: the log goes on without it.
    """
    wanted = {d.key.digest for d in decisions if d.record is None and d.action != "reuse"}
    if not url or not wanted:
        return tuple(decisions), ()
    pulled = pull(store, open_remote(url), wanted, seconds=READ_THROUGH_SECONDS)
    if pulled.keys:
        reporter.said(f"{len(pulled.keys)} of {len(wanted)} missing runs fetched from {url}")
    records = {key: store.get(key) for key in pulled.keys}
    found = tuple(
        replace(d, action="reuse", reasons=(), record=records[d.key.digest], previous=None, failure=None)
        if d.key.digest in records
        else d
        for d in decisions
    )
    return found, tuple(replace(problem, severity="warning") for problem in pulled.problems)


def _send(record: RunRecord, store: Store, remote: Remote, there: Mapping[str, int]) -> str:
    """Write a run to a shared store and say what became of it."""
    data, path = to_text(record).encode(), record_path(record.key.digest)
    if path in there and there[path] != len(data) and _is_whole(remote, record.key.digest):
        return "there"  # another result of the same run
    lacking = [artifact for artifact in record.artifacts if there.get(blob_path(artifact.sha256)) != artifact.size]
    for artifact in lacking:
        blob = blob_path(artifact.sha256)
        remote.add(blob, store.read_blob(artifact), replace=blob in there)
    if path in there and there[path] == len(data):
        return "mended" if lacking else "there"
    remote.add(path, data, replace=path in there)
    return "mended" if path in there else "sent"


def _fetch(key: str, store: Store, remote: Remote) -> Fetched | StoreError | None:
    """Read a run from a shared store, verified; None if it is not there, the error if it is not what was written."""
    path = record_path(key)
    data = remote.read(path, limit=MAX_RECORD_BYTES)
    if data is None:
        return None
    try:
        record = _verified(key, path, data, remote)
        blobs = {artifact.sha256: _blob(artifact.sha256, artifact.size, remote) for artifact in record.artifacts}
    except StoreError as error:
        return error
    return record, blobs


def _verified(key: str, path: str, data: bytes, remote: Remote) -> RunRecord:
    try:
        record = from_text(data.decode("utf-8"))
    except ValueError as error:
        raise remote_damage(remote.url, path, str(error)) from None
    if record.key.digest != key:
        raise remote_damage(remote.url, path, f"holds the record of another run, {record.key.digest[:16]}")
    return record


def _blob(sha256: str, size: int, remote: Remote) -> bytes:
    path = blob_path(sha256)
    data = remote.read(path, limit=MAX_BLOB_BYTES)
    if data is None:
        raise remote_damage(remote.url, path, "is missing, though a record names it")
    if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
        raise remote_damage(remote.url, path, "has other bytes than were recorded")
    return data


def _is_whole(remote: Remote, key: str) -> bool:
    data = remote.read(record_path(key), limit=MAX_RECORD_BYTES)
    try:
        return data is not None and from_text(data.decode("utf-8")).key.digest == key
    except ValueError:
        return False


def _store(store: Store, record: RunRecord, blobs: Mapping[str, bytes]) -> bool:
    """Record a run, unless it was recorded here in the meantime."""
    with store.writing():
        if store.get(record.key.digest) is not None:
            return False
        store.put(record, blobs)
        return True


def _side_by_side(function: Callable[[Item], T], items: Iterable[Item]) -> Iterator[tuple[Item, T]]:
    """Yield each item with what the function makes of it, a few at a time; after an error nothing more is begun."""
    pool, left = ThreadPoolExecutor(_AT_ONCE), iter(items)
    try:
        begun = deque((item, pool.submit(function, item)) for item in islice(left, 2 * _AT_ONCE))
        while begun:
            item, future = begun.popleft()
            yield item, future.result()
            begun.extend((item, pool.submit(function, item)) for item in islice(left, 1))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
