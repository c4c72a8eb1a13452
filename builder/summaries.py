"""Reports in words and as JSON: what a build did, what the state of the runs is, what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from builder.errors import BuilderError, Problem
from builder.model import BuildReport, Decision, Json
from builder.pages.status import run_json
from builder.pipeline import Log
from builder.report import build_line, build_status
from builder.run.environment import device_change, installed, library_changes
from builder.run.plan import is_unverified


def exit_status(report: BuildReport, *, strict: bool) -> int:
    """0 if all is good; 1 if a run failed, or with `strict` if a run is missing or anything warned."""
    return build_status(report_json(report), strict=strict)


def summary(report: BuildReport) -> str:
    """The last line of a build: counts and seconds."""
    return build_line(report_json(report))


def status_json(log: Log, demos: Iterable[str] = (), *, devices: Sequence[str]) -> Json:
    """The object of `status --json`. `devices`: those of this machine, best first."""
    wanted = set(demos)
    shown = [decision for decision in log.decisions if not wanted or decision.call.demo in wanted]
    here = installed({name for d in shown if d.shown is not None for name in d.shown.provenance.versions})
    runs = [_run_state(decision, here, devices) for decision in shown]
    return {"device": devices[0], "runs": runs, "store": log.store.usage()}


def state_of(decision: Decision) -> str:
    """fresh, stale, missing, failed, or unverified: recorded, but its model is not here to compare with."""
    if decision.action == "reuse":
        return "unverified" if is_unverified(decision) else "fresh"
    if decision.failure is not None:
        return "failed"
    return "stale" if decision.previous is not None else "missing"


def _run_state(decision: Decision, here: Mapping[str, str], devices: Sequence[str]) -> Mapping[str, Json]:
    """One run. `drift` says what its record was made with that is another here; it makes no run stale."""
    drift = []
    if decision.shown is not None:
        made = decision.shown.provenance
        device = device_change(made, devices)
        drift = [*([device] if device else []), *library_changes(made.versions, here)]
    return {**run_json(decision), "state": state_of(decision), "reasons": list(decision.reasons), "drift": drift}


def status_lines(status: Json, *, why: bool) -> Iterator[str]:
    """What `status` prints: a line for each run, and below it every reason if `why`."""
    for row in status["runs"]:
        place = f"{row['path']}:{row['line']}"
        first = row["reasons"][0] if row["reasons"] and not why else ""
        yield f"{row['state']:<10} {row['demo']:<17} {place:<57} {first}".rstrip()
        for reason in row["reasons"] if why else ():
            yield f"           {reason}"
        for change in row["drift"] if why else ():
            yield f"           drift: {change}"


def status_summary(status: Json) -> str:
    """The last line of `status`."""
    counts = Counter(row["state"] for row in status["runs"])
    states = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no demo calls"
    drifted = sum(bool(row["drift"]) for row in status["runs"])
    drift = f"; {drifted} made with other libraries or devices than here (--why)" if drifted else ""
    store = status["store"]
    return f"{states}{drift}; store: {store['records']} records, {store['blobs']} blobs, {store['bytes'] / 1e6:.1f} MB"


def report_json(report: BuildReport) -> dict:
    """The form of a build report that `build --json` prints."""

    def run(decision: Decision) -> dict:
        seconds = decision.record.provenance.seconds if decision.record else 0.0
        return {
            "demo": decision.call.demo,
            "key": decision.key.digest,
            "path": decision.call.source.path,
            "line": decision.call.source.line,
            "reason": decision.reason,
            "seconds": seconds,
        }

    runs = {name: [run(d) for d in getattr(report, name)] for name in ("ran", "reused", "failed", "missing")}
    return {
        "pages": report.pages,
        "rendered": report.rendered,
        "reused_pages": report.reused_pages,
        "runs": runs,
        "problems": [problem_json(problem) for problem in report.problems],
        "seconds": round(report.seconds, 3),
        "site_dir": report.site_dir,
    }


def problem_json(problem: Problem) -> dict:
    """A problem as JSON."""
    return {
        "path": problem.source.path,
        "line": problem.source.line,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def error_json(error: BuilderError) -> dict:
    """The report of a build that stopped at problems."""
    runs = {name: [] for name in ("ran", "reused", "failed", "missing")}
    return {
        "pages": 0, "rendered": 0, "reused_pages": 0, "runs": runs,
        "problems": [problem_json(problem) for problem in error.problems], "seconds": 0.0, "site_dir": "",
    }  # fmt: skip
