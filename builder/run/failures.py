"""Runs that did not end well, kept in `.build/failures/` apart from what was recorded."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from builder.errors import Problem
from builder.model import Decision, Failure
from builder.run.disk import write_whole


class Failures:
    """The last failure of each key, on this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, key: str) -> Failure | None:
        """Return the failure of a key. What cannot be read counts as none: it is no evidence and is made again."""
        try:
            return Failure(**json.loads((self._root / _path(key)).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, failure: Failure) -> None:
        """Keep a failure, in place of an earlier one of the same key."""
        text = json.dumps(asdict(failure), sort_keys=True, indent=1) + "\n"
        write_whole(self._root, _path(failure.key), text.encode(), scratch=self._root / ".build" / "tmp")

    def clear(self, key: str) -> None:
        """Forget the failure of a key."""
        (self._root / _path(key)).unlink(missing_ok=True)


def problem_of(decision: Decision, failure: Failure) -> Problem:
    """Say at the fence what happened to its demo; the demo's own lines follow in the hint."""
    message = f"demo '{failure.demo}' failed ({failure.outcome}): {failure.message}"
    return Problem(decision.call.source, "demo-failed", message, failure.traceback.strip().replace("\n", "\n  "))


def _path(key: str) -> str:
    return f".build/failures/{key}.json"
