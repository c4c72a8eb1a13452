"""Engines that render a staged tree. One file each, found by scanning this folder; each defines `ENGINE = Engine(...)`.

Files whose name begins with `_` help them. `_worker` is only imported by a process of its own. Importing this room loads
no engine: it is the first thing that a build does, so that the engine's process can start.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import EngineError, Problem, Source, suggest

if TYPE_CHECKING:
    from builder.check.facts import Facts
    from builder.engine.workers import Workers
    from builder.stage import Staged


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of a rendered site: where its bytes are, their digest, and what the check knows of them."""

    source: Path
    digest: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Rendered:
    """A site that is rendered, not yet published: its files by path, and how many pages were rendered and reused."""

    files: Mapping[str, SiteFile]
    rendered: int
    reused: int

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return self.files[path].source.read_bytes()


@dataclass(frozen=True, slots=True)
class Engine:
    """A site engine. `render` takes the staged tree and the processes that may work on it; it raises EngineError.

    `prepare` is told where there will be a tree (`.build/`), so that what there was last time is loaded meanwhile.
    """

    name: str
    available: Callable[[], bool]
    render: Callable[[Staged, Workers], Rendered]
    install: str  # what to type when it is missing
    prepare: Callable[[Path, Workers], None] = lambda folder, workers: None


@cache
def engines() -> Mapping[str, Engine]:
    """Every engine by name."""
    found = (_load(module.name) for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return {engine.name: engine for engine in found if engine is not None}


def _load(name: str) -> Engine | None:
    return getattr(importlib.import_module(f"{__name__}.{name}"), "ENGINE", None)


def find_engine(name: str) -> Engine:
    """The engine called `name`. Raises EngineError if there is none, or if it is not installed."""
    source = Source("site_config.yml")
    engine = _load(name) if name in {module.name for module in pkgutil.iter_modules(__path__)} else None
    if engine is None:
        hint = suggest(name, engines()) or f"known engines: {', '.join(engines())}"
        raise EngineError(Problem(source, "engine", f"no engine called '{name}'", hint))
    if not engine.available():
        raise EngineError(Problem(source, "engine", f"the engine '{name}' is not installed", engine.install))
    return engine
