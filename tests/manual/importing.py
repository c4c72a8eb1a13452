"""The note on importing: what somebody has, and below it what `studylog import` makes of it, as it did just now."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

from builder.config import read_config
from builder.importers import import_notes

NOTE = Path(__file__).parents[2] / "content" / "notes" / "bringing-notes-along.md"

HEAD = """\
---
title: Bringing notes along
tags: [manual]
description: What studylog import makes of notes in other shapes, and what it asks.
---

`studylog import PATH…` turns files and folders into entries. Each file is recognised by itself; `--as` says what it is.

- **Nothing is lost.** Each line of a source is content, metadata, blank, or dropped for a reason; `--report FILE` writes
  that ledger. What has no equal here stays visible as code, with a warning.
- **Nothing is guessed.** A date that cannot be read, or that has no year, is a question. `--year` answers the latter.
- **Nothing is overwritten.** A second import does nothing; an entry that you have edited stays, unless you say
  `--overwrite`. `--dry-run` only says what would happen.
- **Links go along.** Pages that are imported together link each other as before; old addresses redirect; pictures and
  files are copied to `content/assets/`. What is missing is listed and said in the text.

The log is read and linked once as it would be, before anything is written: what would be wrong with it is mended first.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """Sources of one shape."""

    heading: str
    words: str
    files: dict[str, str]
    quiet: tuple[str, ...] = ()  # files that only mark the shape, and are not shown


EXAMPLES = [
    Example(
        "A page of dates",
        "Bullets, headings or lines that begin with a date become entries of the log. Years come from headings, from the\n"
        "title, or turn with the months; what has no date belongs to the date above it; a range is its first day.",
        {"log.md": "# Study log\n\n## 2023\n\n* 2/24–2/26 - **LLaMA**: read the paper\n* and its code\n* 24. März - first run\n"},
    ),
    Example(
        "A feed of posts",
        "Headings with a date in them, or below them, become posts.",
        {"feed.md": "# Blog\n\n## Scaling, again\n*Posted on May 5, 2023 by Ana*\n\nText.\n\n## Loss (April 1, 2023)\n\nMore.\n"},
    ),
    Example(
        "Notes on papers and of courses",
        "A page that begins with the address of one paper, or whose title leads there, is a note on it. Any other page without\n"
        "a date becomes one long note, without the table of contents that was made by hand; what is only planned becomes a draft.",
        {"paper-notes/forcing.md": "## [Professor Forcing](https://arxiv.org/abs/1610.09038)\n\n- **Authors**: Alex Lamb and others\n\n### Thoughts\n\nA judge.\n"},
    ),
    Example(
        "Jekyll",
        "Front matter, permalinks, redirects, Liquid and kramdown. Hugo, Zola, Quarto and Docusaurus are read alike.",
        {
            "_posts/2023-02-24-heads.md": (
                "---\nlayout: post\ntitle: 'Heads: a look'\ntags: attention toys\nredirect_from: /old/heads.html\n---\n"
                "See [the last one]({% post_url 2023-02-20-loss %}).\n\n## Math {#m}\n\nHere \\\\(a^2\\\\) and [above](#m).\n\n"
                "> Mind the scale.\n{: .prompt-tip }\n"
            ),
            "_posts/2023-02-20-loss.md": "Loss\n",
            "_config.yml": "permalink: pretty\n",
        },
        quiet=("_posts/2023-02-20-loss.md", "_config.yml"),
    ),
    Example(
        "Obsidian",
        "A folder `.obsidian` makes a vault of those around it. Daily notes become entries of the log, notes with the address\n"
        "or number of a paper become notes on papers, templates and drawings become drafts.",
        {
            "Daily/24 Feb 2023.md": "- [x] read [[Attention]] #done\n- ==key==: [[Attention#^scale]] %% ask Ben %%\n",
            "Attention.md": "---\nurl: https://arxiv.org/abs/1706.03762\n---\nDivide by the root. ^scale\n",
            ".obsidian/app.json": "{}",
        },
        quiet=(".obsidian/app.json",),
    ),
    Example(
        "Logseq",
        "Journals become entries of the log, pages become notes; tasks, properties, references to blocks and queries go along.",
        {
            "journals/2023_02_24.md": "- TODO read [[LoRA]] #paper\n  collapsed:: true\n\t- #+BEGIN_QUOTE\n\t  Low rank.\n\t  #+END_QUOTE\n",
            "logseq/config.edn": "{}",
        },
        quiet=("logseq/config.edn",),
    ),
    Example(
        "BibTeX and CSL-JSON",
        "Each publication becomes a paper note, still to be read. Notebooks become notes too, with the outputs they have.",
        {"refs.bib": "@article{vae, title={Auto-Encoding {V}ariational Bayes}, author={Kingma, D. P.}, year={2013}, eprint={1312.6114}}\n"},
    ),
]  # fmt: skip


def note() -> str:
    """The whole note as Markdown."""
    return HEAD + "".join(map(_section, EXAMPLES))


def _section(example: Example) -> str:
    shown = {path: text for path, text in example.files.items() if path not in example.quiet}
    made, said = _import(example)
    before = "".join(_file(path, text) for path, text in shown.items())
    after = "".join(_file(path, text) for path, text in made.items())
    told = "".join(f"\n- {line}" for line in said)
    return f"\n## {example.heading}\n\n{example.words}\n{before}\nBecomes:\n{after}" + (
        f"\nAnd it says:\n{told}\n" if told else ""
    )


def _file(path: str, text: str) -> str:
    return f"\n`{path}`\n\n````markdown\n{text.rstrip()}\n````\n"


def _import(example: Example) -> tuple[dict[str, str], list[str]]:
    """What a fresh log holds afterwards, by path, and the questions and warnings."""
    with tempfile.TemporaryDirectory() as folder:
        root, old = Path(folder) / "log", Path(folder) / "old"
        for path, text in {
            "log/site_config.yml": "title: x\n",
            **{f"old/{p}": t for p, t in example.files.items()},
        }.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, encoding="utf-8")
        config = read_config(root, today=dt.date(2026, 6, 15))
        ledger = import_notes(config, [old], shape="auto", year=None, dry_run=False)
        quiet = {Path(path).stem for path in example.quiet}
        paths = [
            draft["path"] for draft in ledger["drafts"] if not any(draft["path"].endswith(f"{q}.md") for q in quiet)
        ]
        said = [line.replace(f"{old}/", "").replace(str(old), "") for line in ledger["warnings"]]
        return {path: (root / path).read_text(encoding="utf-8") for path in paths}, [
            s for s in said if "not Markdown" not in s
        ]
