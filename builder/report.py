"""What people see while demos run: progress bars on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from builder.errors import Problem
from builder.model import Decision, Failure, Json, RunRecord

_WORTH_SAYING_SECONDS = 10.0  # work that takes less is over before its estimate is read
_AGAIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Left:
    """What is still to be run: how many of how many, for how long as far as earlier runs tell, and how many never ran."""

    runs: int
    total: int
    seconds: float
    untimed: int

    def __str__(self) -> str:
        never = f"{self.untimed} of {self.runs} never timed" if self.untimed else ""
        about = f"about {show_seconds(self.seconds)} left" if self.seconds or not never else ""
        return ", ".join(words for words in (about, never) if words)


class Reporter(Protocol):
    """Told about everything that happens to runs, in the order in which it happens."""

    def started(self, decision: Decision) -> None:
        """A run begins."""

    def progress(self, decision: Decision, done: int, total: int, note: str) -> None:
        """A run has done `done` of `total` steps."""

    def finished(self, decision: Decision, record: RunRecord, seconds: float) -> None:
        """A run ended well after `seconds`, loading included."""

    def failed(self, decision: Decision, failure: Failure) -> None:
        """A run did not end well."""

    def left(self, left: Left) -> None:
        """So much is still to be done; told again and again."""

    def said(self, text: str) -> None:
        """Something else that people should know."""

    def close(self) -> None:
        """Nothing more will come for now."""


class Silent(Reporter):
    """Says nothing: the reporter's own methods do nothing."""


class Plain(Silent):
    """One line for each run that ended, and one for everything else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told_left = -_AGAIN_SECONDS

    def finished(self, decision: Decision, record: RunRecord, seconds: float) -> None:
        """Write why it ran, how long it took, and where."""
        provenance = record.provenance
        facts = f"{seconds:.1f} s  {provenance.device}  {show_bytes(provenance.peak_bytes)}"
        self.said(f"run    {describe(decision)}   {facts}")

    def failed(self, decision: Decision, failure: Failure) -> None:
        """Write how it ended, with the demo's own lines below."""
        lines = "".join(f"\n         {line}" for line in failure.traceback.strip().splitlines())
        self.said(f"FAILED {describe(decision)}   {failure.outcome}: {failure.message}{lines}")

    def left(self, left: Left) -> None:
        """Write how long it will take, once a minute at most, where that is worth knowing."""
        now = time.monotonic()
        if left.total > 1 and left.seconds >= _WORTH_SAYING_SECONDS and now - self._told_left >= _AGAIN_SECONDS:
            self._told_left = now
            self.said(f"{left.runs} of {left.total} runs to go, {left}")

    def said(self, text: str) -> None:
        """Write a line."""
        print(text, file=self._stream, flush=True)


class Bars(Plain):
    """As Plain, with a progress bar for each run that is under way."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        super().__init__(stream)
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        self._progress = Progress(
            *columns, TextColumn("{task.fields[note]}"), console=Console(file=stream), transient=True
        )
        self._tasks: dict[str, int] = {}
        self._all: int | None = None  # the bar of all runs together

    def started(self, decision: Decision) -> None:
        """Show a bar."""
        name = _escape(describe(decision))
        self._progress.start()
        self._tasks[decision.key.digest] = self._progress.add_task(f"run    {name}", total=None, note="")

    def progress(self, decision: Decision, done: int, total: int, note: str) -> None:
        """Move the bar."""
        task = self._tasks.get(decision.key.digest)
        if task is not None:
            self._progress.update(task, completed=done, total=total, note=_escape(note))

    def left(self, left: Left) -> None:
        """Move the bar of all runs, if there are several."""
        if left.total > 1:
            if self._all is None:
                self._all = self._progress.add_task("all runs", total=left.total, note="")
            self._progress.update(self._all, completed=left.total - left.runs, note=str(left))

    def finished(self, decision: Decision, record: RunRecord, seconds: float) -> None:
        """Replace the bar by a line."""
        self._remove(decision)
        super().finished(decision, record, seconds)

    def failed(self, decision: Decision, failure: Failure) -> None:
        """Replace the bar by the failure."""
        self._remove(decision)
        super().failed(decision, failure)

    def said(self, text: str) -> None:
        """Write a line above the bars."""
        self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Take the bars away."""
        for task in [*self._tasks.values(), *([] if self._all is None else [self._all])]:
            self._progress.remove_task(task)
        self._tasks.clear()
        self._all = None
        self._progress.stop()

    def _remove(self, decision: Decision) -> None:
        task = self._tasks.pop(decision.key.digest, None)
        if task is not None:
            self._progress.remove_task(task)


def reporter_for(stream: TextIO | None = None) -> Reporter:
    """Return progress bars for a terminal, plain lines for anything else; stderr if no stream is given."""
    stream = stream or sys.stderr
    return Bars(stream) if stream.isatty() else Plain(stream)


def print_problems(problems: Iterable[Problem], *, notes: bool = False, root: Path = Path()) -> None:
    """Write problems to stderr, then how many there are; notes only if asked for.

    Inside GitHub Actions each is an annotation as well, at its file and line of the log at `root`.
    """
    shown = [problem for problem in problems if notes or problem.severity != "note"]
    is_github = os.environ.get("GITHUB_ACTIONS") == "true"
    for problem in shown:
        print(_without_commands(str(problem)) if is_github else problem, file=sys.stderr)
        if is_github:
            print(annotation(problem, root), file=sys.stderr)
    counts = {kind: sum(problem.severity == kind for problem in shown) for kind in ("error", "warning", "note")}
    words = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items() if count]
    if words:
        print(", ".join(words), file=sys.stderr)


def annotation(problem: Problem, root: Path) -> str:
    """A problem as the command that GitHub Actions shows beside the line it is about.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    kind = "notice" if problem.severity == "note" else problem.severity
    workspace = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    path = os.path.relpath(root.resolve() / problem.source.path, Path(workspace).resolve())
    fields = {"file": path, "line": str(problem.source.line) if problem.source.line else "", "title": problem.code}
    properties = ",".join(f"{name}={_escape_property(value)}" for name, value in fields.items() if value)
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{kind} {properties}::{_escape_data(text)}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _without_commands(text: str) -> str:
    """Keep lines of others, such as a demo's own, from being read as commands: those begin with two colons."""
    return "\n".join(f"| {line}" if line.lstrip().startswith("::") else line for line in text.splitlines())


def describe(decision: Decision) -> str:
    """Name a run: the demo, the fence, and why it is run."""
    return f"{decision.call.demo}  {decision.call.source}  {decision.reason}".rstrip()


def show_seconds(seconds: float) -> str:
    """Write a duration for people, rounded: `40 s`, `3 min`, `2.5 h`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def show_bytes(count: int) -> str:
    """Write a size for people: `1.2 GB`."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def build_line(report: Json) -> str:
    """The last line of a build, from its report: counts and seconds."""
    words = {"ran": "run", "reused": "reused", "failed": "failed", "missing": "missing (`studylog run` makes them)"}
    runs = report["runs"]
    counted = ", ".join(f"{len(runs[name])} {word}" for name, word in words.items() if runs[name]) or "none"
    pages = f"{report['pages']} pages ({report['rendered']} rendered, {report['reused_pages']} reused)"
    executed = "" if runs["ran"] or runs["failed"] else "; nothing was executed"
    return f"{pages}; demo runs: {counted}{executed}; {report['seconds']:.1f} s -> {report['site_dir']}"


def build_status(report: Json, *, strict: bool) -> int:
    """The exit status of a build, from its report."""
    warned = any(problem["severity"] == "warning" for problem in report["problems"])
    return int(bool(report["runs"]["failed"]) or (strict and (bool(report["runs"]["missing"]) or warned)))
