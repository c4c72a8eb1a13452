"""What was rendered: one line for each file of the site in `.build/rendered/ledger`, the bytes beside it as blobs.

A page is known by the digest of its staged bytes; what all pages share (settings, theme, versions) is the fingerprint of
the whole ledger. A blob is named by its digest and believed only if it has it; a ledger that is not whole is no ledger.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from builder.seen import Seen

FOLDER = "rendered"
SEARCH = "search/search_index.json"
EMPTY_SEARCH = "search/empty.json"  # kept, not published
_NAME = "ledger"


@dataclass(frozen=True, slots=True)
class Record:
    """A file of the site and what it was made of."""

    path: str  # in the site
    staged: str  # digest of the staged file; of a file that comes from the theme: ""
    digest: str  # of its own bytes
    facts: str  # builder.check.facts, as JSON
    search: str = ""  # its entries in the search index: JSON objects with commas between


class Ledger:
    """The folder of everything rendered for one log."""

    def __init__(self, folder: Path, seen: Seen | None = None) -> None:
        """`seen` is what this process knows of files."""
        self.folder, self._seen = folder, seen or Seen()

    def read(self, fingerprint: str) -> dict[str, Record]:
        """Every record by path; none if the last rendering had another fingerprint, or left no whole ledger."""
        records, whole, last = {}, hashlib.sha256(), b""
        try:
            with (self.folder / _NAME).open("rb") as file:
                if file.readline() != f"{fingerprint}\n".encode():
                    return {}
                for line in file:
                    whole.update(last)
                    last = line
                    path, tab, rest = line.decode("utf-8", "replace").rstrip("\n").partition("\t")
                    if tab:
                        records[path] = rest
        except OSError:
            return {}
        if last != whole.hexdigest().encode():
            return {}
        return {path: Record(path, *rest.split("\t")) for path, rest in records.items()}

    def fingerprint(self) -> str:
        """The fingerprint of the last rendering; empty if there was none."""
        try:
            with (self.folder / _NAME).open("rb") as file:
                return file.readline().decode("utf-8", "replace").rstrip("\n")
        except OSError:
            return ""

    def write(self, records: Iterable[Record], fingerprint: str) -> None:
        """Keep these records and no others; the last line is the digest of the ones between it and the first."""
        whole = hashlib.sha256()
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".{_NAME}.{os.getpid()}"
        with temporary.open("wb") as file:
            file.write(f"{fingerprint}\n".encode())
            for r in records:
                line = f"{r.path}\t{r.staged}\t{r.digest}\t{r.facts}\t{r.search}\n".encode()
                whole.update(line)
                file.write(line)
            file.write(whole.hexdigest().encode())
        temporary.replace(self.folder / _NAME)

    def blob(self, digest: str) -> Path:
        """Where the bytes with a digest are kept."""
        return self.folder / f"{digest[:2]}/{digest}"

    def has(self, digest: str) -> bool:
        """Tell whether the bytes with a digest are there and undamaged."""
        return self._seen.digest(f"{self.folder}/{digest[:2]}/{digest}") == digest

    def keep(self, data: bytes) -> str:
        """Keep bytes and return their digest."""
        digest = sha256(data)
        if not self.has(digest):
            replace_file(self.blob(digest), data)
        return digest

    def prune(self, wanted: Iterable[str]) -> None:
        """Remove the blobs that are not wanted."""
        kept = set(wanted)
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            for blob in os.listdir(folder):
                if blob not in kept:
                    (folder / blob).unlink()


def sha256(data: bytes) -> str:
    """The digest by which bytes are known."""
    return hashlib.sha256(data).hexdigest()


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; whoever has the old one open keeps it as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)
