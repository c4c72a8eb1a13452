"""Engines that render a staged tree. One file each, found by scanning this folder; each defines `ENGINE = Engine(...)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from builder.errors import EngineError, Problem, Source, suggest
from builder.stage import Staged


@dataclass(frozen=True, slots=True)
class Engine:
    """A site engine. `render` writes the site into a directory of its own; it raises EngineError."""

    name: str
    available: Callable[[], bool]
    render: Callable[[Staged, Path], None]
    install: str  # what to type when it is missing


def _scan() -> dict[str, Engine]:
    found = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        engine = getattr(importlib.import_module(f"{__name__}.{module.name}"), "ENGINE", None)
        if engine is not None:
            found[engine.name] = engine
    return found


def find_engine(name: str) -> Engine:
    """The engine called `name`. Raises EngineError if there is none, or if it is not installed."""
    source = Source("site_config.yml")
    if name not in ENGINES:
        hint = suggest(name, ENGINES) or f"known engines: {', '.join(ENGINES)}"
        raise EngineError(Problem(source, "engine", f"no engine called '{name}'", hint))
    engine = ENGINES[name]
    if not engine.available():
        raise EngineError(Problem(source, "engine", f"the engine '{name}' is not installed", engine.install))
    return engine


ENGINES = _scan()
"""Every engine by name."""
