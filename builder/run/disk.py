"""Reading and writing the store's files: never through a link, never half, one writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from builder.errors import BuilderError, Problem, Source, StoreError, cannot_write

PATIENCE_SECONDS = 20.0
_POINTER = b"version https://git-lfs.github.com/spec/"


def damaged(path: str, message: str, hint: str = "") -> StoreError:
    """The error for a file of the store that is not what was written; `path` is relative to the log."""
    restore = f"restore it from git (git checkout -- {path}) or re-run with `studylog run --force DEMO`"
    return StoreError(Problem(Source(path), "store-damaged", message, hint or restore))


def read_regular(root: Path, path: str, *, limit: int) -> bytes | None:
    """Read a file of at most `limit` bytes; None if it does not exist.

    Raises: StoreError for links, devices, files that are too large, and git-lfs pointers.
    """
    for parent in Path(path).parents[:2]:
        if (root / parent).is_symlink():
            raise damaged(path, f"'{parent.as_posix()}' is a link")
    try:
        descriptor = os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged(path, f"cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise damaged(path, "is not a regular file")
        if status.st_size > limit:
            raise damaged(path, f"has {status.st_size:,} bytes, more than the {limit:,} that are allowed")
        data = file.read()
    if data.startswith(_POINTER):
        raise damaged(path, "is a git-lfs pointer, not the file itself", "git lfs pull")
    return data


def write_whole(root: Path, path: str, data: bytes, *, scratch: Path) -> None:
    """Write a file so that it is there whole or not at all, even if the power fails.

    Raises: BuilderError naming the file and its size if the disk refuses.
    """
    target = root / path
    temporary = scratch / f"{os.getpid()}-{time.monotonic_ns()}"
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise cannot_write(path, len(data), error) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what interrupted writers left; only the holder of the lock may call this."""
    if folder.is_dir():
        for leftover in folder.iterdir():
            leftover.unlink(missing_ok=True)
        folder.rmdir()


@contextlib.contextmanager
def lock(
    file: Path, *, doing: str = "writing the store of recorded runs", patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[None]:
    """Hold the one lock of those who are `doing` this; the system releases it when a process ends, however it ends.

    Raises: BuilderError naming the process that holds it, after waiting `patience_seconds`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as handle:
        deadline = time.monotonic() + patience_seconds
        while not _try_lock(handle.fileno()):
            if time.monotonic() > deadline:
                handle.seek(0)
                message = f"process {handle.read().strip() or 'unknown'} is {doing}"
                raise BuilderError(Problem(Source(file.name), "locked", message, "wait until it is done"))
            time.sleep(0.05)
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
