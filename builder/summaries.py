"""Reports in words and as JSON: what a build did, what the state of the runs is, what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from builder.errors import BuilderError, Problem
from builder.model import BuildReport, Decision, Json
from builder.pipeline import Log
from builder.run.plan import UNVERIFIED


def exit_status(report: BuildReport, *, strict: bool) -> int:
    """0 if all is good; 1 if a run failed, or with `strict` if a run is missing or anything warned."""
    warned = any(problem.severity == "warning" for problem in report.problems)
    return int(bool(report.failed) or (strict and (bool(report.missing) or warned)))


def summary(report: BuildReport) -> str:
    """The last line of a build: counts and seconds."""
    runs = [(len(report.ran), "run"), (len(report.reused), "reused"), (len(report.failed), "failed")]
    runs.append((len(report.missing), "missing (`studylog run` makes them)"))
    counted = ", ".join(f"{count} {word}" for count, word in runs if count) or "none"
    pages = f"{report.pages} pages ({report.rendered} rendered, {report.reused_pages} reused)"
    executed = "" if report.ran or report.failed else "; nothing was executed"
    return f"{pages}; demo runs: {counted}{executed}; {report.seconds:.1f} s -> {report.site_dir}"


def status_json(log: Log, demos: Iterable[str] = (), *, device: str) -> Json:
    """The object of `status --json`. Raises nothing: what cannot be read is a state."""
    wanted = set(demos)
    runs = [_run_state(d) for d in log.decisions if not wanted or d.call.demo in wanted]
    return {"device": device, "runs": runs, "store": log.store.usage()}


def state_of(decision: Decision) -> str:
    """fresh, stale, missing, failed, or unverified: recorded, but its model is not here to compare with."""
    if decision.action == "reuse":
        return "unverified" if decision.reason.startswith(UNVERIFIED) else "fresh"
    if decision.failure is not None:
        return "failed"
    return "stale" if decision.previous is not None else "missing"


def _run_state(decision: Decision) -> Mapping[str, Json]:
    record = decision.record or decision.previous
    recorded = None
    if record is not None:
        made = record.provenance
        recorded = {"at": made.started_at, "device": made.device, "seconds": made.seconds}
    return {
        "demo": decision.call.demo,
        "key": decision.key.digest,
        "path": decision.call.source.path,
        "line": decision.call.source.line,
        "state": state_of(decision),
        "reasons": [reason for reason in decision.reason.split(", ") if reason],
        "recorded": recorded,
    }


def status_summary(status: Json) -> str:
    """The last line of `status`."""
    counts = Counter(row["state"] for row in status["runs"])
    states = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no demo calls"
    store = status["store"]
    return f"{states}; store: {store['records']} records, {store['blobs']} blobs, {store['bytes'] / 1e6:.1f} MB"


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
