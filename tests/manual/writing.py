"""The note on writing: each construct as it is typed, and below it what comes of it on this very page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NOTE = Path(__file__).parents[2] / "content" / "notes" / "how-to-write-an-entry.md"

HEAD = """\
---
title: How to write an entry
tags: [manual]
description: Everything that may stand in an entry, as it is typed and as it looks.
math: true
---

An entry is a Markdown file in a folder under `content/`: `log/`, `papers/`, `posts/`, `notes/` or `notebooks/`.
`studylog new log "What one head looks at"` writes one that is valid and opens it in your editor. Its first lines may be
[[front-matter-key-by-key|front matter]]; the rest is text. The text is CommonMark, so a list needs no blank line above it,
two spaces are enough to nest, and a fence may stand inside a list item.

Below, each example is shown as it is typed, and then as it looks here. What cannot be understood is never guessed at: it
is a problem with file, line and what to type, and [[what-the-messages-mean]] lists them all. The verbs are described in
[[commands]], the configuration in [[settings]], what a program may show in [[what-a-demo-may-return]], and what becomes of
notes that you have already in [[bringing-notes-along]].
"""


@dataclass(frozen=True, slots=True)
class Construct:
    """Something that an author can write. `only_source` where it cannot be shown on this page."""

    heading: str
    words: str
    source: str
    only_source: bool = False


CONSTRUCTS = (
    Construct(
        "Links between entries",
        "Double brackets name an entry by its slug, its title or its file. After `|` stands the text, after `#` a heading. "
        "An entry that is linked says so on its own page, with the sentence around the link. Links by path work too, so "
        "that they can be followed in an editor.",
        "The idea is from [[greedy-loops]]; see also\n[[softmax-and-temperature|how temperature works]], and\n"
        "[the first one by its path](../log/2026-02-22-greedy-loops.md).",
    ),
    Construct(
        "Citations",
        "A citation names a paper by the slug of its note, by its BibTeX key, or by its arXiv number or DOI. Everything "
        "cited or linked is on the reading list, whether it has a note or not.",
        "Attention is all you need [@vaswani-2017], said some\n[@arxiv:1706.03762, section 3; see @radford-2019].",
    ),
    Construct(
        "Pictures and files",
        "Files live in `content/assets/`. An embed in double brackets finds one by its name; after `|` stands the width in "
        "pixels, or the text for those who cannot see it. Pictures of other hosts are only linked, so that readers are not "
        "seen there.",
        "![Bars of two groups](../assets/outputs/bars.png)\n\n![[bars.png|240]]",
    ),
    Construct(
        "Mathematics",
        "TeX between dollar signs becomes MathML when the site is built: no script, and screen readers can read it. A price "
        "of \\$5 needs no care unless a second dollar sign follows it closely.",
        "The weights are $w_i = e^{z_i / T} / \\sum_j e^{z_j / T}$, so that\n\n"
        "$$\n\\lim_{T \\to 0} w_i = [i = \\arg\\max_j z_j].\n$$",
    ),
    Construct(
        "Lists, tables, tasks",
        "Tables and task lists are GitHub's; a definition begins with a colon.",
        "- [x] read the paper\n- [ ] try it\n  1. without a seed\n  2. with one\n\n"
        "| T | tokens |\n|--:|:--|\n| 0.2 | few |\n| 1.2 | many |\n\nlogit\n: a score before softmax",
    ),
    Construct(
        "Callouts",
        "A quotation that begins with a type in brackets is a callout. `-` folds it, `+` leaves it open. `!!! note` is "
        "read as well.",
        "> [!tip] Try it yourself\n> With a seed, the same noise comes every time.\n\n> [!question]- Why not zero?\n> Because it divides.",
    ),
    Construct(
        "Footnotes",
        "A footnote's text may stand anywhere in the file.",
        "It took a night[^night] to train.\n\n[^night]: On two CPU cores.",
    ),
    Construct(
        "Annotations",
        "What you think of a passage later does not overwrite it: a dated remark below it shows in the margin, and on the "
        "timeline under its own date. `correction` in place of `annotation` says that the passage was wrong.",
        "The loss is a number without a meaning of its own.\n\n"
        "> [!annotation 2026-11-22] I see it as bits now;\n> see [[what-a-perplexity-is-worth]].",
        only_source=True,
    ),
    Construct(
        "Code, diagrams, emoji",
        "Code is highlighted by language, with a title if it has one. A fence called `mermaid` is drawn as a diagram.",
        '```python title="softmax.py"\nweights = [math.exp(z / T) for z in logits]\n```\n\n'
        "```mermaid\ngraph LR\n  prompt --> model --> logits --> token\n  token --> prompt\n```\n\nDone :tada:",
    ),
    Construct(
        "HTML",
        "HTML is let through a filter that keeps what text needs and nothing that runs. `unsafe_html: true` in the front "
        "matter takes the filter away for one entry, for those who know what they paste.",
        "Press <kbd>/</kbd> to search.\n\n<details>\n<summary>The long proof</summary>\n\nIt is *left* to the reader.\n\n</details>",
    ),
    Construct(
        "Demos",
        "A fence called `demo` runs a program of `demos/` and shows what it returned. The run is recorded with what made it "
        "and is made again only when the program, the parameters or the model change. `as:` names it, `caption:` and `alt:` "
        "describe it, and a `sweep:` of values gives the reader selectors. `studylog status --why` says what a run depends on.",
        '```demo gpt2_generate\nprompt: "attention (noun):"\nmax_new_tokens: 40\ntemperature: 0.7\nseed: 1\nas: sample\n'
        "caption: One definition of a word.\n```",
    ),
    Construct(
        "Numbers from a run",
        "A number that a demo or notebook recorded is printed by its name, so that it cannot differ from the run. Sentences "
        'about numbers go into the front matter, `claims: ["sample.tokens > 10"]`: `studylog check` fails when a run makes '
        "one false.",
        "The definition is {{sample.tokens:.0f}} tokens long.",
    ),
)

TAIL = """
## A year in one file

Short notes need no file each. In `content/log/2025.md` every bullet or heading that begins with a date is an entry of its
own, with its page, address, backlinks and place in the feeds:

```markdown
---
tags: [notebook]
---
What stands above the first date introduces the page of the year.

* 9/3 - **A notebook with squares**. One page an evening.
  - What is indented belongs to it.
* And so does what has no date.
* 2025-09-07: The transformer paper <!--- slug: first-time --->

## 14 September: Softmax of large numbers

A heading with a date begins an entry too;
everything below it belongs to it.
```

- **Dates** are month and day, `9/3`, or written out in any usual way: `2025-09-03`, `3 Sep`, `Sep 3, 2025`, `3.9.`. The
  year is the file's. `30/9`, a day that the calendar does not have, and a day of another year are problems with their line.
- **Titles** are the heading's words, or what a bullet has in bold first (it is not said twice), or its first sentence.
- **Slugs** come from the title and do not depend on the neighbours. Give an entry a slug of its own before you change the
  words it is named by, or links to it break: that is what the comment with three hyphens is for. It is the entry's front
  matter and may hold every key but `date` and `math`; several keys need braces, `<!--- {slug: a, tags: [b]} --->`.
- **The front matter of the file** holds for all its entries: `tags`, `authors`, `draft`, `toc`, `math`.
- **Links** to `2025.md` lead to the page of the year, `2025.md#first-time` to that entry; `[[first-time]]` does as well.

## Notebooks

A notebook in `content/notebooks/` is an entry that runs: `.ipynb` as Jupyter saves it, or a Python file in percent format.
Its front matter is the comment at the top, or the first cell of text. Like a demo it runs when its code changes, is
recorded, and prints its numbers by name.

```python
# ---
# title: How far from one half
# inputs: content/assets/flips.csv
# ---

# %% [markdown]
# What I want to find out, in *Markdown*, with links to [[greedy-loops]].

# %%
from builder.notebook import run

run.metric("share", 0.52)

# %% [markdown]
# The share of heads is {{notebook.share:.0%}}.
```

## Other editors

A log made by `studylog init` brings what editors need.

- **VS Code.** Snippets for what is hard to remember: type `demo`, `cite`, `value`, `note`, `callout` or `day` in a Markdown
  file and press Ctrl-Space. With the YAML extension, `site_config.yml` is checked and completed as you type: its first
  line names the schema. That extension does not look into Markdown: for front matter, run the task `studylog check`
  (Ctrl-Shift-B), which lists every problem of the log at its line, or `studylog serve`. `studylog schema paper` prints the
  schema of a kind's front matter for linters that do, such as remark-lint-frontmatter-schema.
- **Obsidian.** The folder `content/` opens as a vault: embeds with a width, callouts and tags mean the same there. A link
  by file name, `[[2024-01-02-heads]]`, is followed in both; one by slug or title, `[[heads]]`, only here.
- **Anything else.** What only studylog knows, such as citations and numbers from runs, is plain text to other editors.

## Another name

`studylog mv heads attention-heads` renames an entry and every link to it, leaves everything else as it is, and lets the old
address redirect. `--date` and `--title` change those; `--dry-run` only says what would change.
"""


def note() -> str:
    """The whole note as Markdown."""
    return HEAD + "".join(map(_section, CONSTRUCTS)) + TAIL


def _section(construct: Construct) -> str:
    fence = "````"
    shown = "" if construct.only_source else f"\n{construct.source}\n"
    return f"\n## {construct.heading}\n\n{construct.words}\n\n{fence}markdown\n{construct.source}\n{fence}\n{shown}"
