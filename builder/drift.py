"""What `check --smoke` and `--full` found: runs made again beside their records, as problems and as a report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.errors import Problem
from builder.model import Artifact, Decision, DemoSpec, RunRecord
from builder.outputs import OUTPUTS, View
from builder.pages._templates import render_template
from builder.run.environment import device_kind, library_changes

TOLERANCE = 0.01  # of a metric for which its demo declares none, as a share of the greater of the two values
SMALLEST = 1e-6  # values nearer to zero than this are compared as if they were this large
MAX_TEXT = 4000  # characters of an output in the report

ReadBlob = Callable[[Artifact], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChange:
    """A metric of the record and of the new run; None where it is not there."""

    name: str
    before: float | None
    now: float | None
    tolerance: float

    @property
    def beyond(self) -> bool:
        """Whether the two differ by more than the tolerance."""
        if self.before is None or self.now is None:
            return True
        return abs(self.before - self.now) > self.tolerance * max(abs(self.before), abs(self.now), SMALLEST)

    def __str__(self) -> str:
        if self.before is None or self.now is None:
            return f"metric '{self.name}' is {'new' if self.before is None else 'gone'}"
        return f"{self.name} {self.before:g} -> {self.now:g}, beyond its tolerance of {self.tolerance:.3g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A run made again. `metrics` is empty at smoke size, where results are not those of the record."""

    decision: Decision  # as it was before; its record may be missing
    again: RunRecord
    metrics: tuple[MetricChange, ...] = ()
    surroundings: tuple[str, ...] = ()  # device and libraries that changed, in words

    @property
    def drifted(self) -> tuple[MetricChange, ...]:
        """The metrics beyond their tolerance."""
        return tuple(metric for metric in self.metrics if metric.beyond)


def compare(
    before: Iterable[Decision], after: Iterable[Decision], demos: Mapping[str, DemoSpec], *, full: bool
) -> tuple[Comparison, ...]:
    """Set the runs that were made again beside their records; those that failed or have no record are left out."""
    again = {d.key.digest: d.record for d in after if d.action == "run" and d.record is not None}
    return tuple(
        Comparison(
            decision=decision,
            again=new,
            metrics=_metrics(decision.record, new, demos[decision.call.demo].tolerances) if full else (),
            surroundings=tuple(_surroundings(decision.record, new)),
        )
        for decision in before
        if decision.record is not None and (new := again.get(decision.key.digest)) is not None
    )


def _metrics(old: RunRecord, new: RunRecord, tolerances: Mapping[str, float]) -> tuple[MetricChange, ...]:
    return tuple(
        MetricChange(
            name=name,
            before=old.metrics.get(name),
            now=new.metrics.get(name),
            tolerance=tolerances.get(name, TOLERANCE),
        )
        for name in sorted({*old.metrics, *new.metrics})
    )


def _surroundings(old: RunRecord, new: RunRecord) -> Iterator[str]:
    made, now = old.provenance, new.provenance
    if device_kind(made.device) != device_kind(now.device):
        yield f"device {made.device} -> {now.device}"
    yield from library_changes(made.versions, now.versions)


def problems_of(comparisons: Iterable[Comparison]) -> Iterator[Problem]:
    """One error for each metric beyond its tolerance, with what else changed."""
    for comparison in comparisons:
        cause = f" ({'; '.join(comparison.surroundings)})" if comparison.surroundings else ""
        demo, source = comparison.decision.call.demo, comparison.decision.call.source
        hint = f"`studylog run --force {demo}` records it anew; `@demo(tolerances={{...}})` widens what may differ"
        for metric in comparison.drifted:
            yield Problem(source, "drift", f"{demo}: {metric}{cause}", hint)


def write_report(
    folder: Path, comparisons: Sequence[Comparison], problems: Sequence[Problem], *, before: ReadBlob, after: ReadBlob
) -> None:
    """Write `drift.md` and `drift.html`, with the pictures of both sides next to them; `before` and `after` read blobs."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "comparison": comparison,
            "sides": [
                (title, list(_outputs(record, read, folder)))
                for title, record, read in (
                    ("recorded", comparison.decision.record, before),
                    ("made again", comparison.again if comparison.metrics else None, after),
                )
                if record is not None
            ],
        }
        for comparison in comparisons
        if comparison.drifted or comparison.surroundings
    ]
    for suffix in ("md", "html"):
        text = render_template(f"drift.{suffix}", url="", rows=rows, total=len(comparisons), problems=problems)
        (folder / f"drift.{suffix}").write_text(text, encoding="utf-8")


def _outputs(record: RunRecord, read: ReadBlob, folder: Path) -> Iterator[Mapping[str, object]]:
    """What a side shows of each output: its text, and its pictures as files of the report's folder."""
    for output in record.outputs:
        files = {artifact.name: read(artifact) for artifact in output.artifacts}
        pictures = []
        for artifact in output.artifacts:
            if artifact.media_type.startswith("image/"):
                name = f"{hashlib.sha256(files[artifact.name]).hexdigest()[:16]}-{artifact.name}"
                (folder / name).write_bytes(files[artifact.name])
                pictures.append(name)
        view = View(id="drift", alt=output.alt, params={}, files=files, urls={name: name for name in files})
        text = output.alt if pictures else OUTPUTS[output.kind].to_text(view)
        yield {"text": text[:MAX_TEXT], "pictures": pictures}
