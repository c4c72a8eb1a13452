"""Recorded runs in one tar file, to carry them from one machine to another."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path

from builder.errors import Problem, Source, StoreError
from builder.model import RunRecord
from builder.run.records import MAX_BLOB_BYTES, MAX_RECORD_BYTES, blob_path, from_text, record_path, to_text
from builder.run.store import Store

_MEMBER = re.compile(r"(?:blobs/([0-9a-f]{2})/\1[0-9a-f]{62}|records/([0-9a-f]{2})/\2[0-9a-f]{62}\.json)\Z")


def export_runs(store: Store, file: Path) -> int:
    """Write all recorded runs to an uncompressed tar, blobs first, and return how many there are.

    Two exports of one store are byte-identical. Raises StoreError if anything is damaged.
    """
    records, damage = store.records()
    if damage:
        raise StoreError(*damage)
    artifacts = {artifact.sha256: artifact for record in records for artifact in record.artifacts}
    with tarfile.open(file, "w:", format=tarfile.USTAR_FORMAT) as archive:
        for sha256, artifact in sorted(artifacts.items()):
            _add(archive, blob_path(sha256), store.read_blob(artifact))
        for record in records:
            _add(archive, record_path(record.key.digest), to_text(record).encode())
    return len(records)


def import_runs(store: Store, file: Path) -> tuple[str, ...]:
    """Add the runs of a tar that are not in the store yet, each verified, and return their keys.

    A run that is already recorded is left as it is. Raises StoreError, adding nothing, if anything in the tar is wrong.
    """
    members = _read(file)
    added = []
    records = [_record(file, name, data) for name, data in members.items() if name.startswith("records/")]
    blobs = {name.rpartition("/")[2]: data for name, data in members.items() if name.startswith("blobs/")}
    for record in records:
        missing = [artifact.name for artifact in record.artifacts if artifact.sha256 not in blobs]
        if missing:
            raise _bad(file, f"the run {record.key.digest[:16]} comes without '{missing[0]}'")
    with store.writing():
        for record in records:
            if store.get(record.key.digest) is None:
                try:
                    store.put(record, blobs)
                except ValueError as error:
                    raise _bad(file, f"the run {record.key.digest[:16]} {error}") from None
                added.append(record.key.digest)
    return tuple(added)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    archive.addfile(member, io.BytesIO(data))


def _read(file: Path) -> Mapping[str, bytes]:
    """Read the members whose names and sizes are allowed; anything else in the tar is an error."""
    members = {}
    try:
        with tarfile.open(file, "r:") as archive:
            for member in archive:
                limit = MAX_RECORD_BYTES if member.name.startswith("records/") else MAX_BLOB_BYTES
                if not member.isreg() or not _MEMBER.match(member.name) or member.size > limit:
                    raise _bad(file, f"{member.name!r} is not a file of a store")
                content = archive.extractfile(member)
                members[member.name] = content.read() if content else b""
    except (tarfile.TarError, OSError) as error:
        raise _bad(file, f"cannot be read: {error}") from None
    return members


def _record(file: Path, name: str, data: bytes) -> RunRecord:
    try:
        record = from_text(data.decode("utf-8"))
    except ValueError as error:
        raise _bad(file, f"'{name}' {error}") from None
    if not name.endswith(f"/{record.key.digest}.json"):
        raise _bad(file, f"'{name}' holds the record of another run")
    return record


def _bad(file: Path, message: str) -> StoreError:
    return StoreError(Problem(Source(str(file)), "bad-archive", message, "make it with `studylog store export FILE`"))
