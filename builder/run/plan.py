"""What is to be done about every demo call: reuse its record, run it, or say why it is missing. Executes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from builder.errors import DemoError, Problem, Source, StoreError, in_order, suggest
from builder.model import Decision, DemoCall, DemoSpec, Document, Params, RunKey, RunRecord
from builder.run.failures import Failures
from builder.run.key import explain, make_key
from builder.run.models import FoundModel, Models, file_digest
from builder.run.params import complete_params
from builder.run.store import Store

Policy = Literal["auto", "never", "always"]
Calls = Iterable[tuple[Document, DemoCall]]
UNVERIFIED = "unverified"  # how the reason of a reused record starts when its model is not on this machine


def plan(
    calls: Calls, demos: Mapping[str, DemoSpec], store: Store, *, models: Models, policy: Policy, force: bool = False
) -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
    """Decide about each state of each call.

    policy: `auto` runs what has no record and did not fail before, `always` tries failed ones again, `never` runs
        nothing. force: run even what is recorded, and what is damaged. Two calls with one key get the same action;
        `execute` runs them once.
    """
    planner = _Planner(demos, store, models, policy, force)
    decisions = tuple(decision for document, call in calls for decision in planner.decide(document, call))
    return decisions, in_order(planner.problems)


def key_of(spec: DemoSpec, params: Params, *, models: Models, root: Path, source: Source) -> RunKey:
    """Make the key of a run as the log stands now. Raises DemoError at `source` for a missing model or input."""
    named = (params[parameter.name] for parameter in spec.parameters if parameter.is_model)
    found = {name: models.find(name, source).digests for name in named}
    inputs = {path: _input_digest(spec, root, path) for path in spec.inputs}
    return make_key(spec, params, models=found, inputs=inputs)


def models_of(spec: DemoSpec, params: Params, *, models: Models, source: Source) -> tuple[FoundModel, ...]:
    """Return the models that a run names. Raises DemoError."""
    return tuple(models.find(params[p.name], source) for p in spec.parameters if p.is_model)


def is_unverified(decision: Decision) -> bool:
    """Tell whether a result is shown though nothing here can prove which weights made it."""
    return decision.action == "reuse" and any(reason.startswith(UNVERIFIED) for reason in decision.reasons)


def _input_digest(spec: DemoSpec, root: Path, path: str) -> str:
    file = root / path
    if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
        message = f"demo '{spec.name}' reads '{path}', which is not a file of the log"
        raise DemoError(Problem(spec.source, "missing-input", message, "correct its `inputs`"))
    return file_digest(file)


class _Planner:
    """Decides call by call, and collects what is wrong on the way."""

    def __init__(
        self, demos: Mapping[str, DemoSpec], store: Store, models: Models, policy: Policy, force: bool
    ) -> None:
        self.problems: list[Problem] = []
        self._demos, self._store, self._models = demos, store, models
        self._policy, self._force = policy, force and policy != "never"
        self._failures = Failures(store.root)
        self._made_for: dict[tuple[str, str, str], list[RunRecord]] | None = None

    def decide(self, document: Document, call: DemoCall) -> Iterator[Decision]:
        """Yield a decision for each state that the call's text allows to make a key for."""
        spec = self._demos.get(call.demo)
        if spec is None or (spec.cells and call.source.path != spec.source.path):
            hint = suggest(call.demo, self._demos) or f"demos here: {', '.join(sorted(self._demos)) or 'none'}"
            self.problems.append(Problem(call.source, "unknown-demo", f"no demo called '{call.demo}'", hint))
            return
        states, problems = complete_params(spec, call)
        self.problems += problems
        keys = [self._key(spec, call, params) for params in states]
        current = {key.digest for key in keys if key}
        for state, (params, key) in enumerate(zip(states, keys, strict=True)):
            if key:
                base = Decision(document, call, state, params, key, "missing", ("never run",))
                yield self._decide(base, spec, current)

    def _key(self, spec: DemoSpec, call: DemoCall, params: Params) -> RunKey | None:
        """Make the key of a state; without its model, fall back on the key of the record that was made for it."""
        source = _model_source(spec, call)
        try:
            return key_of(spec, params, models=self._models, root=self._store.root, source=source)
        except DemoError as error:
            wanted = make_key(spec, params, models={}, inputs={}).parts
            for record in self._candidates(call):
                parts = {part: value for part, value in record.key.parts.items() if not part.startswith("model:")}
                if parts == wanted and error.problems[0].code in ("unknown-model", "missing-model"):
                    return record.key
            self.problems += error.problems
            return None

    def _decide(self, base: Decision, spec: DemoSpec, current: set[str]) -> Decision:
        record, damage = self._recorded(base.key)
        if record and not self._force:
            return replace(base, action="reuse", reasons=self._doubt(base, spec), record=record)
        self.problems += () if self._force else damage
        previous = None if record else self._previous(base.call, base.key, current)
        failure = self._failures.get(base.key.digest)
        reasons = explain(base.key, previous.key) if previous else base.reasons
        if record or damage:
            reasons = ("forced",) if self._force else ("its record is damaged",)
        elif failure:
            reasons = (f"failed before: {failure.outcome}",)
        base = replace(base, reasons=reasons, record=record, previous=previous, failure=failure)
        if self._policy == "never" or (failure and self._policy == "auto" and not self._force):
            return replace(base, action="failed" if failure else "missing")
        if damage and not self._force:
            return base
        return self._runnable(base, spec)

    def _runnable(self, base: Decision, spec: DemoSpec) -> Decision:
        """Turn the decision into a run, unless a model of it cannot be loaded here."""
        source = _model_source(spec, base.call)
        try:
            refused = [m for m in models_of(spec, base.params, models=self._models, source=source) if m.refusal]
        except DemoError as error:  # there was a record of it, and now it should be made again
            self.problems += error.problems
            return base
        if refused:
            problem = Problem(source, "model-refused", refused[0].refusal, refused[0].hint, "warning")
            self.problems.append(problem)
            return replace(base, reasons=(refused[0].refusal,))
        return replace(base, action="run")

    def _recorded(self, key: RunKey) -> tuple[RunRecord | None, tuple[Problem, ...]]:
        try:
            record = self._store.get(key.digest)
            if record:
                self._store.check_files(record)
        except StoreError as error:
            return None, error.problems
        return record, ()

    def _doubt(self, base: Decision, spec: DemoSpec) -> tuple[str, ...]:
        """Say why a reused record cannot be verified here, if its model is not here at all."""
        try:
            models_of(spec, base.params, models=self._models, source=base.call.source)
        except DemoError as error:
            return (f"{UNVERIFIED}: {error.problems[0].message}",)
        return ()

    def _previous(self, call: DemoCall, key: RunKey, current: set[str]) -> RunRecord | None:
        """The record made for an earlier form of this state: the closest, and of the closest the newest."""
        older = [record for record in self._candidates(call) if record.key.digest not in current]
        return max(older, key=lambda record: (_likeness(record.key, key), record.provenance.started_at), default=None)

    def _candidates(self, call: DemoCall) -> Sequence[RunRecord]:
        if self._made_for is None:
            self._made_for = {}
            records, problems = self._store.records()
            self.problems += () if self._force else problems
            for record in records:
                place = (record.demo, record.site.path if record.site else "", record.call)
                self._made_for.setdefault(place, []).append(record)
        return self._made_for.get((call.demo, call.source.path, call.name), [])


def _model_source(spec: DemoSpec, call: DemoCall) -> Source:
    """The line of the fence that names a model, else the fence."""
    lines = [call.lines[p.name] for p in spec.parameters if p.is_model and p.name in call.lines]
    return Source(call.source.path, lines[0] if lines else call.source.line)


def _likeness(one: RunKey, other: RunKey) -> int:
    return sum(other.parts.get(part) == value for part, value in one.parts.items())
