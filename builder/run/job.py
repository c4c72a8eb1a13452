"""A run to be made, and how it ended: the same wherever it ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.errors import Source
from builder.model import DemoSpec, Json, Params, RunKey
from builder.run.models import FoundModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run to be made, with all that a worker needs for it."""

    key: RunKey
    spec: DemoSpec
    source: Source  # of the call
    call: str  # its name
    params: Params
    models: tuple[FoundModel, ...]
    inputs: Mapping[str, str]  # path in the log -> path on this machine
    smoke: bool

    def message(self, scratch: Path) -> Json:
        """The job as its worker reads it."""
        return {
            "demo": self.spec.name,
            "source": self.source.path,
            "cells": [
                {"text": c.text, "lines": c.lines, "tags": c.tags, "digest": self.spec.code[f"cell {c.number}"]}
                for c in self.spec.cells
            ],
            "params": dict(self.params),
            "outputs": list(self.spec.outputs),
            "models": {model.name: str(model.folder.resolve()) for model in self.models if not model.refusal},
            "inputs": dict(self.inputs),
            "smoke": self.smoke,
            "scratch": str(scratch),
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    done: int
    total: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a job ended. `reply` is the worker's last word; without one, `outcome` says what became of the worker."""

    reply: Mapping[str, Json]
    outcome: str = ""
    message: str = ""
    printed: str = ""
    complaints: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)  # what `reply` names
    seconds: float
    started_at: float  # of the clock on the wall
    to_keep: bool = True  # False where the machine failed, not the demo
