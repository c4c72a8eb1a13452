"""The file of a year as entries: what its front matter gives to all of them, and what one of them says for itself.

An entry of a year has front matter of its own in a comment behind its date: `* 2/24 - LLaMA <!--- slug: llama --->`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markdown_it.token import Token

from builder.errors import Problem, Source
from builder.kinds import Kind
from builder.kinds.frontmatter import FrontMatter
from builder.parse.blocks import take_footnotes
from builder.parse.days import Day, Days
from builder.parse.syntax import markdown
from builder.parse.text import EntryText, parse_entry, parse_meta
from builder.parse.titles import plain_text, title_of

_LEAD = re.compile(r"(\*\*|__)(?P<lead>[^*_\n]{1,80})\1[ \t]*(?:[:.,–—-]+[ \t]*|(?=\n|\Z))")
_MARKS = re.compile(r"[\[\]<>{}`$]|://")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_OF_ONE_ENTRY = ("slug", "permalink", "date", "updated", "follows", "pin", "claims", "image")
_OF_THE_FILE = {"date": "write the date in front of the entry", "math": "set it in the front matter of the file"}


@dataclass(frozen=True, slots=True)
class DayText:
    """An entry of a year: its front matter, its tokens (whose line 0 is `text.body_line`), a title taken from its words."""

    date: dt.date
    line: int
    title: str
    text: EntryText
    tokens: list[Token]


@dataclass(frozen=True, slots=True)
class YearText:
    """The file of a year: its days in the order of the file, and what stands above the first."""

    text: EntryText
    days: tuple[DayText, ...]
    introduction: list[Token]


def parse_year(text: str, path: str, kind: Kind, year: int) -> YearText:
    """Read the file of a year. Problems of single days are theirs, all others are in `text`."""
    entry = parse_entry(text, path, kind)
    parser = markdown(math=entry.meta.math)
    env: dict[str, Any] = {}
    tokens: list[Token] = []
    parser.block.parse(entry.body, parser, env, tokens)
    tokens, notes = take_footnotes(tokens)
    split = Days(year, path, entry.body_line).split(tokens)
    references = env.get("references", {})

    def finish(blocks: list[Token]) -> list[Token]:
        used = _used(blocks, notes)
        footnotes = {"refs": {f":{label}": -1 for label in used}, "list": {}}
        blocks = [*blocks, *(token.copy() for label in used for token in notes[label])]
        return parser.parse("", {"blocks": blocks, "references": references, "footnotes": footnotes})

    days = tuple(_day(day, entry, path, kind, finish) for day in split.days)
    problems = [*entry.problems, *_misplaced_keys(entry.lines, path), *split.problems]
    if not days and not problems:
        hint = "begin entries with a date: `* 2/24 - …` or `## 2/24 …`"
        problems.append(Problem(Source(path, entry.body_line), "date", "a year without a date", hint, "warning"))
    return YearText(replace(entry, problems=tuple(problems)), days, finish(split.introduction))


def _misplaced_keys(lines: Mapping[str, int], path: str) -> list[Problem]:
    """Keys in the front matter of the file that only one entry can have."""
    hint = "write it behind the entry's date: `* 2/24 - … <!--- {key}: … --->`"
    return [
        Problem(Source(path, lines[key]), "front-matter", f"'{key}' belongs to one entry", hint.format(key=key))
        for key in _OF_ONE_ENTRY
        if key in lines
    ]


def _day(day: Day, entry: EntryText, path: str, kind: Kind, finish: Callable[[list[Token]], list[Token]]) -> DayText:
    yaml, line = day.front
    own, lines, problems = parse_meta(yaml, path, kind, first_line=line)
    for key in _OF_THE_FILE.keys() & lines.keys():
        message = f"'{key}' cannot be set for one entry of a year"
        problems.append(Problem(Source(path, lines[key]), "front-matter", message, _OF_THE_FILE[key]))
    title = own.title or day.heading or _take_lead(day.blocks) or _title(day.blocks)
    tokens = finish(_without(day.blocks, title))
    _raise_headings(tokens)
    shared = {key: line for key, line in entry.lines.items() if key not in _OF_ONE_ENTRY}
    text = EntryText(_merged(entry.meta, own), "", entry.body_line, {**shared, **lines}, tuple(problems))
    return DayText(day.date, day.line, title, text, tokens)


def _merged(shared: FrontMatter, own: FrontMatter) -> FrontMatter:
    """The front matter of one entry: what the file gives to all of them, and its own."""
    return own.model_copy(
        update={
            "tags": tuple(dict.fromkeys((*shared.tags, *own.tags))),
            "categories": tuple(dict.fromkeys((*shared.categories, *own.categories))),
            "authors": own.authors or shared.authors,
            "draft": own.draft or shared.draft,
            "toc": own.toc and shared.toc,
            "math": shared.math,
            "unsafe_html": own.unsafe_html or shared.unsafe_html,
        }
    )


def _take_lead(blocks: list[Token]) -> str:
    """Take the words in bold that a day begins with as its title: they are a heading that runs into the text."""
    if not blocks or blocks[0].type != "paragraph_open":
        return ""
    lead = _LEAD.match(blocks[1].content)
    if lead is None or _MARKS.search(lead["lead"]):
        return ""
    rest = blocks[1].content[lead.end() :]
    if rest:  # else it is all there is to say
        below = rest.startswith("\n")
        blocks[1].content = rest[below:]
        for token in blocks[:2]:
            token.map = [token.map[0] + below, token.map[1]] if token.map else None
    return plain_text(lead["lead"]).rstrip(".:;, ")


def _title(blocks: list[Token]) -> str:
    """A title for a day: its first sentence; empty where a heading follows."""
    if blocks and blocks[0].type == "heading_open":
        return ""
    sentences = (title_of(token.content.replace("\n", " ")) for token in blocks if token.type == "inline")
    return next(filter(None, sentences), "")


def _without(blocks: list[Token], title: str) -> list[Token]:
    """Blocks without the paragraph that only says the title again, if something follows it."""
    if len(blocks) <= 3 or blocks[0].type != "paragraph_open" or _MARKS.search(blocks[1].content):
        return blocks
    return blocks[3:] if plain_text(blocks[1].content).rstrip(".:;, ") == title else blocks


def _used(blocks: list[Token], notes: Mapping[str, list[Token]]) -> list[str]:
    """The labels of the footnotes that blocks refer to, and those that these refer to."""
    used: dict[str, None] = {}
    waiting = blocks
    while waiting:
        labels = [label for token in waiting if token.type == "inline" for label in _FOOTNOTE.findall(token.content)]
        new = [label for label in dict.fromkeys(labels) if label in notes and label not in used]
        used |= dict.fromkeys(new)
        waiting = [token for label in new for token in notes[label]]
    return list(used)


def _raise_headings(tokens: list[Token]) -> None:
    """Let the headings of a day begin at level 2: the day's own heading is gone."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    spare = min((int(token.tag[1]) for token in headings), default=2) - 2
    for token in headings if spare > 0 else ():
        token.tag = f"h{int(token.tag[1]) - spare}"
