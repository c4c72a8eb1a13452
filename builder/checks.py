"""`studylog check`: what a pull request must pass, and the same as JUnit XML."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from builder.claims import check_claims
from builder.errors import Problem, in_order
from builder.model import Decision, RunRecord
from builder.pipeline import Log, read_log, run_log
from builder.report import Reporter
from builder.run.store import Store


def check(
    root: Path,
    *,
    smoke: bool = False,
    full: bool = False,
    device: str = "auto",
    today: dt.date | None = None,
    reporter: Reporter,
) -> tuple[Problem, ...]:
    """Every problem of the log. Executes nothing unless `smoke` or `full` asks for it."""
    log = read_log(root, policy="never", today=today)
    problems = [*log.problems, *log.store.fsck(), *_run_problems(log)]
    problems += check_claims(log.library.documents, log.decisions)
    if smoke or full:
        problems += _run_again(log, full=full, device=device, today=today, reporter=reporter)
    return in_order(problems)


def _run_again(log: Log, *, full: bool, device: str, today: dt.date | None, reporter: Reporter) -> list[Problem]:
    """Run every call for real, or each demo once at smoke size; the log's store is not touched."""
    again = read_log(log.config.root, policy="always", force=True, today=today)
    wanted = [decision for decision in again.decisions if full or _is_first(decision, again.decisions)]
    with tempfile.TemporaryDirectory() as scratch:
        elsewhere = replace(again, store=Store(Path(scratch)))
        after = run_log(elsewhere, wanted, reporter=reporter, device=device, smoke=not full)
    problems = [_failure(decision) for decision in after.decisions if decision.action == "failed"]
    return problems + (_drift(log, after) if full else [])


def _is_first(decision: Decision, decisions: Iterable[Decision]) -> bool:
    """At smoke size one call of each demo says it all."""
    return decision is next(d for d in decisions if d.call.demo == decision.call.demo)


def _run_problems(log: Log) -> list[Problem]:
    """Calls without a fresh record."""
    problems = []
    for decision in log.decisions:
        if decision.record is None:
            code = "stale-run" if decision.previous is not None else "missing-run"
            message = f"no recorded run of '{decision.call.demo}' for this call: {decision.reason or 'never run'}"
            problems.append(
                Problem(decision.call.source, code, message, f"studylog run {decision.call.demo}", "warning")
            )
    return problems


def _failure(decision: Decision) -> Problem:
    failure = decision.failure
    message = f"'{decision.call.demo}' failed ({failure.outcome}): {failure.message}" if failure else "the demo failed"
    return Problem(decision.call.source, "demo-failed", message, f"studylog run --smoke {decision.call.demo}")


def _drift(log: Log, after: Log) -> list[Problem]:
    """Metrics that a full re-run gives differently from the record, beyond a hundredth."""
    again = {decision.key.digest: decision.record for decision in after.decisions}
    problems = []
    for decision in log.decisions:
        new = again.get(decision.key.digest)
        if decision.record is not None and new is not None:
            for change in _changes(decision.record, new):
                problems.append(
                    Problem(decision.call.source, "drift", change, "studylog run --force accepts it", "warning")
                )
    return problems


def _changes(old: RunRecord, new: RunRecord, *, tolerance: float = 0.01) -> list[str]:
    """Metrics of two records that differ by more than the relative tolerance, in words."""
    changed = []
    for name in sorted({*old.metrics, *new.metrics}):
        before, now = old.metrics.get(name), new.metrics.get(name)
        if before is None or now is None:
            changed.append(f"{old.demo}: metric '{name}' {'is new' if before is None else 'is gone'}")
        elif abs(before - now) > tolerance * max(abs(before), abs(now), 1e-9):
            changed.append(f"{old.demo}: {name} {before:g} -> {now:g}")
    return changed


def exit_status(problems: Iterable[Problem]) -> int:
    """3 if the store is damaged, 1 if anything else is wrong, else 0."""
    errors = [problem for problem in problems if problem.severity == "error"]
    return 3 if any(problem.code == "store-damaged" for problem in errors) else int(bool(errors))


def junit_xml(problems: Iterable[Problem]) -> str:
    """The problems as JUnit XML, one test case a file."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.source.path, []).append(problem)
    errors = sum(any(p.severity == "error" for p in found) for found in by_file.values())
    suite = ElementTree.Element(
        "testsuite", name="studylog check", tests=str(max(1, len(by_file))), failures=str(errors)
    )
    for path, found in sorted(by_file.items()):
        case = ElementTree.SubElement(suite, "testcase", name=path, classname="studylog")
        failing = [problem for problem in found if problem.severity == "error"]
        if failing:
            failure = ElementTree.SubElement(case, "failure", message=failing[0].message)
            failure.text = "\n".join(str(problem) for problem in failing)
    if not by_file:
        ElementTree.SubElement(suite, "testcase", name="log", classname="studylog")
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)
