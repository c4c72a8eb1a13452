"""From what a worker was asked and what came back to a record or a failure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import StoreError
from builder.model import (
    Artifact,
    Decision,
    DemoSpec,
    Failure,
    Json,
    OutputRecord,
    Params,
    Provenance,
    RunRecord,
)
from builder.run.disk import read_regular
from builder.run.key import digest
from builder.run.models import FoundModel
from builder.run.records import MAX_BLOB_BYTES, artifact_faults

if TYPE_CHECKING:
    from builder.run.slot import Ended


@dataclass(frozen=True, slots=True)
class Job:
    """A run to be made: a decision with all that a worker needs for it."""

    decision: Decision
    spec: DemoSpec
    params: Params
    models: tuple[FoundModel, ...]
    inputs: Mapping[str, str]  # path in the log -> path on this machine
    smoke: bool

    def message(self, scratch: Path) -> Json:
        """The job as its worker reads it."""
        return {
            "demo": self.spec.name,
            "source": self.decision.call.source.path,
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


def make_record(ended: Ended) -> tuple[RunRecord, dict[str, bytes]] | Failure:
    """Return the record of a run that ended well, with its blobs by sha256; a failure if its files are not allowed."""
    job, reply = ended.job, ended.reply
    blobs: dict[str, bytes] = {}
    try:
        outputs = tuple(_output(output, ended.folder, blobs) for output in reply["outputs"])
    except ValueError as error:
        return make_failure(ended, outcome="raised", message=f"its output {error}")
    models = {}
    for model in job.models:
        counted = {"parameters": reply["parameters"][model.name]} if model.name in reply["parameters"] else {}
        models[model.name] = {"digest": digest(dict(model.digests)), **counted}
    provenance = Provenance(
        device=reply["device"],
        versions=reply["versions"],
        models=models,
        started_at=_at(ended.started_at),
        seconds=float(reply["seconds"]),
        peak_bytes=reply["peak_bytes"],
        fallback=reply["fallback"],
    )
    call = job.decision.call
    metrics = {name: float(value) for name, value in reply["metrics"].items()}
    printed = _without_paths(ended.printed, ended.folder)
    key = job.decision.key
    return RunRecord(key, job.spec.name, call.source, call.name, outputs, metrics, printed, provenance), blobs


def make_failure(ended: Ended, *, outcome: str = "", message: str = "") -> Failure:
    """Return the failure of a run: what the worker said, what became of it, or what is given here."""
    reply = ended.reply
    frames = reply.get("traceback", "")
    if not frames and ended.complaints and not message:
        frames = ended.complaints
    message = message or reply.get("message", "") or ended.message
    return Failure(
        key=ended.job.decision.key.digest,
        demo=ended.job.spec.name,
        outcome=outcome or reply.get("outcome", "") or ended.outcome,
        message=_without_paths(message, ended.folder),
        traceback=_without_paths(frames, ended.folder),
        at=_at(ended.started_at),
        seconds=round(ended.seconds, 3),
    )


def _output(output: Mapping[str, Json], folder: Path, blobs: dict[str, bytes]) -> OutputRecord:
    """Read the files of an output. Raises ValueError, in words, for what must not be recorded."""
    artifacts = []
    for file in output["files"]:
        try:
            data = read_regular(folder, Path(file["path"]).name, limit=MAX_BLOB_BYTES)
        except StoreError as error:
            raise ValueError(f"'{file['name']}' {error.problems[0].message}") from None
        if data is None:
            raise ValueError(f"'{file['name']}' is gone")
        artifact = Artifact(file["name"], file["media_type"], hashlib.sha256(data).hexdigest(), len(data))
        for fault in artifact_faults(artifact):
            raise ValueError(fault)
        artifacts.append(artifact)
        blobs[artifact.sha256] = data
    return OutputRecord(output["kind"], output["alt"], tuple(artifacts))


def _without_paths(text: str, folder: Path) -> str:
    """Hide where the scratch folder was: it differs from run to run."""
    return text.replace(str(folder), ".").replace(str(folder.parent), "~")


def _at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
