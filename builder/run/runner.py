"""Execute what was planned, in workers that may crash, hang or run out of memory without harm to anything else."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder.model import Decision, DemoSpec, Failure, RunRecord
from builder.report import Reporter, Silent
from builder.run.executors import Crew, open_crew
from builder.run.failures import Failures
from builder.run.job import Ended, Job, Progress
from builder.run.models import Models
from builder.run.packing import Load, Schedule
from builder.run.proof import key_here
from builder.run.result import make_failure, make_record
from builder.run.store import Store
from builder.run.timing import known_seconds

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
    executor: str = "local",
    reporter: Reporter | None = None,
) -> Results:
    """Run the decisions whose action is `run`, each key once, and record every result as soon as it is there.

    smoke: run all decisions given, with the demos' smoke parameters; nothing is recorded. executor: where, see
    builder.run.executors. An interruption ends the workers and leaves what was recorded so far.
    """
    wanted = [decision for decision in decisions if smoke or decision.action == "run"]
    models = Models(root, config_models)
    jobs = {
        decision.key.digest: (decision, job) for decision, job in make_jobs(wanted, demos, models, root, smoke=smoke)
    }
    if not jobs:
        return Results()
    seconds = {} if smoke else known_seconds([decision for decision, _ in jobs.values()], store)
    execution = _Execution(store, root, config_models, reporter or Silent(), smoke=smoke)
    with contextlib.closing(execution.reporter):
        with contextlib.closing(open_crew(executor, root.resolve(), device=device, jobs=len(jobs))) as crew:
            for note in crew.notes:
                execution.reporter.said(note)
            loads = [
                Load(key, () if job.spec.cells else _names(job), seconds.get(key)) for key, (_, job) in jobs.items()
            ]
            execution.work(jobs, Schedule(loads, crew.places), crew)
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


def make_jobs(
    decisions: Sequence[Decision], demos: Mapping[str, DemoSpec], models: Models, root: Path, *, smoke: bool
) -> Iterator[tuple[Decision, Job]]:
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
            yield (
                decision,
                Job(
                    key=decision.key,
                    spec=spec,
                    source=decision.call.source,
                    call=decision.call.name,
                    params=params,
                    models=found,
                    inputs=inputs,
                    smoke=smoke,
                ),
            )


def _names(job: Job) -> tuple[str, ...]:
    return tuple(model.name for model in job.models)


class _Execution:
    """Gives jobs to a crew, and keeps what comes back."""

    def __init__(
        self,
        store: Store,
        root: Path,
        models: Mapping[str, ModelConfig] | None,
        reporter: Reporter,
        *,
        smoke: bool,
    ) -> None:
        self.records: dict[str, RunRecord] = {}
        self.failures: dict[str, Failure] = {}
        self.reporter = reporter
        self._store, self._root, self._smoke = store, root, smoke
        self._models = models
        self._kept = Failures(root)
        self._fallbacks: set[str] = set()

    def work(self, jobs: Mapping[str, tuple[Decision, Job]], schedule: Schedule, crew: Crew) -> None:
        """Work until all jobs have ended."""
        began: dict[int, float] = {}
        while schedule:
            for place, load in schedule.next():
                decision, job = jobs[load.name]
                self.reporter.started(decision)
                crew.begin(place, job)
                began[place] = time.monotonic()
            elapsed = {place: time.monotonic() - moment for place, moment in began.items()}
            self.reporter.left(schedule.left(elapsed))
            for place, event in crew.wait():
                decision, job = jobs[schedule.begun[place].name]
                if isinstance(event, Progress):
                    self.reporter.progress(decision, event.done, event.total, event.note)
                else:
                    schedule.ended(place)
                    self._keep(decision, job, event)

    def _keep(self, decision: Decision, job: Job, ended: Ended) -> None:
        """Turn what came back into a record or a failure, and tell."""
        made = make_record(job, ended) if ended.reply.get("event") == "done" else make_failure(job, ended)
        if isinstance(made, Failure):
            self._fail(decision, made, keep=ended.to_keep)
            return
        record, blobs = made
        if not self._smoke:
            if key_here(job, root=self._root, models=self._models) != job.key:
                message = "the demo, an input or a model changed while it ran"
                self._fail(decision, make_failure(job, ended, outcome="raised", message=message), keep=False)
                return
            try:
                self._store.put(record, blobs)
            except ValueError as error:
                self._fail(decision, make_failure(job, ended, outcome="raised", message=f"its result {error}"))
                return
            self._kept.clear(job.key.digest)
        if record.provenance.fallback and record.provenance.fallback not in self._fallbacks:
            self._fallbacks.add(record.provenance.fallback)
            self.reporter.said(f"running on {record.provenance.device}: {record.provenance.fallback}")
        self.records[job.key.digest] = record
        self.reporter.finished(decision, record, ended.seconds)

    def _fail(self, decision: Decision, failure: Failure, *, keep: bool = True) -> None:
        self.failures[failure.key] = failure
        if keep and not self._smoke:
            self._kept.put(failure)
        self.reporter.failed(decision, failure)
