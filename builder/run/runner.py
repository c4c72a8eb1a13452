"""Execute what was planned, in workers that may crash, hang or run out of memory without harm to anything else."""

from __future__ import annotations

import contextlib
import select
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import DemoError
from builder.model import Decision, DemoSpec, Failure, RunRecord
from builder.report import Reporter, Silent
from builder.run.device import slots
from builder.run.failures import Failures
from builder.run.models import Models
from builder.run.notebooks import read_again
from builder.run.plan import key_of
from builder.run.result import Job, make_failure, make_record
from builder.run.slot import Ended, Slot
from builder.run.store import Store

if TYPE_CHECKING:
    from builder.config import ModelConfig


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a run, by key."""

    records: Mapping[str, RunRecord] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)


def execute(
    decisions: Sequence[Decision],
    demos: Mapping[str, DemoSpec],
    store: Store,
    *,
    config_models: Mapping[str, ModelConfig] | None = None,
    root: Path,
    device: str = "auto",
    smoke: bool = False,
    reporter: Reporter | None = None,
) -> Results:
    """Run the decisions whose action is `run`, each key once, and record every result as soon as it is there.

    smoke: run all decisions given, with the demos' smoke parameters; nothing is recorded.
    An interruption ends the workers and leaves what was recorded so far.
    """
    wanted = [decision for decision in decisions if smoke or decision.action == "run"]
    models = Models(root, config_models)
    jobs = _in_order(_jobs(wanted, demos, models, root, smoke=smoke))
    if not jobs:
        return Results()
    execution = _Execution(store, root, models, config_models, reporter or Silent(), smoke=smoke)
    places = [Slot(root=root.resolve(), device=name) for name in slots(device)[: len(jobs)]]
    try:
        execution.work(jobs, places)
    finally:
        for place in places:
            place.close()
        execution.reporter.close()
    return Results(execution.records, execution.failures)


def settle(decisions: Sequence[Decision], results: Results) -> tuple[Decision, ...]:
    """Return the decisions with what came of them: the new record, or the failure."""
    settled = []
    for decision in decisions:
        key = decision.key.digest
        if decision.action == "run" and key in results.records:
            decision = replace(decision, record=results.records[key], previous=None, failure=None)
        elif decision.action == "run" and key in results.failures:
            decision = replace(decision, action="failed", failure=results.failures[key])
        settled.append(decision)
    return tuple(settled)


def _jobs(
    decisions: Sequence[Decision], demos: Mapping[str, DemoSpec], models: Models, root: Path, *, smoke: bool
) -> Iterator[Job]:
    """Yield one job for each key; smoke runs that come out the same are one job as well."""
    seen = set()
    for decision in decisions:
        spec = demos[decision.call.demo]
        params = {**decision.params, **spec.smoke} if smoke else decision.params
        identity = (spec.name, repr(sorted(params.items()))) if smoke else decision.key.digest
        if identity not in seen:
            seen.add(identity)
            names = dict.fromkeys(params[parameter.name] for parameter in spec.parameters if parameter.is_model)
            found = tuple(models.find(name, decision.call.source) for name in names)
            inputs = {path: str((root / path).resolve()) for path in spec.inputs}
            yield Job(decision, spec, params, found, inputs, smoke)


def _in_order(jobs: Iterator[Job]) -> list[Job]:
    """By model, so that a worker loads each once; within a model the longest first, as far as is known."""

    def rank(job: Job) -> tuple:
        earlier = job.decision.record or job.decision.previous
        seconds = earlier.provenance.seconds if earlier else 0.0
        return tuple(model.name for model in job.models), -seconds, job.decision.call.source, job.decision.state

    return sorted(jobs, key=rank)


class _Execution:
    """Gives jobs to slots, and keeps what comes back."""

    def __init__(
        self,
        store: Store,
        root: Path,
        models: Models,
        config_models: Mapping[str, ModelConfig] | None,
        reporter: Reporter,
        *,
        smoke: bool,
    ) -> None:
        self.records: dict[str, RunRecord] = {}
        self.failures: dict[str, Failure] = {}
        self.reporter = reporter
        self._store, self._root, self._smoke = store, root, smoke
        self._models, self._config_models = models, config_models
        self._kept = Failures(root)
        self._fallbacks: set[str] = set()

    def work(self, jobs: Sequence[Job], places: Sequence[Slot]) -> None:
        """Work until all jobs have ended."""
        waiting = list(reversed(jobs))
        while waiting or any(place.job for place in places):
            for place in places:
                if not place.job and waiting:
                    job = waiting.pop()
                    self.reporter.started(job.decision)
                    place.begin(job)
            _wait(places)
            for place in places:
                ended = place.step(self.reporter.progress)
                if ended:
                    self._keep(ended)

    def _keep(self, ended: Ended) -> None:
        """Turn what came back into a record or a failure, and tell."""
        job, key = ended.job, ended.job.decision.key.digest
        made = make_record(ended) if ended.reply.get("event") == "done" else make_failure(ended)
        if isinstance(made, Failure):
            self._fail(job, made)
            return
        record, blobs = made
        if not self._smoke:
            if self._is_stale(job):
                message = "the demo, an input or a model changed while it ran"
                self._fail(job, make_failure(ended, outcome="raised", message=message), keep=False)
                return
            try:
                self._store.put(record, blobs)
            except ValueError as error:
                self._fail(job, make_failure(ended, outcome="raised", message=f"its result {error}"))
                return
            self._kept.clear(key)
        if record.provenance.fallback and record.provenance.fallback not in self._fallbacks:
            self._fallbacks.add(record.provenance.fallback)
            self.reporter.said(f"running on {record.provenance.device}: {record.provenance.fallback}")
        self.records[key] = record
        self.reporter.finished(job.decision, record, ended.seconds)

    def _fail(self, job: Job, failure: Failure, *, keep: bool = True) -> None:
        self.failures[failure.key] = failure
        if keep and not self._smoke:
            self._kept.put(failure)
        self.reporter.failed(job.decision, failure)

    def _is_stale(self, job: Job) -> bool:
        """Tell whether the key of a finished run would be another one now."""
        spec = None
        with contextlib.suppress(FileNotFoundError):
            spec = read_again(job.spec, self._root)
        if spec is None:
            return True
        models = Models(self._root, self._config_models)
        try:
            source = job.decision.call.source
            return key_of(spec, job.params, models=models, root=self._root, source=source) != job.decision.key
        except DemoError:
            return True


def _wait(places: Sequence[Slot]) -> None:
    """Sleep until a worker says something, at most a quarter of a second or until the next deadline."""
    busy = [place for place in places if place.job]
    seconds = min(0.25, *(place.deadline - time.monotonic() for place in busy)) if busy else 0.0
    descriptors = [descriptor for place in busy for descriptor in place.descriptors]
    if descriptors:
        select.select(descriptors, [], [], max(0.0, seconds))
    else:
        time.sleep(max(0.0, seconds))
