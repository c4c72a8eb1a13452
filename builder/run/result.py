"""From what a worker was asked and what came back to a record or a failure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from builder.model import Artifact, Failure, Json, OutputRecord, Provenance, RunRecord
from builder.run.job import Ended, Job
from builder.run.key import digest
from builder.run.records import artifact_faults
from builder.run.secrets import revealed


def make_record(job: Job, ended: Ended) -> tuple[RunRecord, dict[str, bytes]] | Failure:
    """Return the record of a run that ended well, with its blobs by sha256; a failure if its files are not allowed."""
    reply = ended.reply
    blobs: dict[str, bytes] = {}
    try:
        outputs = tuple(_output(output, ended.files, blobs) for output in reply["outputs"])
    except ValueError as error:
        return make_failure(job, ended, outcome="raised", message=f"its output {error}")
    if name := revealed(blobs.values()):
        message = f"its output contains the value of the environment variable '{name}'"
        return make_failure(job, ended, outcome="raised", message=message)
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
    metrics = {name: float(value) for name, value in reply["metrics"].items()}
    return RunRecord(job.key, job.spec.name, job.source, job.call, outputs, metrics, ended.printed, provenance), blobs


def make_failure(job: Job, ended: Ended, *, outcome: str = "", message: str = "") -> Failure:
    """Return the failure of a run: what the worker said, what became of it, or what is given here."""
    reply = ended.reply
    frames = reply.get("traceback", "")
    if not frames and ended.complaints and not message:
        frames = ended.complaints
    message = message or reply.get("message", "") or ended.message
    return Failure(
        key=job.key.digest,
        demo=job.spec.name,
        outcome=outcome or reply.get("outcome", "") or ended.outcome,
        message=message,
        traceback=frames,
        at=_at(ended.started_at),
        seconds=round(ended.seconds, 3),
    )


def _output(output: Mapping[str, Json], files: Mapping[str, bytes], blobs: dict[str, bytes]) -> OutputRecord:
    """Take over the files of an output. Raises ValueError, in words, for what must not be recorded."""
    artifacts = []
    for file in output["files"]:
        data = files.get(file["path"])
        if data is None:
            raise ValueError(f"'{file['name']}' is gone")
        artifact = Artifact(file["name"], file["media_type"], hashlib.sha256(data).hexdigest(), len(data))
        for fault in artifact_faults(artifact):
            raise ValueError(fault)
        artifacts.append(artifact)
        blobs[artifact.sha256] = data
    return OutputRecord(output["kind"], output["alt"], tuple(artifacts))


def _at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
