"""The vectors that an encoder made of the log's texts: one committed file, from which the site is built without it.

`demos/_runs/vectors.txt` has a line of JSON that says what made them, then a line for each text, sorted: the digest of
the text, its vector in base64, a checksum of the line so far. A component is a signed byte. Lines stand by themselves,
so branches merge, and every line is verified whenever it is read.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from builder.config import ModelConfig, SiteConfig
from builder.errors import Problem, Source, StoreError
from builder.run.disk import read_regular, write_whole
from builder.run.recipe import Recipe

FILE = "demos/_runs/vectors.txt"
MAX_BYTES = 256 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64}) ([A-Za-z0-9+/]+=*) ([0-9a-f]{8})")
_MEND = f"restore it from git (git checkout -- {FILE}), or delete the line and type `studylog embed`"


class MadeBy(Recipe):
    """What made the vectors: the encoder, the digests of its files, and how; on which devices, with which versions."""

    encoder: ModelConfig
    digests: dict[str, str]
    dtype: Literal["int8"] = "int8"
    dimensions: int = 0
    devices: tuple[str, ...] = ()
    versions: dict[str, tuple[str, ...]] = {}

    def is_way_of(self, other: MadeBy) -> bool:
        """Tell whether both make the same of a text, but for the last digits: only such vectors can be compared."""
        bare = {"dimensions": 0, "devices": (), "versions": {}}
        return self.model_copy(update=bare) == other.model_copy(update=bare)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors by the digest of their text, and what made them."""

    made_by: MadeBy | None = None
    by_text: Mapping[str, bytes] = field(default_factory=dict)

    def are_of(self, encoder: ModelConfig) -> bool:
        """Tell whether this encoder made them, as far as the configuration says which it is."""
        return self.made_by is not None and self.made_by.encoder == encoder


def name_of(encoder: ModelConfig) -> str:
    """What to call an encoder: `all-MiniLM-L6-v2`."""
    return Path(encoder.repo or encoder.path).name


def read_vectors(root: Path) -> tuple[Vectors, tuple[Problem, ...]]:
    """Read the vectors of the log at `root` and the problems of damaged lines; there may be none of either."""
    try:
        data = read_regular(root, FILE, limit=MAX_BYTES)
    except StoreError as error:
        return Vectors(), error.problems
    if data is None:
        return Vectors(), ()
    first, *lines = data.decode("utf-8", "replace").splitlines() or [""]
    try:
        made_by = MadeBy.model_validate_json(first)
    except ValidationError:
        return Vectors(), (_damage(1, "does not say what made the vectors"),)
    by_text: dict[str, bytes] = {}
    problems = []
    for number, line in enumerate(lines, 2):
        text, vector = _parse(line)
        if len(vector) != made_by.dimensions or not any(vector) or by_text.setdefault(text, vector) != vector:
            problems.append(_damage(number, "is not a vector as it was written"))
    return Vectors(made_by, by_text), tuple(problems)


def write_vectors(root: Path, made_by: MadeBy, by_text: Mapping[str, bytes]) -> None:
    """Write the file whole. Raises BuilderError if the disk refuses."""
    size = len(next(iter(by_text.values()), b""))
    head = made_by.model_copy(update={"dimensions": size}).model_dump(mode="json")
    lines = [json.dumps(head, sort_keys=True, ensure_ascii=False), *map(_write, sorted(by_text.items()))]
    write_whole(root, FILE, "".join(f"{line}\n" for line in lines).encode(), scratch=root / "demos/_runs/.tmp")


def vectors_for(config: SiteConfig) -> tuple[Vectors, tuple[Problem, ...]]:
    """The recorded vectors of the configured encoder, for a build: none if there is no encoder or another made them."""
    if config.encoder is None:
        return Vectors(), ()
    vectors, problems = read_vectors(config.root)
    return (vectors if vectors.are_of(config.encoder) else Vectors()), problems


def _parse(line: str) -> tuple[str, bytes]:
    """The digest and the vector of a line; an empty vector if it is damaged."""
    match = _LINE.fullmatch(line)
    if match is None or _checksum(match[1], match[2]) != match[3]:
        return "", b""
    return match[1], base64.b64decode(match[2])


def _write(item: tuple[str, bytes]) -> str:
    text, vector = item[0], base64.b64encode(item[1]).decode()
    return f"{text} {vector} {_checksum(text, vector)}"


def _checksum(text: str, vector: str) -> str:
    return f"{zlib.crc32(f'{text} {vector}'.encode()):08x}"


def _damage(line: int, message: str) -> Problem:
    return Problem(Source(FILE, line), "store-damaged", message, _MEND)
