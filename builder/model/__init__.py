"""The frozen types that cross a border between rooms of the house."""

from builder.model.content import Annotation, Cell, DemoCall, Document, Heading, Link, Value
from builder.model.json import Json, Params
from builder.model.linked import Backlink, Library, Mention, ReadingItem, Relation, TimelineItem
from builder.model.runs import (
    Artifact,
    Decision,
    DemoSpec,
    Failure,
    OutputRecord,
    Parameter,
    Provenance,
    RunKey,
    RunRecord,
)
from builder.model.site import BuildReport, Item, KeptPage, Page, StaticFile

__all__ = [
    "Annotation",
    "Artifact",
    "Backlink",
    "BuildReport",
    "Cell",
    "Decision",
    "DemoCall",
    "DemoSpec",
    "Document",
    "Failure",
    "Heading",
    "Item",
    "Json",
    "KeptPage",
    "Library",
    "Link",
    "Mention",
    "OutputRecord",
    "Page",
    "Parameter",
    "Params",
    "Provenance",
    "ReadingItem",
    "Relation",
    "RunKey",
    "RunRecord",
    "StaticFile",
    "TimelineItem",
    "Value",
]
