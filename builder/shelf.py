"""Texts that are kept in a folder, many in one file: opening a file for each would take longer than reading it.

A file begins with the record that was kept first and grows at its end; only the process that made it adds to it. Each
record is marked with a secret of this machine: one that is damaged, half-written or brought by somebody else is not
there. What is forgotten is overwritten where it stands, and once that is most of it, the rest moves to a new file.
"""

from __future__ import annotations

import contextlib
import functools
import hmac
import logging
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 16
_NAME = re.compile(r"\d{6}-[0-9a-f]{8}")  # of a file
_HEAD = re.compile(rb"([0-9a-f]{64}|-{64}) (\d{1,12}) ([!-~]+) ([ -~]*)\n")  # of a record: mark, size, name, origin
_FORGOTTEN = b"-" * 64

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Record:
    """Where a text stands: its file, the place of its mark in that, and sizes in bytes, all as its head says."""

    file: _File
    start: int
    head_bytes: int
    text_bytes: int
    made_from: str

    def text(self, name: str, made_from: str) -> bytes | None:
        """The text, if it is whole and was kept here under that name for that origin."""
        data = os.pread(self.file.descriptor, self.head_bytes + self.text_bytes, self.start)
        text = data[self.head_bytes :]
        return text if hmac.compare_digest(data[: self.head_bytes], _head(name, made_from, text)) else None

    def forget(self) -> None:
        """Overwrite the mark and the text."""
        os.pwrite(self.file.descriptor, _FORGOTTEN, self.start)
        os.pwrite(self.file.descriptor, bytes(self.text_bytes), self.start + self.head_bytes)
        self.file.wasted_bytes += self.head_bytes + self.text_bytes


class _File:
    """An open file of records; it is closed with the last record of it that somebody knows."""

    def __init__(self, path: Path, flags: int = 0) -> None:
        self.path, self.descriptor = path, os.open(path, flags | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        self.wasted_bytes = 0

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError, OSError):
            os.close(self.descriptor)

    def records(self) -> Iterator[tuple[str, _Record]]:
        """Every record by its name, up to the first place where there is none."""
        with open(self.descriptor, "rb", closefd=False) as file:
            size, start = os.fstat(self.descriptor).st_size, 0
            while start < size:
                head = _HEAD.fullmatch(file.readline(1000))
                if head is None or (end := start + len(head[0]) + int(head[2])) > size:
                    break
                name, made_from = head[3].decode(), head[4].decode()
                record = _Record(self, start, len(head[0]), int(head[2]), made_from)
                if head[1] == _FORGOTTEN:
                    self.wasted_bytes += end - start
                else:
                    yield name, record
                start = file.seek(end)
            self.wasted_bytes += size - start


class Shelf:
    """Texts of one sort by name. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: dict[str, _File] | None = None
        self._own: _File | None = None
        self._records: dict[str, _Record] = {}
        self._replaced: list[_Record] = []
        self._wanted: set[str] = set()

    @property
    def lasts(self) -> bool:
        """Whether a later process finds what is put here."""
        return self._folder is not None

    def want(self, name: str) -> None:
        """Say that a text is to stay, though nobody reads it now."""
        self._wanted.add(name)

    def get(self, name: str, made_from: str) -> str | None:
        """The text called `name`, if it is there whole and was made from this, which is a digest or two in one line."""
        self.want(name)
        if self._files is None:
            self.look()
        record = self._records.get(name)
        if record is None or record.made_from != made_from:
            return None
        text = record.text(name, made_from)
        return text.decode("utf-8", "surrogatepass") if text is not None else None

    def count(self, made_by: str) -> int:
        """How many texts there seem to be whose origin ends so."""
        if self._files is None:
            self.look()
        return sum(record.made_from.endswith(made_by) for record in self._records.values())

    def look(self) -> None:
        """Take notice of what other processes have put here."""
        self._files = self._files or {}
        if self._folder is None or not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            if _NAME.fullmatch(path.name) and path.name not in self._files:
                try:
                    file = self._files[path.name] = _File(path)
                    for name, record in file.records():
                        self._add(name, record)
                except OSError as error:
                    log.info("%s is not read: %s", path, error)

    def put(self, name: str, made_from: str, text: str) -> None:
        """Keep a text, in place of an earlier one of that name."""
        self.want(name)
        if self._folder is None:
            return
        if self._files is None:
            self.look()
        data = text.encode("utf-8", "surrogatepass")
        head = _head(name, made_from, data)
        try:
            if self._own is None or os.fstat(self._own.descriptor).st_nlink == 0:  # another process moved what is in it
                self._own = self._new_file()
            start = os.lseek(self._own.descriptor, 0, os.SEEK_END)
            if os.write(self._own.descriptor, head + data) < len(head) + len(data):
                raise OSError("the disk is full")
            self._add(name, _Record(self._own, start, len(head), len(data), made_from))
        except OSError as error:
            self._own = None  # nothing stands behind half a record
            log.info("%s is not kept: %s", name, error)

    def prune(self) -> None:
        """Forget every text that nobody wanted, asked for or gave since this shelf was made."""
        if self._folder is None:
            return
        if self._files is None:
            self.look()
        gone = [self._records.pop(name) for name in self._records.keys() - self._wanted]
        for record in (*gone, *self._replaced):
            record.forget()
        self._replaced.clear()
        wasted = sum(file.wasted_bytes for file in self._files.values())
        used = sum(record.head_bytes + record.text_bytes for record in self._records.values())
        if wasted > used or len(self._files) > MOST_FILES:
            self._move()
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if not _NAME.fullmatch(path.name) and (path.is_file() or path.is_symlink()):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _move(self) -> None:
        """Copy every record to a new file, and remove the others."""
        old, self._files, self._own = self._files, {}, None
        try:
            own = self._new_file() if self._records else None
            start = 0
            for name, record in self._records.items():
                size = record.head_bytes + record.text_bytes
                if os.write(own.descriptor, os.pread(record.file.descriptor, size, record.start)) < size:
                    raise OSError("the disk is full")
                self._records[name] = _Record(own, start, record.head_bytes, record.text_bytes, record.made_from)
                start += size
            self._own = own
        except OSError as error:
            log.info("%s stays as it is: %s", self._folder, error)
            return
        for file in old.values():
            file.path.unlink(missing_ok=True)

    def _new_file(self) -> _File:
        self._folder.mkdir(parents=True, exist_ok=True)
        last = max((int(name.partition("-")[0]) for name in self._files), default=0)
        path = self._folder / f"{last + 1:06}-{secrets.token_hex(4)}"
        file = self._files[path.name] = _File(path, os.O_CREAT | os.O_EXCL)
        return file

    def _add(self, name: str, record: _Record) -> None:
        if name in self._records:
            self._replaced.append(self._records[name])
        self._records[name] = record


def _head(name: str, made_from: str, data: bytes) -> bytes:
    """The line in front of a text: what it is, under the mark of this machine."""
    said = f"{len(data)} {name} {made_from}\n".encode()
    mark = hmac.new(machine_key().encode(), said, "sha256")
    mark.update(data)
    return f"{mark.hexdigest()} ".encode() + said


@functools.cache
def machine_key() -> str:
    """A secret of this user on this machine, made when it is first asked for: what it does not mark was not kept here.

    A stranger may commit a `.build/`, and its digests may all be right; nothing in it is believed. Where the secret
    cannot be kept it lasts as long as the process.
    """
    try:
        file = cache_folder() / "key"
        if file.is_file():
            return file.read_text(encoding="ascii")
        file.parent.mkdir(parents=True, exist_ok=True)
        mine = file.with_name(f".key.{os.getpid()}")
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_hex(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(mine, file)
        mine.unlink()
        return file.read_text(encoding="ascii")
    except (OSError, RuntimeError) as error:
        log.info("no key of this machine: %s", error)
        return secrets.token_hex(32)


def cache_folder() -> Path:
    """Where this user keeps what is not for a log to keep. Raises RuntimeError if nobody knows where home is."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "studylog"
