"""Where runs are made. One file each, found by scanning this folder; each defines `EXECUTOR = Executor(...)`.

An executor opens a crew: a number of places, each of which takes one job at a time and says what becomes of it. Which
place gets which job, and what is recorded of it, is decided in builder.run.runner.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from builder.errors import ConfigError, Problem, Source, suggest
from builder.run.job import Ended, Job, Progress


class Crew(Protocol):
    """Workers that stand ready."""

    places: int
    notes: tuple[str, ...]  # what people should know about it

    def begin(self, place: int, job: Job) -> None:
        """Start a job at a place that is free."""

    def wait(self) -> Iterable[tuple[int, Progress | Ended]]:
        """Sleep until something happens, a quarter of a second at most, and return it. Raises BuilderError."""

    def close(self) -> None:
        """End what is under way."""


@dataclass(frozen=True, slots=True)
class Executor:
    """A way to run jobs. `open` is given the whole address, the log, the wanted device and how many jobs there are."""

    name: str
    form: str  # how its addresses are written
    open: Callable[[str, Path, str, int], Crew]


def _scan() -> dict[str, Executor]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [importlib.import_module(f"{__name__}.{name}").EXECUTOR for name in names]
    return {executor.name: executor for executor in found}


def open_crew(address: str, root: Path, *, device: str, jobs: int) -> Crew:
    """Open the crew at an address such as `local` or `dask://host:port`.

    Raises: ConfigError if there is no such executor, or nobody answers there.
    """
    name = address.partition("://")[0]
    if name not in EXECUTORS:
        forms = ", ".join(executor.form for executor in EXECUTORS.values())
        hint = suggest(name, EXECUTORS) or f"write one of {forms}"
        raise ConfigError(Problem(Source("--executor"), "executor", f"no executor called '{address}'", hint))
    return EXECUTORS[name].open(address, root, device, jobs)


EXECUTORS = _scan()
"""Every executor by name."""
