"""The store of recorded runs: `demos/_runs/records/<kk>/<key>.json` and `demos/_runs/blobs/<hh>/<sha256>`.

Everything is verified at every read. Damage is an error that names the file, never a quiet miss. Blobs are written
before the record that names them, so a record that is there is complete.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from builder.errors import Problem, Source, StoreError, in_order
from builder.model import Artifact, RunRecord
from builder.run.disk import damaged, lock, read_regular, sweep, write_whole
from builder.run.records import (
    MAX_BLOB_BYTES,
    MAX_RECORD_BYTES,
    artifact_faults,
    blob_path,
    from_text,
    is_digest,
    is_intact,
    record_path,
    to_text,
)

QUARANTINE = ".build/quarantine"  # damaged files that a new run replaced
_FOLDER = "demos/_runs"


class Store:
    """The recorded runs of the log at `root`. Reading needs no lock; writers take it in turn."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held = False

    def get(self, key: str) -> RunRecord | None:
        """Return the record of a key, or None. Raises StoreError if it is damaged."""
        path = _record_path(key)
        data = read_regular(self.root, path, limit=MAX_RECORD_BYTES)
        if data is None:
            return None
        try:
            record = from_text(data.decode("utf-8"))
        except ValueError as error:
            raise damaged(path, str(error)) from None
        if record.key.digest != key:
            raise damaged(path, f"holds the record of another run, {record.key.digest[:16]}")
        return record

    def put(self, record: RunRecord, blobs: Mapping[str, bytes]) -> None:
        """Record a run; `blobs` holds the bytes of its artifacts by sha256. A record of the same key is replaced.

        Raises: ValueError if the record is not allowed or a blob is missing; BuilderError if it cannot be written.
        """
        text = to_text(record)
        from_text(text)
        if len(text.encode()) > MAX_RECORD_BYTES:
            raise ValueError(f"is larger than {MAX_RECORD_BYTES:,} bytes")
        with self.writing():
            for artifact in record.artifacts:
                self._put_blob(artifact, blobs)
            self._set_aside_if_damaged(record.key.digest)
            write_whole(self.root, _record_path(record.key.digest), text.encode(), scratch=self._scratch)

    def read_blob(self, artifact: Artifact) -> bytes:
        """Return an artifact's bytes. Raises StoreError if they are missing or not what was recorded."""
        for fault in artifact_faults(artifact):
            raise damaged(f"{_FOLDER}/records", fault)
        path = _blob_path(artifact.sha256)
        data = read_regular(self.root, path, limit=MAX_BLOB_BYTES)
        if data is None:
            raise damaged(path, "is missing")
        if len(data) != artifact.size:
            raise damaged(path, f"has {len(data):,} bytes instead of {artifact.size:,}")
        if hashlib.sha256(data).hexdigest() != artifact.sha256:
            raise damaged(path, "has other bytes than were recorded")
        return data

    def check_files(self, record: RunRecord) -> None:
        """Raise StoreError if a file of the record is missing or of another size; the bytes are checked when read."""
        for artifact in record.artifacts:
            file = self.root / _blob_path(artifact.sha256)
            if not file.is_file() or file.stat().st_size != artifact.size:
                self.read_blob(artifact)

    def keys(self) -> tuple[str, ...]:
        """The keys of all records, sorted, without reading them."""
        return tuple(path.stem for path in self._files("records") if path.suffix == ".json" and is_digest(path.stem))

    def records(self) -> tuple[tuple[RunRecord, ...], tuple[Problem, ...]]:
        """Read all records: the good ones, and the problems of the damaged ones."""
        good: list[RunRecord] = []
        problems: list[Problem] = []
        for key in self.keys():
            try:
                record = self.get(key)
                good += [record] if record else []
            except StoreError as error:
                problems += error.problems
        return tuple(good), tuple(problems)

    def verify(self) -> tuple[Problem, ...]:
        """Find every file whose bytes are not those that were recorded, without reading what records say.

        A tenth of the cost of `fsck`, and as sure that no byte of a record or blob was changed.
        """
        problems: list[Problem] = []
        for path in self.paths():
            try:
                self._verify_file(path)
            except StoreError as error:
                problems += error.problems
        return in_order(problems)

    def fsck(self) -> tuple[Problem, ...]:
        """Verify every byte of the store, and name what does not belong there."""
        records, damage = self.records()
        problems = list(damage)
        artifacts = {artifact for record in records for artifact in record.artifacts}
        for artifact in artifacts:
            try:
                self.read_blob(artifact)
            except StoreError as error:
                problems += error.problems
        belonging = {_record_path(key) for key in self.keys()} | {_blob_path(a.sha256) for a in artifacts}
        for path in self.paths():
            if path not in belonging and not (damage and _is_blob(path)):
                problems.append(self._out_of_place(path))
        return in_order(problems)

    def _out_of_place(self, path: str) -> Problem:
        """What to say of a file that no record names: of a whole blob, which harms nothing, only that it can go."""
        hint = "`studylog store gc` removes it"
        try:
            if is_digest(Path(path).stem) and _is_blob(path):
                self._verify_file(path)
                return Problem(Source(path), "store-unused", "no record needs it any more", hint, "warning")
            message = "does not belong in the store"
        except StoreError as error:
            message = error.problems[0].message
        return Problem(Source(path), "store-damaged", message, hint)

    def gc(self, keep: Collection[str]) -> tuple[str, ...]:
        """Remove the records whose keys are not in `keep`, and every file that no record needs.

        Returns: the removed paths. Raises StoreError, removing nothing, while a record is damaged. To be sure that
        nothing is recorded in between, find out what to keep and call this inside one `with store.writing():`.
        """
        with self.writing():
            records, damage = self.records()
            if damage:
                raise StoreError(*damage)
            kept = [record for record in records if record.key.digest in keep]
            needed = {_record_path(record.key.digest) for record in kept}
            needed |= {_blob_path(artifact.sha256) for record in kept for artifact in record.artifacts}
            removed = tuple(path for path in self.paths() if path not in needed)
            for path in sorted(removed, key=_is_blob):  # records first: never a record without its files
                (self.root / path).unlink()
            return removed

    def usage(self) -> dict[str, int]:
        """Count records, blobs and their bytes."""
        records, blobs = self._files("records"), self._files("blobs")
        size = sum(path.lstat().st_size for path in [*records, *blobs])
        return {"records": len(records), "blobs": len(blobs), "bytes": size}

    def paths(self) -> tuple[str, ...]:
        """Every file of the store, relative to the log, records last."""
        return tuple(
            file.relative_to(self.root).as_posix() for part in ("blobs", "records") for file in self._files(part)
        )

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock of writers; may be nested."""
        if self._held:
            yield
            return
        with lock(self.root / ".build" / "store.lock"):
            self._held = True
            try:
                sweep(self._scratch)
                yield
            finally:
                sweep(self._scratch)
                self._held = False

    @property
    def _scratch(self) -> Path:
        return self.root / _FOLDER / ".tmp"

    def _files(self, part: str) -> list[Path]:
        folder = self.root / _FOLDER / part
        return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())

    def _put_blob(self, artifact: Artifact, blobs: Mapping[str, bytes]) -> None:
        data = blobs.get(artifact.sha256)
        if data is None or len(data) != artifact.size or hashlib.sha256(data).hexdigest() != artifact.sha256:
            raise ValueError(f"comes without the bytes of '{artifact.name}'")
        try:
            self.read_blob(artifact)
        except StoreError:  # missing or damaged: these are the bytes it should have
            self._set_aside(_blob_path(artifact.sha256))
            write_whole(self.root, _blob_path(artifact.sha256), data, scratch=self._scratch)

    def _verify_file(self, path: str) -> None:
        name = Path(path).stem
        if not is_digest(name):
            return
        data = read_regular(self.root, path, limit=MAX_BLOB_BYTES)
        if _is_blob(path):
            if data is not None and hashlib.sha256(data).hexdigest() != name:
                raise damaged(path, "has other bytes than were recorded")
        elif data is not None and not is_intact(data):
            self.get(name)

    def _set_aside_if_damaged(self, key: str) -> None:
        try:
            self.get(key)
        except StoreError:
            self._set_aside(_record_path(key))

    def _set_aside(self, path: str) -> None:
        """Move a damaged file to the quarantine, so that what replaces it destroys no evidence."""
        if os.path.lexists(self.root / path):
            (self.root / QUARANTINE).mkdir(parents=True, exist_ok=True)
            os.replace(self.root / path, self.root / QUARANTINE / f"{Path(path).name}-{time.time_ns()}")


def _record_path(key: str) -> str:
    return f"{_FOLDER}/{record_path(key)}"


def _blob_path(sha256: str) -> str:
    return f"{_FOLDER}/{blob_path(sha256)}"


def _is_blob(path: str) -> bool:
    return path.startswith(f"{_FOLDER}/blobs/")
