"""`studylog check`: what a pull request must pass, and the same as JUnit XML."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from builder.check import check_pages
from builder.claims import check_claims
from builder.drift import compare, problems_of, write_report
from builder.embed import notes
from builder.errors import ContentError, Problem, in_order
from builder.model import Decision, Failure
from builder.pages import make_pages
from builder.pipeline import Log, read_log, run_log, site_of
from builder.report import Reporter
from builder.run.failures import problem_of
from builder.run.store import Store

DRIFT = ".build/drift"  # where the report of runs made again is written


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
    problems += notes(log.config, log.library.documents)
    if not any(problem.severity == "error" for problem in problems):
        problems += _links(log)
    if smoke or full:
        problems += _run_again(log, full=full, device=device, today=today, reporter=reporter)
    return in_order(problems)


def _links(log: Log) -> tuple[Problem, ...]:
    """Links and anchors of all pages, as they are before an engine renders them."""
    prefix = urlsplit(log.config.site_url).path or "/"
    try:
        pages = make_pages(site_of(log))
    except ContentError as error:
        return error.problems
    return check_pages(pages, files=log.library.files, prefix=prefix)


def _run_again(log: Log, *, full: bool, device: str, today: dt.date | None, reporter: Reporter) -> list[Problem]:
    """Run every call for real, or each demo once at smoke size; the log's store is not touched."""
    again = read_log(log.config.root, policy="always", force=True, today=today)
    wanted = [decision for decision in again.decisions if full or _is_first(decision, again.decisions)]
    with tempfile.TemporaryDirectory() as scratch:
        elsewhere = replace(again, store=Store(Path(scratch)))
        after = run_log(elsewhere, wanted, reporter=reporter, device=device, smoke=not full)
        tried = {decision.key.digest for decision in wanted}
        made = [decision for decision in after.decisions if decision.key.digest in tried]
        comparisons = compare(log.decisions, made, log.runnable, full=full)
        problems = [_failure(d, d.failure) for d in after.decisions if d.action == "failed" and d.failure]
        problems += problems_of(comparisons)
        report = log.config.root / DRIFT
        write_report(report, comparisons, problems, before=log.store.read_blob, after=elsewhere.store.read_blob)
    reporter.said(f"compared with the records in {DRIFT}/drift.html and drift.md")
    return problems


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


def _failure(decision: Decision, failure: Failure) -> Problem:
    """A failed run at its fence, with the demo's own lines or what to type."""
    problem = problem_of(decision, failure)
    return replace(problem, hint=problem.hint or f"studylog run --smoke {failure.demo}")


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
