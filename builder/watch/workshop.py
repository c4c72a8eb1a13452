"""Builds the site again after each change, and runs demos beside that; everything is kept warm in one process."""

from __future__ import annotations

import gc
import logging
import threading
import traceback
from dataclasses import replace
from pathlib import Path

from builder.engine.workers import Workers
from builder.errors import BuilderError, Problem, Source
from builder.kept import Kept
from builder.model import BuildReport, Decision, Failure, RunRecord
from builder.pipeline import KEPT, Options, Policy, build, read_log, run_log
from builder.report import Reporter, Silent, print_problems
from builder.run.failures import problem_of
from builder.summaries import summary
from builder.watch.channel import Channel

log = logging.getLogger(__name__)


class Workshop:
    """A log on which somebody works. One thread builds, another runs demos; the channel hears of both."""

    def __init__(
        self, root: Path, options: Options, channel: Channel, reporter: Reporter, workers: Workers | None = None
    ) -> None:
        self.changed, self.due = threading.Event(), threading.Event()
        self._root, self._options, self._channel, self._reporter = root, options, channel, reporter
        self._policy: Policy = options.run
        self._kept, self._workers = Kept(root / KEPT, warm=True), workers

    def build_for_ever(self) -> None:
        """Build whenever something changed."""
        while True:
            self.changed.wait()
            self.changed.clear()
            self.build()

    def build(self) -> bool:
        """Build once with what is recorded, and tell the pages; True if the site was published.

        Garbage is collected after that: what is kept of a long log is much to look through, and nobody waits then.
        """
        gc.disable()
        try:
            return self._build()
        finally:
            gc.enable()
            gc.collect()
            if not gc.get_freeze_count():
                gc.freeze()  # what is known since the first build stays, by far the most of it

    def _build(self) -> bool:
        options = replace(self._options, run="never")
        try:
            build(self._root, options, self._reporter, self._kept, self._workers, published=self._published)
        except BuilderError as error:
            problems = error.problems
        except Exception as error:  # a mistake of studylog's must not take the last good site away
            log.error("%s", traceback.format_exc())
            message = f"studylog itself failed: {type(error).__name__}: {error}"
            problems = (Problem(Source("serve"), "bug", message, "the terminal says more"),)
        else:
            return True
        print_problems(problems)
        self._channel.refused(tuple(problem for problem in problems if problem.severity != "note"))
        return False

    def _published(self, report: BuildReport) -> None:
        """Tell the pages of a new site, and whoever looks at the terminal."""
        failed = (problem_of(d, d.failure) for d in report.failed if d.failure is not None)
        problems = tuple(p for p in (*failed, *report.problems) if p.severity != "note")
        self._channel.published(problems)
        print_problems(problems)
        self._reporter.said(summary(report))
        if report.missing and self._policy != "never":
            self.due.set()

    def run_for_ever(self) -> None:
        """Run the demos that are due whenever there are any, until interrupted."""
        while True:
            self.due.wait()
            self.due.clear()
            self.run()

    def run(self) -> None:
        """Run the demos that are due, and have the site built with what came of them."""
        try:
            found = read_log(self._root, policy=self._policy, force=self._policy == "always", today=self._options.today)
            wanted = [decision for decision in found.decisions if decision.action == "run"]
            self._policy = "auto"  # `always` means once
            if wanted:
                run_log(found, wanted, reporter=_Told(self._reporter, self._channel), device=self._options.device)
                self.changed.set()
        except BuilderError as error:
            print_problems(error.problems)
            self._channel.refused(error.problems)
        finally:
            self._channel.running(())


class _Told(Silent):
    """Passes everything on, and tells the channel which demos run."""

    def __init__(self, reporter: Reporter, channel: Channel) -> None:
        self._reporter, self._channel = reporter, channel
        self._running: list[str] = []
        self.progress, self.left = reporter.progress, reporter.left
        self.said, self.close = reporter.said, reporter.close

    def started(self, decision: Decision) -> None:
        self._running.append(decision.call.demo)
        self._tell()
        self._reporter.started(decision)

    def finished(self, decision: Decision, record: RunRecord, seconds: float) -> None:
        self._ended(decision)
        self._reporter.finished(decision, record, seconds)

    def failed(self, decision: Decision, failure: Failure) -> None:
        self._ended(decision)
        self._reporter.failed(decision, failure)

    def _ended(self, decision: Decision) -> None:
        if decision.call.demo in self._running:
            self._running.remove(decision.call.demo)
        self._tell()

    def _tell(self) -> None:
        self._channel.running(tuple(self._running))
