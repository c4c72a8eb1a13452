"""Files that a process looks at again and again: one is read again only if it may have changed since this process read it.

Contents are truth, and a file is known by reading it. But whoever has read one can tell that nobody has written to it
since: every write sets the time at which its status changed, which no program can set to another, and a file that took
its place has another number. Only writes within one tick of the clock leave the same time; so a file that changed just
before it was looked at is read the next time as well (git's index goes by the same rule). Nothing of this is written
down: another process reads.
"""

from __future__ import annotations

import hashlib
import os
import time
from stat import S_ISREG

TICK_NS = 2_000_000_000  # no file system's clock ticks more slowly

Stamp = tuple[int, int, int, int, int]


def stamp_of(status: os.stat_result) -> Stamp | None:
    """What tells a file from all that it may become; None while a write could leave it the same.

    To be taken before the file is read: a write between the two then shows in the next one.
    """
    if status.st_ctime_ns + TICK_NS > time.time_ns():
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


class Seen:
    """The digests of files that this process has read."""

    def __init__(self) -> None:
        self._digests: dict[str, tuple[Stamp | None, str]] = {}

    def digest(self, path: str) -> str:
        """The sha256 of a file, in hex; empty if there is none, or something else in its place."""
        try:
            status = os.lstat(path)
            if not S_ISREG(status.st_mode):
                return ""
            stamp = stamp_of(status)
            known, digest = self._digests.get(path, (None, ""))
            if stamp is None or stamp != known:
                with open(path, "rb", buffering=0) as file:
                    digest = hashlib.sha256(file.read()).hexdigest()
                self._digests[path] = stamp, digest
        except OSError:
            return ""
        return digest
