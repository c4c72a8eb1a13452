"""What is kept between builds, so that nothing is made twice: in `.build/`, and in a process that builds again and again.

Contents are truth, never times: a text comes back only for the very thing it was made from, and only whole. What cannot
be read is made anew, and where nothing can be written nothing is kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import importlib.metadata
import json
import logging
import os
import secrets
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


class Kept:
    """Everything kept of one log: texts on shelves below `folder`, and values in memory while the process is `warm`."""

    def __init__(self, folder: Path | None = None, *, warm: bool = False) -> None:
        self.warm = warm  # the process builds again and again
        self._folder = folder
        self._shelves: dict[str, Shelf] = {}
        self._memories: dict[str, dict[Hashable, Any]] = {}

    def shelf(self, name: str) -> Shelf:
        """The texts of one sort."""
        return self._shelves.setdefault(name, Shelf(self._folder and self._folder / name))

    def text(self, shelf: str, made_from: str, make: Callable[[], str]) -> str:
        """Return what `make()` returns, from earlier if it was made from this, which is a digest."""
        memory = self.memory(shelf)
        if made_from not in memory:
            text = self.shelf(shelf).get(made_from, shelf)
            if text is None:
                text = make()
                self.shelf(shelf).put(made_from, shelf, text)
            memory[made_from] = text
        return memory[made_from]

    def memory(self, name: str) -> dict[Hashable, Any]:
        """The values of one sort, for whoever made them to look after; nobody remembers those of a single build."""
        return self._memories.setdefault(name, {}) if self.warm else {}


class Shelf:
    """Texts in one folder, a file each. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
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
        if self._folder is None:
            return None
        try:
            mark, _, data = (self._folder / name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return data.decode("utf-8", "surrogatepass") if mark == _mark(data, made_from) else None

    def put(self, name: str, made_from: str, text: str) -> None:
        """Keep a text, in place of an earlier one of that name."""
        self.want(name)
        if self._folder is None:
            return
        data = text.encode("utf-8", "surrogatepass")
        scratch = self._folder / f".{name}.{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(_mark(data, made_from) + b"\n" + data)
            scratch.replace(self._folder / name)
        except OSError as error:
            log.info("%s is not kept: %s", name, error)

    def prune(self) -> None:
        """Forget every text that nobody wanted, asked for or gave since this shelf was made."""
        if self._folder is not None and self._folder.is_dir():
            for name in set(os.listdir(self._folder)) - self._wanted:
                (self._folder / name).unlink(missing_ok=True)


def _mark(data: bytes, made_from: str) -> bytes:
    return f"{hmac.digest(machine_key().encode(), data, 'sha256').hex()} {made_from}".encode()


@functools.cache
def machine_key() -> str:
    """A secret of this user on this machine, made when it is first asked for: what it does not mark was not kept here.

    A stranger may commit a `.build/`, and its digests may all be right; nothing in it is believed. Where the secret
    cannot be kept it lasts as long as the process.
    """
    try:
        file = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "studylog" / "key"
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


def digest(*parts: Any) -> str:
    """The sha256 of plain data, in hex; what JSON does not know counts as it is written by `repr`."""
    text = json.dumps(parts, ensure_ascii=False, default=repr)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@functools.cache
def code_digest(*sources: str | Path) -> str:
    """A digest of code: Python files, folders of them, and libraries, by their versions; these are not imported."""
    lines = []
    for source in sources:
        if isinstance(source, str):
            lines.append([source, importlib.metadata.version(source)])
        else:
            files = sorted(source.glob("*.py")) if source.is_dir() else [source]
            lines += [[file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in files]
    return digest(lines)
