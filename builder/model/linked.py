"""What the documents say together: the linked log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from builder.errors import Problem
from builder.model.content import DemoCall, Document

Relation = Literal["follows", "cites", "annotates", "links to", "relates"]
"""What one document may say of another: the strongest first."""


@dataclass(frozen=True, slots=True)
class Backlink:
    """`document` refers to the page that holds this backlink, in the sentence `context`."""

    document: Document
    relation: Relation
    context: str
    remark: str = ""  # anchor of the annotation in which it does so


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """What lists show of a thing: an entry, or an annotation (then `kind` is `annotation`).

    Everything on the timeline has a date; an entry in another list may have none.
    """

    date: dt.date | None
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
    targets: Mapping[
        tuple[str, str, str], str
    ]  # (url of the page, form, target) -> site url with anchor, or an outside URL
    backlinks: Mapping[str, tuple[Backlink, ...]]  # by url
    tags: Mapping[str, tuple[Document, ...]]  # by tag, newest first
    items: Mapping[str, TimelineItem]  # what lists show of each document, by url
    timeline: tuple[TimelineItem, ...]  # newest first
    reading_list: tuple[ReadingItem, ...]  # last mentioned first
    titles: Mapping[str, str]  # what to call an address in a link without a text, and `cite:ADDRESS` in a citation
    files: Mapping[str, Path]  # site path -> file of the log that is published as it is
    years: Mapping[str, Document] = field(default_factory=dict)  # what introduces a year kept in one file, by url
    problems: tuple[Problem, ...] = ()

    @property
    def calls(self) -> tuple[tuple[Document, DemoCall], ...]:
        """Every demo call, in a stable order: by file, then line."""
        found = [(document, call) for document in (*self.documents, *self.years.values()) for call in document.calls]
        return tuple(sorted(found, key=lambda pair: pair[1].source))
