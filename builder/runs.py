"""`studylog run`: execute the calls that are due, without a site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.errors import DemoError, Problem, Source, suggest
from builder.model import Decision
from builder.pipeline import Log, fetch_runs, read_log, run_log
from builder.report import Reporter


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls to run, and how."""

    demos: Sequence[str] = ()
    expression: str = ""  # what a call's demo, name or file contains
    force: bool = False
    smoke: bool = False
    device: str = "auto"
    executor: str = "local"

    def means(self, decision: Decision) -> bool:
        """Tell whether a call is among them."""
        call = decision.call
        return (not self.demos or call.demo in self.demos) and self.expression in " ".join(
            (call.demo, call.name, call.source.path)
        )


def run(root: Path, wanted: Wanted, *, today: dt.date | None = None, reporter: Reporter) -> tuple[bool, Log]:
    """Run what is due; return whether all of it ended well, and the log with what came of it.

    What the shared store has is fetched instead, unless all is to be run again. Raises DemoError for unknown demos.
    """
    again = wanted.force or wanted.smoke
    log = read_log(root, policy="always", force=again, today=today)
    problems = [
        Problem(Source("demos"), "unknown-demo", f"no demo called '{name}'", suggest(name, log.runnable))
        for name in wanted.demos
        if name not in log.runnable
    ]
    if problems:
        raise DemoError(*problems)
    if not again:
        log = fetch_runs(log, reporter)
    due = [decision for decision in log.decisions if decision.action == "run" and wanted.means(decision)]
    if not due:
        reporter.said("nothing to run: every call has its recorded result (--force runs them again)")
        return True, log
    log = run_log(log, due, reporter=reporter, device=wanted.device, smoke=wanted.smoke, executor=wanted.executor)
    tried = {decision.key.digest for decision in due}
    return not any(d.action == "failed" and d.key.digest in tried for d in log.decisions), log
