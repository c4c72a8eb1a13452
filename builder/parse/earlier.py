"""Entries that were read before: as long as a file's bytes are the same, its documents come back without being parsed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import builder
from builder.errors import Problem
from builder.kept import Kept, code_digest, digest
from builder.kinds import Kind
from builder.model import Document
from builder.parse.facts import read_facts, write_facts
from builder.parse.html import composed

ROOT = Path(builder.__file__).parent
CODE = (
    *(ROOT / name for name in ("parse", "kinds", "model")),
    *(ROOT / f"{name}.py" for name in ("errors", "harmless", "papers", "urls", "yamltext")),
    *("latex2mathml", "linkify-it-py", "markdown-it-py", "mdit-py-plugins", "nh3", "pydantic", "Pygments"),
    *("pymdown-extensions", "PyYAML"),
)
"""What decides how a file is read and rendered, besides its bytes."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading a file; `waits` says that something was left out because its day has not come."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = ()
    waits: bool = False

    def holds(self, today: dt.date) -> bool:
        """Whether reading the same file today would give the same.

        Files with mistakes are always read again: there are few of them, and somebody is working on them.
        """
        remarks = (remark for document in self.documents for remark in document.annotations)
        mistakes = any(problem.severity == "error" for problem in self.problems)
        return not (mistakes or self.waits or any(remark.date > today for remark in remarks))


class Earlier:
    """What was read before, by this process or an earlier one."""

    def __init__(self, kept: Kept) -> None:
        self._memory: dict[str, tuple[str, Read]] = kept.memory("read")
        self._marks: dict[str, object] = kept.memory("marks")
        self._facts, self._bodies = kept.shelf("read"), kept.shelf("bodies")

    def read(self, path: str, text: str, kind: Kind, *, today: dt.date, parse: Callable[[], Read]) -> Read:
        """Return what `parse()` makes of a file's text, from earlier where that is the same."""
        made_from = f"{digest(kind.name, text)} {_code()}"
        earlier, read = self._memory.get(path, ("", None))
        if read is None or earlier != made_from or not read.holds(today):
            read = self._kept(path, made_from, kind, parse)
            if read is None or not read.holds(today):
                read = parse()
                self._keep(path, made_from, kind, read, parse)
            self._memory[path] = made_from, read
        return read

    def of_this_process(self, path: str, mark: object | None) -> Read | None:
        """What this process read in a file, if it marked it with the same."""
        return self._memory[path][1] if mark is not None and self._marks.get(path) == mark else None

    def mark(self, path: str, mark: object | None, read: Read) -> None:
        """Mark a file that was read with what it can be told by from all that it may become; None: it cannot."""
        self._marks[path] = mark if self._memory.get(path, ("", None))[1] is read else None

    def look(self) -> None:
        """Take notice of what other processes have read."""
        self._facts.look()
        self._bodies.look()

    def count(self) -> int:
        """About how many files were read before, by this very code."""
        return len(self._memory) or self._facts.count(_code())

    def forget_others(self) -> None:
        """Forget files that were not read since the first call of `read`."""
        self._facts.prune()

    def _kept(self, path: str, made_from: str, kind: Kind, parse: Callable[[], Read]) -> Read | None:
        text = self._facts.get(digest(path), made_from)
        return self._with_bodies(path, made_from, Read(*read_facts(text, kind)), parse) if text is not None else None

    def _keep(self, path: str, made_from: str, kind: Kind, read: Read, parse: Callable[[], Read]) -> None:
        text = None if read.waits else write_facts(read.documents, read.problems, kind)
        if text is not None:
            self._facts.put(digest(path), made_from, text)
            self._with_bodies(path, made_from, read, parse)
            for document in read.documents if self._bodies.lasts else ():
                composed(document)

    def _with_bodies(self, path: str, made_from: str, read: Read, parse: Callable[[], Read]) -> Read:
        again = cache(parse) if len(read.documents) > 1 else parse  # once for all the documents of a file
        for index, document in enumerate(read.documents):
            document.body.keep_on(
                self._bodies, digest(path, index), made_from,
                again=lambda index=index: again().documents[index].body.tokens,
            )  # fmt: skip
        return read


@cache
def _code() -> str:
    return code_digest(*CODE)
