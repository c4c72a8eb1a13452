"""The note on front matter, made from the models that read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from builder.kinds import KINDS
from builder.kinds.frontmatter import IGNORED, SYNONYMS, FrontMatter

NOTE = Path(__file__).parents[2] / "content" / "notes" / "front-matter-key-by-key.md"

HEAD = """\
---
title: Front matter, key by key
tags: [manual]
description: Every key that may stand at the top of an entry, what to write there and what comes of it.
---

Front matter is YAML between two lines `---` at the very top of an entry. Everything in it may be left out: a title can
come from the first heading, a date and a slug from the file's name.

```markdown
---
title: "Softmax: why temperature divides"
tags: [sampling, softmax]
draft: true
---
```

Quotes are needed around values that hold `: `, or begin with a sign such as `@`, `*` or `[`. `no` and `12:30` are text
here, not surprises. Keys that nobody knows are refused with a suggestion. In the file of a year, an entry's own front
matter stands in a comment behind its date: see [[how-to-write-an-entry#a-year-in-one-file|a year in one file]].
"""
KINDS_OF_VALUE = {
    "parse_date": "a day, `2024-02-24`; time and offset are accepted and left out",
    "_line": "text",
    "_words": "a list, or words separated by commas or spaces",
    "_names": "a list of names, or names separated by commas",
    "_list": "a list, or one of them",
}


def note() -> str:
    """The whole note as Markdown."""
    parts = [HEAD, "\n## Every kind of entry\n", _table(FrontMatter.model_fields)]
    for kind in KINDS.values():
        own = {name: field for name, field in kind.meta.model_fields.items() if name not in FrontMatter.model_fields}
        if own:
            parts += [f"\n## {kind.plural}\n", _table(own)]
    parts += [
        "\n## Keys of other generators\n\n",
        "These mean one of the keys above and need not be changed: ",
        ", ".join(f"`{theirs}` ({ours})" for theirs, ours in sorted(SYNONYMS.items())),
        ".\n\nThese are accepted and mean nothing here; `studylog check` tells of them: ",
        ", ".join(f"`{key}`" for key in sorted(IGNORED)),
        ".\n",
    ]
    return "".join(parts)


def _table(fields: dict[str, FieldInfo]) -> str:
    rows = "".join(f"| `{name}` | {value(field)} | {field.description} |\n" for name, field in fields.items())
    return f"\n| key | write | meaning |\n|---|---|---|\n{rows.replace(chr(10) + chr(10), ' ')}"


def value(field: FieldInfo) -> str:
    """What may be written for a field, in words."""
    kinds = [*map(_validator, field.metadata), *(_validator(m) for arg in _parts(field.annotation) for m in arg)]
    words = next((KINDS_OF_VALUE[kind] for kind in kinds if kind in KINDS_OF_VALUE), "")
    options = [option for option in get_args(field.annotation) if isinstance(option, str)]
    if options:
        words = " ".join(f"`{option}`" for option in options)
    elif field.annotation is bool:
        words = "`true` or `false`"
    if not words:
        words = "a number"
    default = field.default
    written = (
        str(default).lower() if isinstance(default, bool) else str(default) if default not in (None, "", ()) else ""
    )
    return f"{words}; without it `{written}`" if written else words


def _parts(annotation: Any) -> list[tuple]:
    """The metadata of what an optional annotation is made of."""
    return [getattr(part, "__metadata__", ()) for part in get_args(annotation)]


def _validator(metadata: Any) -> str:
    return getattr(getattr(metadata, "func", None), "__name__", "")
