"""The note on messages, made from the table of their meanings and from the mistakes that the tests keep."""

from __future__ import annotations

import re
from pathlib import Path

from linked_log import told

from builder.messages import MEANINGS

ROOT = Path(__file__).parents[2]
NOTE = ROOT / "content" / "notes" / "what-the-messages-mean.md"
BAD = ROOT / "tests" / "sites" / "bad"

HEAD = """\
---
title: What the messages mean
tags: [manual]
description: Every message that studylog gives, what is behind it, and an example with what to type.
---

A problem names the file, the line, what is wrong, and what to type:

```text
content/log/2024-01-02-first.md:9: error: no entry called 'atention'
  hint: did you mean 'attention'?
```

All problems of a command come at once, and the site that was published before stays until they are gone. An *error* stops
the build. A *warning* does so with `--strict`. A *note* is only told by `studylog check`. `--json` and the JUnit report
of `check` carry, besides, the code that stands before each explanation here.

What a key or a construct means when it is right stands in [[front-matter-key-by-key]] and [[how-to-write-an-entry]].
"""


def note() -> str:
    """The whole note as Markdown."""
    shown = examples()
    parts = [HEAD]
    for group, codes in MEANINGS.items():
        parts.append(f"\n## {group}\n")
        for code, meaning in codes.items():
            parts.append(f"\n`{code}`\n: {meaning}\n")
            if code in shown:
                parts.append(f"\n    ```text\n{_indented(shown[code])}\n    ```\n")
    return "".join(parts)


def examples() -> dict[str, str]:
    """One problem for each code, from the logs with mistakes in them."""
    found: dict[str, str] = {}
    for folder in sorted(BAD.iterdir()):
        for problem in told(folder):
            found.setdefault(problem.code, str(problem))
    return found


def _indented(text: str) -> str:
    return re.sub(r"^", "    ", text, flags=re.MULTILINE)
