"""Recorded runs as text: one canonical JSON file each, which proves its own integrity."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError

from builder.model import Artifact, Json, RunRecord
from builder.outputs import MEDIA_TYPES
from builder.run.key import digest

MAX_BLOB_BYTES = 8 * 1024 * 1024
MAX_RECORD_BYTES = 1024 * 1024
MAX_STDOUT_BYTES = 64 * 1024

_HEX = re.compile(r"[0-9a-f]{64}\Z")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,78}[A-Za-z0-9]\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z", re.IGNORECASE)
_INTEGRITY = re.compile(rb'\n "integrity": "([0-9a-f]{64})",\n')
_METRIC = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}\Z")


def is_digest(text: str) -> bool:
    """Tell whether a text is a sha256 in hexadecimal, and so safe as a file's name."""
    return bool(_HEX.match(text))


def record_path(key: str) -> str:
    """Where the record of a key stands in a store. Raises ValueError if that is no key."""
    if not is_digest(key):
        raise ValueError(f"{key!r} is not a key")
    return f"records/{key[:2]}/{key}.json"


def blob_path(sha256: str) -> str:
    """Where the bytes of an artifact stand in a store."""
    return f"blobs/{sha256[:2]}/{sha256}"


def to_text(record: RunRecord) -> str:
    """Write a record in its one canonical form: sorted keys, one item a line, and the digest of all of it."""
    text = json.dumps(
        {**asdict(record), "integrity": ""}, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False
    )
    return text.replace(_integrity_line(""), _integrity_line(_sha256(f"{text}\n")), 1) + "\n"


def is_intact(data: bytes) -> bool:
    """Tell whether a record's bytes are those that were written, without reading what they say."""
    match = _INTEGRITY.search(data)
    if match is None:
        return False
    blank = data[: match.start(1)] + data[match.end(1) :]
    return hashlib.sha256(blank).hexdigest().encode() == match[1]


def from_text(text: str) -> RunRecord:
    """Read a record. Raises ValueError, in words, for anything that `to_text` would not have written."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"is not a record: {error}") from None
    integrity = value.pop("integrity", "") if isinstance(value, dict) else ""
    line = _integrity_line(str(integrity))
    if _sha256(text.replace(line, _integrity_line(""), 1)) != integrity:
        raise ValueError("was changed after it was recorded")
    record = _validate(value)
    if digest(record.key.parts) != record.key.digest:
        raise ValueError("has a key that its parts do not make")
    for fault in faults(record):
        raise ValueError(fault)
    return record


def _integrity_line(sha256: str) -> str:
    """The line as it stands in a record; text inside values cannot look like it, its quotes are escaped."""
    return f'\n "integrity": "{sha256}",\n'


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@functools.lru_cache(maxsize=1)
def _adapter() -> TypeAdapter:
    return TypeAdapter(RunRecord)


def _validate(value: Json) -> RunRecord:
    try:
        return _adapter().validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ValueError(f"is not a record: {place}: {first['msg'].lower()}") from None


def faults(record: RunRecord) -> Iterator[str]:
    """Yield what is not allowed in a record: names, media types, sizes, numbers."""
    for output in record.outputs:
        names = [artifact.name for artifact in output.artifacts]
        if len(set(names)) != len(names):
            yield f"has two files of one name in '{output.kind}'"
        for artifact in output.artifacts:
            yield from artifact_faults(artifact)
    for name, value in record.metrics.items():
        if not _METRIC.match(name) or not math.isfinite(value):
            yield f"has a metric that cannot be: {name!r} = {value}"


def artifact_faults(artifact: Artifact) -> Iterator[str]:
    """Yield what is not allowed in an artifact; nothing of it may be opened while there is anything."""
    if not is_digest(artifact.sha256):
        yield f"names a file by {artifact.sha256!r}, which is no sha256"
    if not _FILE_NAME.match(artifact.name) or _RESERVED.match(artifact.name):
        yield f"has a file with a name that is not allowed: {artifact.name!r}"
    if artifact.media_type not in MEDIA_TYPES:
        yield f"has a file of type {artifact.media_type!r}; allowed are {', '.join(sorted(MEDIA_TYPES))}"
    if not 0 <= artifact.size <= MAX_BLOB_BYTES:
        yield f"has a file of {artifact.size:,} bytes; at most {MAX_BLOB_BYTES:,} are allowed"
