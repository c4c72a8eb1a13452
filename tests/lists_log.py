"""A log of three years whose entries speak several languages, for tests of the pages one finds things with."""

from __future__ import annotations

from made_site import entry

TITLES = [
    "الانتباه هو كل ما تحتاجه",  # right to left
    "注意力就是你所需要的一切",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "A title with <angle brackets> & an ampersand",
    "Ординаты и абсциссы",
]


def files(entries: int = 150, papers: int = 1) -> dict[str, str]:
    """The files of a log with `entries` log entries, one of every other kind, and `papers` that are only linked."""
    log = {}
    for number in range(entries):
        year, month, day = 2026 - number // 60, 12 - number // 5 % 12, 28 - number % 5 // 2
        title = TITLES[number % len(TITLES)] if number % 7 == 3 else f"Day {number} of sampling"
        body = f"Today I sampled {number} times; see [[terms]].\n\n## What came out\n\nLess than I hoped.\n"
        if number == 20:
            body += "\n> [!annotation 2026-12-30] I know better now.\n"
        tags = "[sampling, attention]" if number % 2 else "[sampling]"
        log[f"content/log/{year}-{month:02d}-{day:02d}-day-{number}.md"] = entry(title, body, tags=tags)
    paper = entry("Attention Is All You Need", "A note.\n", arxiv='"1706.03762"', year=2017, date="2025-01-02",
                  authors="[Ashish Vaswani, Noam Shazeer]", venue="NeurIPS", status="read", rating=5)  # fmt: skip
    linked = (
        "I read [Denoising Diffusion Probabilistic Models](https://arxiv.org/abs/2006.11239) and [[vaswani-2017]].\n"
    )
    more = [f"[Paper number {n}](https://arxiv.org/abs/2001.{n:05d})" for n in range(1, papers)]
    for number, link in enumerate(more):
        log[list(log)[number % entries]] += f"\nSee {link}.\n"
    return log | {
        "content/papers/vaswani-2017.md": paper,
        "content/posts/2026-02-03-why.md": entry("Why I keep a log", linked, aliases="[/old/why/]"),
        "content/notes/terms.md": entry("Terms", "Sampling, and what it is not.\n"),
    }
