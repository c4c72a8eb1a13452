"""What an author wrote: documents and what stands in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from builder.errors import Source
from builder.model.json import Json, Params


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
    remark: str = ""  # anchor of the annotation in which it stands


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
class Cell:
    """A cell of a notebook. `lines` are the lines of the file on which its lines stand.

    `number` counts the cells that have code to execute, from 1; it is 0 for all others.
    """

    type: Literal["markdown", "code", "raw"]
    text: str
    lines: tuple[int, ...]
    number: int = 0
    tags: tuple[str, ...] = ()
    alt: str = ""  # what its pictures show


@dataclass(frozen=True, slots=True)
class Annotation:
    """A dated remark on an earlier passage; `anchor` is its id on the page, `text` its plain text."""

    date: dt.date
    anchor: str
    text: str
    source: Source
    corrects: bool = False  # what stands above it was wrong


@dataclass(frozen=True, slots=True)
class Value:
    """A number in the prose: `{{name.metric:format}}`."""

    name: str
    metric: str
    format: str
    source: Source

    @property
    def written(self) -> str:
        """What stands between the braces."""
        return f"{self.name}.{self.metric}:{self.format}"


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
    terms: Mapping[str, int] = field(default_factory=dict)  # how often it uses which word, for related entries
    text_digest: str = ""  # of its plain text (builder.parse.plaintext), for what is recorded of it
    summary: str = ""  # the description, else the first paragraph as plain text
    names: tuple[str, ...] = ()  # what is called how in the plain text, where the author gave it no name
    anchors: tuple[str, ...] = ()  # ids in the author's own HTML
    lines: Mapping[str, int] = field(default_factory=dict)  # line of each key of the front matter
    cells: tuple[Cell, ...] = ()  # of a notebook
    year_url: str = ""  # the page of the year, for an entry that shares its file with the year's others

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags and categories as the author wrote them."""
        return self.meta.labels

    def at(self, key: str) -> Source:
        """Where a key of the front matter stands; the first line if it is not there."""
        return Source(self.source.path, self.lines.get(key, self.source.line))
