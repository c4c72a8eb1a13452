"""What is kept between builds, so that nothing is made twice: in `.build/`, and in a process that builds again and again.

Contents are truth, never times: a text comes back only for the very thing it was made from, and only whole. What cannot
be read is made anew, and where nothing can be written nothing is kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import tempfile
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from builder.seen import Seen
from builder.shelf import Shelf

T = TypeVar("T")


class Kept:
    """Everything kept of one log: texts on shelves below `folder`, and values in memory while the process is `warm`."""

    def __init__(self, folder: Path | None = None, *, warm: bool = False) -> None:
        self.warm = warm  # the process builds again and again
        self.folder = folder
        self.seen = Seen()
        self._shelves: dict[str, Shelf] = {}
        self._memories: dict[str, dict[Hashable, Any]] = {}
        self._waiting: list[Callable[[], object]] = []

    def shelf(self, name: str) -> Shelf:
        """The texts of one sort."""
        return self._shelves.setdefault(name, Shelf(self.folder and self.folder / name))

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

    def once(self, name: Hashable, given: Any, make: Callable[[], T]) -> T:
        """Return what `make()` returns, which depends on `given` alone; from last time if that was given the same."""
        memory = self.memory("once")
        before = memory.get(name)
        if before is None or before[0] != given:
            before = memory[name] = given, make()
        return before[1]

    def afterwards(self, do: Callable[[], object]) -> None:
        """Do what only later processes need: at once, or in one that builds again and again when it is told to `settle`."""
        if self.warm:
            self._waiting.append(do)
        else:
            do()

    def settle(self) -> None:
        """Do what was left for afterwards, in the order in which it came."""
        while self._waiting:
            self._waiting.pop(0)()


@contextlib.contextmanager
def kept_for_once() -> Iterator[Kept]:
    """What is kept while one thing is done: nothing of it was there before, and nothing stays."""
    with tempfile.TemporaryDirectory(prefix="studylog-") as folder:
        yield Kept(Path(folder))


def digest(*parts: Any) -> str:
    """The sha256 of plain data, in hex; what JSON does not know counts as it is written by `repr`."""
    whole = hashlib.sha256()
    for part in parts:
        mark, text = ("text", part) if type(part) is str else ("json", _as_json(part))
        data = text.encode("utf-8", "surrogatepass")
        whole.update(b"%s %d:" % (mark.encode(), len(data)))
        whole.update(data)
    return whole.hexdigest()


_as_json = json.JSONEncoder(ensure_ascii=False, default=repr).encode


@functools.cache
def code_digest(*sources: str | Path) -> str:
    """A digest of code: Python files, folders of them, and libraries, by their versions; these are not imported."""
    lines = []
    for source in sources:
        if isinstance(source, str):
            lines.append([source, _version(source)])
        else:
            files = sorted(source.glob("*.py")) if source.is_dir() else [source]
            lines += [[file.name, _file_digest(file)] for file in files]
    return digest(lines)


@functools.cache
def _version(library: str) -> str:
    import importlib.metadata  # it takes longer to load than all else that tells that nothing changed

    return importlib.metadata.version(library)


@functools.cache
def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
