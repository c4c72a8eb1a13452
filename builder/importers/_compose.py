"""The file of an entry: front matter, one key a line, and the body."""

from __future__ import annotations

import json

from builder.importers._types import Draft
from builder.kinds import KINDS


def header_keys(draft: Draft) -> list[tuple[str, object]]:
    """The front matter's keys in their order, each written on one line."""
    known = KINDS[draft.kind].meta.model_fields
    first = [("title", draft.title[:500])] + ([("date", draft.date)] if draft.date else [])
    return first + [(key, value) for key, value in draft.meta.items() if key in known and key not in ("title", "date")]


def compose(draft: Draft) -> str:
    """The text of an entry's file."""
    lines = [f"{key}: {_yaml(key, value)}" for key, value in header_keys(draft)]
    body = draft.text.rstrip()
    return "\n".join(["---", *lines, "---", "", *([body, ""] if body else [""])])


def _yaml(key: str, value: object) -> str:
    """A value on one line, as YAML reads it: JSON is YAML."""
    return str(value) if key in ("date", "updated") else json.dumps(value, ensure_ascii=False)


def body_line(draft: Draft) -> int:
    """The line of the file on which the body begins."""
    return len(header_keys(draft)) + 4
