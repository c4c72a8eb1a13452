"""Demos, runs and what is decided about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from builder.errors import Source
from builder.model.content import Cell, DemoCall, Document
from builder.model.json import Json, Params


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a demo, as its signature says. `choices` is filled for Literal, bounds for Annotated."""

    name: str
    type: Literal["int", "float", "bool", "str", "list"]
    default: Json = None
    required: bool = False
    item_type: str = ""  # of a list
    choices: tuple[Json, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    is_model: bool = False


@dataclass(frozen=True, slots=True)
class DemoSpec:
    """A demo as read from its file, without importing it."""

    name: str
    title: str
    summary: str  # first line of the docstring
    description: str  # the rest, Markdown
    parameters: tuple[Parameter, ...]
    outputs: tuple[str, ...]  # names of the output types it returns
    smoke: Params
    inputs: tuple[str, ...]  # declared input files, relative to the log
    timeout_seconds: float
    source: Source
    text: str  # the file's text, shown on the demo's page
    code: Mapping[str, str]  # "demos/x.py:definition" -> digest of its code without comments, docstrings, formatting
    tolerances: Mapping[str, float] = field(default_factory=dict)  # metric -> share by which a new run may differ
    cells: tuple[Cell, ...] = ()  # of a notebook, which runs in a kernel instead of calling a function


@dataclass(frozen=True, slots=True)
class RunKey:
    """What decides a run's result. `parts` is flat and readable, so that two keys can be compared part by part."""

    digest: str  # sha256 hex of the canonical JSON of `parts`
    parts: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One recorded file of an output; its bytes are the blob named by `sha256`."""

    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """One thing a run returned: which kind of output, its files, and its description in words."""

    kind: str
    alt: str
    artifacts: tuple[Artifact, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a result. None of it is in the key."""

    device: str  # "cpu", "cuda:0 (NVIDIA H100)"
    versions: Mapping[str, str]
    models: Mapping[str, Json]  # name -> {"digest", "parameters"}
    started_at: str  # ISO 8601, UTC, seconds
    seconds: float
    peak_bytes: int
    fallback: str = ""  # why a better device was not used


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A recorded run: evidence, committed with the log."""

    key: RunKey
    demo: str
    site: Source | None  # the call it was first made for
    call: str  # that call's name
    outputs: tuple[OutputRecord, ...]
    metrics: Mapping[str, float]
    stdout: str
    provenance: Provenance

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """The files of all outputs, in their order."""
        return tuple(artifact for output in self.outputs for artifact in output.artifacts)


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that did not end well. Kept apart from records; it never stands in for a result."""

    key: str
    demo: str
    outcome: str  # raised, timeout, oom, killed(SIGKILL)
    message: str
    traceback: str
    at: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done about one state of one demo call, and why."""

    document: Document
    call: DemoCall
    state: int
    params: Params  # complete, defaults filled in
    key: RunKey
    action: Literal["reuse", "run", "missing", "failed"]
    reasons: tuple[str, ...]  # the parts that changed in words: "temperature 0.7 -> 0.9"
    record: RunRecord | None = None  # of this very key
    previous: RunRecord | None = None  # the last good one of this call, when there is none of this key
    failure: Failure | None = None

    @property
    def reason(self) -> str:
        """The reasons in one line."""
        return ", ".join(self.reasons)

    @property
    def shown(self) -> RunRecord | None:
        """The record that stands on the page: of this very key, else the last good one."""
        return self.record or self.previous
