"""The note on settings, made from the configuration's own fields."""

from __future__ import annotations

from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from builder.config import INTERNAL, SiteConfig

NOTE = Path(__file__).parents[2] / "content" / "notes" / "settings.md"

HEAD = """\
---
title: Settings
tags: [manual]
description: Every key of site_config.yml, what to write there and what comes of it.
---

A log is a directory with a `site_config.yml`. Only the title is needed:

```yaml
title: What I read in 2026
site_url: https://example.org/log/
theme:
  accent: indigo
models:
  gpt2: {repo: openai-community/gpt2, revision: 607a30d783dfa663caf39e06633721c8d4cfcd7e}
encoder: {repo: sentence-transformers/all-MiniLM-L6-v2, revision: 1110a243fdf4706b3f48f1d95db1a4f5529b4d41}
```

Keys that nobody knows are errors with a suggestion, so a misspelt one is not silently without effect. `studylog doctor
--config` prints the same as this page.

With an `encoder`, `studylog embed` records a vector of signed bytes for each entry in `demos/_runs/vectors.txt`, made of
title, description and text. Commit that file. A build ranks the other entries by the words they share and by these
vectors, and joins both rankings by reciprocal rank; where the vectors had a say, the entry's page names the encoder. It
takes neither weights nor torch. A text that was edited since is related by its words alone, and `check` and `status` say
how many there are.

How a text becomes a vector is read from the files that sentence-transformers puts beside the weights: `modules.json`, the
settings of its pooling (mean, cls or last token), the longest window, and the prompt for documents, which goes before
the text. A text longer than a window (256 tokens at most) is read in several, which count by their tokens. Without these
files, a vector is the mean of the last hidden states. Encoders that ask for more, such as a dense layer behind the
pooling, are refused by name of the file that says so.
"""


def note() -> str:
    """The whole note as Markdown."""
    parts = [HEAD, "\n## The log\n", _table(SiteConfig.model_fields)]
    for name, field in SiteConfig.model_fields.items():
        inner = _model(field)
        if inner is not None:
            heading = f"{name}: NAME:" if get_origin(field.annotation) is dict else f"{name}:"
            parts += [f"\n## `{heading}`\n\n{inner.__doc__}\n", _table(inner.model_fields)]
    return "".join(parts)


def _model(field: FieldInfo) -> type[BaseModel] | None:
    """The model inside a field, alone or as the values of a mapping."""
    for part in (field.annotation, *get_args(field.annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _table(fields: dict[str, FieldInfo]) -> str:
    rows = "".join(
        f"| `{name}` | {_default(field)} | {' '.join((field.description or '').split())} |\n"
        for name, field in fields.items()
        if name not in INTERNAL
    )
    return f"\n| key | without it | meaning |\n|---|---|---|\n{rows}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    if field.default in ("", {}, None) or isinstance(field.default, BaseModel):
        return ""
    return f"`{field.default}`"
