"""What goes wrong, where, and what to type instead: `Problem`, the exceptions that carry them, one formatter."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A place in a file of the log. `path` is relative to the log, with `/`; line 0 means the file as a whole."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what somebody wrote.

    `message` is lower case without a full stop and quotes values; `hint` says what to type; `code` is a stable name
    such as `broken-link`.
    """

    source: Source
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        text = f"{self.source}: {self.severity}: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


class BuilderError(Exception):
    """Something the author, reader or CI can mend; anything else is a bug of studylog and shows a traceback."""

    exit_status = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ConfigError(BuilderError):
    """The configuration or the command line is wrong."""

    exit_status = 2


class ContentError(BuilderError):
    """The content of the log has problems."""


class DemoError(BuilderError):
    """A demo cannot be read, or failed."""


class StoreError(BuilderError):
    """The store of recorded runs is damaged."""

    exit_status = 3


class RemoteError(BuilderError):
    """A shared store or another machine cannot be reached, or does not do what it should."""


class EngineError(BuilderError):
    """The site engine refused the staged tree."""


def cannot_write(path: str, size: int, error: OSError) -> BuilderError:
    """The error for a disk that refuses `size` bytes for a file; `path` is relative to the log where it lies in it."""
    hint = "free some space or mend the permissions, then run again"
    message = f"cannot write {size:,} bytes: {error.strerror}"
    return BuilderError(Problem(Source(path), "cannot-write", message, hint))


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a hint `did you mean 'x'?` for the closest known word, or an empty string."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by file and line, without repeats."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.source, p.code, p.message)))


def stop_at_errors(problems: Iterable[Problem]) -> None:
    """Raise every problem at once, if any is an error; as StoreError, if the store is damaged."""
    problems = in_order(problems)
    errors = [problem for problem in problems if problem.severity == "error"]
    if any(problem.code == "store-damaged" for problem in errors):
        raise StoreError(*problems)
    if errors:
        raise ContentError(*problems)
