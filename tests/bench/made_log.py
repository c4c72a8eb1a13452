"""A log of any size, made up: the same bytes for the same number of entries, and a smaller log is the start of a larger.

python tests/bench/made_log.py FOLDER 1000
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from pathlib import Path

FIRST_DAY = dt.date(2012, 1, 1)
TODAY = dt.date(2027, 1, 1)  # later than every entry of a log with 10,000
SENTENCES = 4  # of a paragraph: with five of them and the rest, 300 words an entry
NEAR = 40  # an entry refers to one of so many before it
PAPERS = 10  # every tenth entry is a paper note
TAGS = tuple(f"topic {number}" for number in range(60))
WORDS = """
attention weight head layer token prompt logit sample loss gradient noise schedule image text model data batch step
score value query key mask window cache depth width scale norm bias rate decay momentum seed run result table figure
small large first second every another early late sharp flat noisy clean simple strange learns forgets repeats predicts
reads writes adds moves keeps drops grows falls shows hides after before while because although without between within
""".split()
BODY = """\
{opening} {sentences[0]} This goes on from [[{near}]], and {cited}.

## What I tried

{sentences[1]} With $p_i = \\frac{{e^{{z_i}}}}{{\\sum_j e^{{z_j}}}}$ it is short:

```python
def step_{number}(logits, temperature={temperature}):
    scaled = [logit / temperature for logit in logits]
    total = sum(exp(value) for value in scaled)
    return [exp(value) / total for value in scaled]  # sums to 1
```

| temperature | loss | words |
|---|---|---|
| 0.{number} | {a} | {b} |
| 1.0 | {b} | {a} |

## What came of it

{sentences[2]}

- {words[0]} **{words[1]}** {words[2]}
- {words[3]} `{words[4]}` {words[5]}

> [!note] To remember
> {sentences[3]}

{sentences[4]} See also [the one before](../{folder}/{near}.md).
"""


def write_log(folder: Path, entries: int) -> Path:
    """Write a log of so many entries below `folder`, which it returns."""
    (folder / "content").mkdir(parents=True, exist_ok=True)
    (folder / "site_config.yml").write_text("title: A made-up log\n", encoding="utf-8")
    for number in range(entries):
        path = folder / path_of(number)
        path.parent.mkdir(exist_ok=True)
        path.write_text(entry(number), encoding="utf-8")
    return folder


def path_of(number: int) -> str:
    """Where entry `number` stands in the log."""
    return f"content/{_folder(number)}/{_stem(number)}.md"


def entry(number: int, *, opening: str = "Today again.") -> str:
    """The text of entry `number`; `opening` is what its first paragraph begins with."""
    chosen = random.Random(number)
    near = max(0, number - chosen.randint(1, NEAR))
    body = BODY.format(
        opening=opening,
        number=number,
        near=_stem(near),
        folder=_folder(near),
        cited=f"[@{_stem(number // PAPERS * PAPERS)}] says why" if number % 2 else f"arXiv:{_arxiv(number)} does not",
        sentences=[" ".join(_sentence(chosen) for _ in range(SENTENCES)) for _ in range(5)],
        words=chosen.sample(WORDS, 6),
        temperature=chosen.randint(1, 20) / 10,
        a=chosen.randint(100, 999),
        b=chosen.randint(100, 999),
    )
    return f"{_front_matter(number, chosen)}\n{body}"


def _front_matter(number: int, chosen: random.Random) -> str:
    lines = [f'title: "{" ".join(chosen.sample(WORDS, 4)).capitalize()} {number}"']
    lines += [f"tags: [{', '.join(chosen.sample(TAGS, 3))}]"]
    if _is_paper(number):
        lines += [f"date: {_day(number)}", "authors: [Ada Lovelace, Alan Turing]", "year: 2020", "status: read"]
        lines += [f"arxiv: {_arxiv(number)}"]
    return "\n".join(["---", *lines, "---", ""])


def _sentence(chosen: random.Random) -> str:
    words = chosen.choices(WORDS, k=chosen.randint(7, 15))
    return f"{' '.join(words).capitalize()}."


def _is_paper(number: int) -> bool:
    return number % PAPERS == 0


def _folder(number: int) -> str:
    return "papers" if _is_paper(number) else "log"


def _stem(number: int) -> str:
    return f"paper-{number}" if _is_paper(number) else f"{_day(number)}-entry-{number}"


def _day(number: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=number // 2)


def _arxiv(number: int) -> str:
    """A number of a paper that ten entries share."""
    return f"2001.{number // PAPERS:05}"


if __name__ == "__main__":
    write_log(Path(sys.argv[1]), int(sys.argv[2]))
