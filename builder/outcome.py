"""What a build came to: pages, runs, and what nobody could verify."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from builder.engine import Rendered
from builder.errors import Problem
from builder.model import BuildReport, Decision
from builder.run.plan import is_unverified


def report_of(
    decisions: Collection[Decision],
    wanted: Iterable[Decision],
    rendered: Rendered,
    *,
    problems: tuple[Problem, ...],
    site_dir: Path,
    seconds: float,
) -> BuildReport:
    """The report of a build; `wanted` are the decisions that were to be run."""
    tried = {(decision.key.digest, decision.call.name, decision.state) for decision in wanted}

    def ran(decision: Decision) -> bool:
        return (decision.key.digest, decision.call.name, decision.state) in tried

    good = [decision for decision in decisions if decision.record is not None and decision.action != "failed"]
    return BuildReport(
        pages=rendered.rendered + rendered.reused,
        rendered=rendered.rendered,
        reused_pages=rendered.reused,
        ran=tuple(d for d in good if ran(d)),
        reused=tuple(d for d in good if not ran(d)),
        failed=tuple(d for d in decisions if d.action == "failed"),
        missing=tuple(d for d in decisions if d.record is None and d.action != "failed"),
        problems=problems,
        seconds=seconds,
        site_dir=str(site_dir),
        files={path: file.digest for path, file in rendered.files.items()},
    )


def not_verified(decisions: Iterable[Decision]) -> Iterator[Problem]:
    """What an untrusted build shows without proof: calls that were not run, and results of models that are not here."""
    for decision in decisions:
        demo, source = decision.call.demo, decision.call.source
        if decision.record is None or is_unverified(decision):
            message = f"not verified: '{demo}' was not run here ({decision.reason})"
            hint = f"on a machine that trusts it: studylog run {demo}"
            yield Problem(source, "not-verified", message, hint, "warning")
