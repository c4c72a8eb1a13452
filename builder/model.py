"""The frozen types that cross a border between rooms of the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from builder.errors import Problem, Source

Json = Any  # what json.loads returns
Params = Mapping[str, Json]




@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document; `slug` is its anchor."""

    level: int
    text: str
    slug: str


@dataclass(frozen=True, slots=True)
class Link:
    """A reference as written: `[[target]]`, `[text](target.md)`, `[@target]`, `![[target]]` or a plain URL."""

    form: Literal["wiki", "relative", "cite", "embed", "image", "url"]
    target: str
    text: str
    source: Source
    context: str = ""  # the sentence around it


@dataclass(frozen=True, slots=True)
class DemoCall:
    """A demo fence: which demo, with which parameters, and how it is to be shown.

    `name` is what the author gave with `as:`, else `DEMO-N`, the N-th call of that demo in the document.
    """

    demo: str
    name: str
    params: Params
    sweep: Mapping[str, tuple[Json, ...]]
    caption: str
    alt: str
    source: Source
    lines: Mapping[str, int] = field(default_factory=dict)  # line of each parameter, for messages

    def states(self) -> tuple[Params, ...]:
        """Every combination of the sweep, in the order written; one plain state without a sweep."""
        states: list[dict[str, Json]] = [dict(self.params)]
        for name, values in self.sweep.items():
            states = [{**state, name: value} for state in states for value in values]
        return tuple(states)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A dated remark on an earlier passage; `anchor` is its id on the page, `text` its plain text."""

    date: dt.date
    anchor: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Value:
    """A number in the prose: `{{name.metric:format}}`."""

    name: str
    metric: str
    format: str
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One entry of the log, parsed. `url` is its address from the site's root, such as `log/2026/02/22/greedy-loops/`."""

    kind: str
    slug: str
    title: str
    date: dt.date | None
    url: str
    source: Source
    meta: Any  # the front matter model of its kind (builder.kinds)
    body: Any  # markdown-it tokens; only builder.parse looks inside
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    calls: tuple[DemoCall, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    values: tuple[Value, ...] = ()
    words: int = 0
    summary: str = ""  # the description, else the first paragraph as plain text
    anchors: tuple[str, ...] = ()  # ids in the author's own HTML
    lines: Mapping[str, int] = field(default_factory=dict)  # line of each key of the front matter

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags and categories as the author wrote them."""
        return self.meta.labels

    def at(self, key: str) -> Source:
        """Where a key of the front matter stands; the first line if it is not there."""
        return Source(self.source.path, self.lines.get(key, self.source.line))




@dataclass(frozen=True, slots=True)
class Backlink:
    """`document` refers to the page that holds this backlink, in the sentence `context`."""

    document: Document
    relation: Literal["links to", "cites", "continues"]
    context: str


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One dated thing: an entry, or an annotation (then `kind` is `annotation`)."""

    date: dt.date
    kind: str
    title: str
    url: str
    tags: tuple[str, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the log where a paper is referred to."""

    document: Document
    context: str


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """Something to read: described by a paper note, or only linked from entries. `id` is normalised."""

    id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str
    url: str
    status: str
    rating: int | None
    mentions: tuple[Mention, ...]
    note: Document | None
    bibkey: str


@dataclass(frozen=True, slots=True)
class Library:
    """The linked log. Everything in it is published: drafts and future entries are not here."""

    documents: tuple[Document, ...]  # newest first
    by_slug: Mapping[str, Document]
    targets: Mapping[tuple[str, str, str], str]  # (path, form, target) -> site url with anchor, or an outside URL
    backlinks: Mapping[str, tuple[Backlink, ...]]  # by url
    tags: Mapping[str, tuple[Document, ...]]  # by tag, newest first
    timeline: tuple[TimelineItem, ...]  # newest first
    reading_list: tuple[ReadingItem, ...]  # last mentioned first
    files: Mapping[str, Path]  # site path -> file of the log that is published as it is
    problems: tuple[Problem, ...] = ()

    @property
    def calls(self) -> tuple[tuple[Document, DemoCall], ...]:
        """Every demo call, in a stable order: by file, then line."""
        found = [(document, call) for document in self.documents for call in document.calls]
        return tuple(sorted(found, key=lambda pair: pair[1].source))




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
    reason: str  # "", or the parts that changed in words: "temperature 0.7 -> 0.9"
    record: RunRecord | None = None  # of this very key
    previous: RunRecord | None = None  # the last good one of this call, when there is none of this key
    failure: Failure | None = None




@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site. `html` is its content; headings that stand alone on a line enter the table of contents."""

    url: str  # "" is home, "timeline/", "log/2026/"
    title: str
    html: str
    description: str = ""
    source: Source | None = None
    search: bool = True
    hide: tuple[str, ...] = ()  # of the theme: "toc", "navigation"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the site that the engine only copies."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `as_json` in builder.pipeline gives the form of the contract."""

    pages: int
    rendered: int
    reused_pages: int
    ran: tuple[Decision, ...]
    reused: tuple[Decision, ...]
    failed: tuple[Decision, ...]
    missing: tuple[Decision, ...]
    problems: tuple[Problem, ...]
    seconds: float
    site_dir: str
