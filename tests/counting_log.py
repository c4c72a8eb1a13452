"""A small log with one demo that counts, and what tests of whole builds do with it."""

from __future__ import annotations

from pathlib import Path

from builder.pipeline import Options, build
from builder.report import Silent
from builder.summaries import report_json

COUNT = '''
"""Counts."""
from builder.demo import Run, demo
from builder.outputs import Text, Token


@demo(smoke={"times": 1})
def count(run: Run, times: int = 3, word: str = "go") -> Text:
    """Say a word several times."""
    if word == "fail":
        raise ValueError("told to fail")
    run.metric("times", times)
    return Text(tokens=[Token(text=word + " ", probability=0.5) for _ in range(times)])
'''
ENTRY = """---
title: First
tags: [one]
---
Some prose about [[second]] and [@paper-1999].

```demo count
times: 4
as: four
```

It said it {{four.times:.0f}} times.
"""
FILES = {
    "demos/count.py": COUNT,
    "content/log/2024-01-01-first.md": ENTRY,
    "content/log/2024-02-01-second.md": "---\ntitle: Second\n---\nSee [[first]].\n",
    "content/papers/paper-1999.md": "---\ntitle: A Paper\nauthors: [Ada Lovelace]\nyear: 1999\n---\nGood.\n",
}


def run(root: Path, **options) -> dict:
    return report_json(build(root, Options(**options), Silent()))


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
