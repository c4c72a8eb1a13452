"""A small log with an entry of every kind, connected in every way, in several scripts, for tests of entries' pages."""

from __future__ import annotations

from made_site import entry

FIRST = """\
A first paragraph that calls a note[^one] and cites [@vaswani-2017], goes on to [[second]] and to [[second#later]], and is
long enough that it takes several lines on any screen, so that one can tell beside which of them a note stands.[^two]

- An item with a note[^three] in a list.

> [!correction 2026-02-03] It was the other way round, as [[second]] shows.

| a | wide | table | with | many | columns | that | does | not | fit | on | any | phone | anywhere |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 |

```python
a_long_line = of_code(that_takes=more_room, than_there_is="on a phone", so_that=one, has_to=scroll_it, sideways=True)
```

$$a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} + a_{13} + a_{14} + a_{15} = s$$

> [!note] To remember
> A callout.

[^one]: The first note, with a [link](https://example.org/).
[^two]: The second note.
[^three]: The third note.
"""
MIXED = """\
זה משפט בעברית, עם GPT-2 באמצע.

- פריט ראשון
- פריט שני

生成モデルは、データの分布を学習し、そこから新しいサンプルを生成する。温度を下げると、確率の高いトークンがより選ばれやすくなる。

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.

![A drawing](../assets/box.svg "A caption below it.")
"""
BOX = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 200"><rect width="640" height="200" fill="#888"/></svg>'


def files() -> dict[str, str]:
    """The files of the log."""
    paper = entry("Attention Is All You Need", "What it claims.\n", arxiv='"1706.03762"', year=2017, date="2026-01-02",
                  authors="[Ashish Vaswani, Noam Shazeer]", venue="NIPS", status="read", rating=5, related="[terms]")  # fmt: skip
    return {
        "content/log/2026-01-01-first.md": entry("First", FIRST, description="Where it began."),
        "content/log/2026-02-02-second.md": entry("Second", "See [[first]].\n\n## Later\n\nText.\n", follows="[first]"),
        "content/papers/vaswani-2017.md": paper,
        "content/posts/2026-01-03-post.md": entry("A post", "On [@vaswani-2017] and [[mixed]].\n"),
        "content/notes/mixed.md": entry("שלום, 生成モデル and English", MIXED),
        "content/notes/terms.md": entry("Terms", "See [[first]], [[second]] and [[mixed]].\n"),
        "content/notes/remarked.md": entry("Remarked", f"Short.\n\n> [!annotation 2026-03-03] {'Not so. ' * 99}\n"),
        "content/assets/box.svg": BOX,
    }
