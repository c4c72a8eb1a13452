"""A year in one file: its blocks, taken apart into days.

`content/log/2023.md` holds entries that begin with a date: a bullet (`* 2/24 - …`) or a heading (`## 24 Feb: …`). What has
no date belongs to the date above it; what stands above the first date introduces the year. The split is made on tokens,
so that everything keeps its line.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from markdown_it.token import Token

from builder.errors import Problem, Source
from builder.parse.blocks import Block, as_paragraph, open_item, split_blocks
from builder.parse.dates import Calendar, Read, is_descending, match_date, read_group, read_heading
from builder.parse.titles import plain_text

_FRONT = re.compile(r"\s*<!---(?P<yaml>.*?)--->\s*", re.DOTALL)
_LINK = re.compile(r"\]\(|\]\[|://|<\w|\[\^|\[\[")
"""What a title would lose."""


@dataclass(slots=True)
class Day:
    """An entry of the year: its date, the text of its heading if it has one, and its blocks. `line` is its date's."""

    date: dt.date
    line: int
    heading: str = ""
    level: int = 0  # of its heading; 0 for a bullet
    front: tuple[str, int] = ("", 0)  # its front matter, and the line on which that begins
    blocks: list[Token] = field(default_factory=list)


@dataclass(slots=True)
class Days:
    """Takes the blocks of the file of a year apart. `first_line` is the line of the file on which they begin."""

    year: int
    path: str
    first_line: int
    days: list[Day] = field(default_factory=list)
    introduction: list[Token] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    current: Day | None = None
    calendar: Calendar = field(default_factory=Calendar)

    def split(self, tokens: list[Token]) -> Days:
        """Walk over the blocks."""
        found = list(split_blocks(tokens))
        self.calendar = Calendar(self.year, descending=is_descending(_month_and_day(found)))
        for block in found:
            if block.type == "heading_open":
                self._heading(block)
            elif block.type == "list_item_open":
                self._item(block)
            else:
                self._other(block)
        for day in self.days:
            self._finish(day)
        return self

    def _finish(self, day: Day) -> None:
        """Take rules out that only separated a day from the next, and the front matter that stands below its date."""
        while day.blocks and day.blocks[-1].type == "hr":
            day.blocks.pop()
        for index in (0, 3):  # behind the heading, behind the first paragraph of a bullet
            token = day.blocks[index] if index < len(day.blocks) else None
            found = _FRONT.fullmatch(token.content) if token and token.type == "html_block" else None
            if found and not day.front[1]:
                day.front = (found["yaml"], self.first_line + token.map[0])
                del day.blocks[index]

    def _heading(self, block: Block) -> None:
        text = block.text.strip()
        if self.current is not None and 0 < self.current.level < block.level:
            self._append(block)
            return
        group = read_group(plain_text(text))
        if group is not None:
            self._group(block, *group)
            return
        text, front = self._take_front(block, text)
        read = self._read(block, read_heading(self.calendar, text))
        if read is None:
            self._append(block)
            return
        rest = read.rest.strip()
        linked = as_paragraph(block, rest) if _LINK.search(rest) else []
        self._begin(block, read, plain_text(rest), linked, front)

    def _group(self, block: Block, year: int | None, month: int | None) -> None:
        """The heading of the year, or of a month."""
        if year not in (None, self.year):
            message = f"the heading '{block.text.strip()}' begins another year than {self.year}"
            self._problem(block, message, f"move what is below it to content/log/{year}.md")
        self.calendar.month = month
        self.current = None

    def _item(self, block: Block) -> None:
        """An item of a list: a day of its own, or one that belongs to the day above it."""
        if self.current is None or self.current.level == 0:
            text, front = self._take_front(block, block.text)
            first, _, others = text.partition("\n")
            read = self._read(block, self.calendar.read(first))
            if read is not None:
                rest = read.rest.strip()
                text = f"{rest}\n{others}" if rest and others else rest or others
                self._begin(block, read, "", open_item(block, text, skipped=int(not rest)), front)
                return
        self._append(block)

    def _other(self, block: Block) -> None:
        """Anything else belongs to the day above it; a paragraph that looks like a day is told of."""
        first = block.text.partition("\n")[0]
        found = match_date(first) if block.type == "paragraph_open" else None
        if (
            found
            and re.match(r"[*_`)\]]*\s*[-–—:|]", first[found[0].end() :])
            and not (self.current and self.current.level)
        ):
            message = f"a paragraph that begins with '{found[0][0].strip()}' begins no entry"
            self._problem(block, message, "write a bullet, `* 2/24 - …`, or a heading", severity="warning")
        self._append(block)

    def _read(self, block: Block, read: Read | None) -> Read | None:
        """Report what is wrong with a date; a day that cannot be read begins an entry all the same."""
        if read is None:
            return None
        found = match_date(read.written)
        numbers = found[0].groupdict() if found else {}
        if not read.has_year and numbers.get("a") and int(numbers["a"]) > 12 >= int(numbers["b"]):
            hint = f"write {numbers['b']}/{numbers['a']}, or the date in full"
            self._problem(block, f"'{read.written}' has its day first; here the month comes first", hint)
        elif read.day is None:
            self._problem(block, read.question, "write month and day, as in 2/24")
        elif read.day.year != self.year:
            hint = f"move it to content/log/{read.day.year}.md"
            if not read.has_year:
                hint += f", or write {read.day.replace(year=self.year)}"
            meant = "" if read.has_year else f" is {read.day}, which"
            self._problem(block, f"'{read.written}'{meant} is not a day of {self.year}", hint)
            self.calendar.year = self.year
        elif read.question:
            swapped = read.day.replace(month=read.day.day, day=read.day.month)
            self._problem(block, f"'{read.written}' can be read in two ways", f"write {read.day} or {swapped}")
        return read

    def _take_front(self, block: Block, text: str) -> tuple[str, tuple[str, int]]:
        """The first words of a block without the front matter behind them, and that with its line."""
        found = _FRONT.search(text)
        if found is None:
            return text, ("", 0)
        line = self.first_line + block.line + text.count("\n", 0, found.start("yaml"))
        return text[: found.start()] + text[found.end() :], (found["yaml"], line)

    def _begin(self, block: Block, read: Read, heading: str, blocks: list[Token], front: tuple[str, int]) -> None:
        level = block.level if block.type == "heading_open" else 0
        date = read.day or dt.date(self.year, 1, 1)
        self.current = Day(date, self.first_line + block.line, heading, level, front, blocks)
        self.days.append(self.current)

    def _append(self, block: Block) -> None:
        """Add a block to the day above it; items of one list stay one list."""
        if self.current is None and self.days:
            message = "no date above this text since the last heading of a month or year"
            self._problem(block, message, "begin it with a date: `* 2/24 - …`")
        target = self.current.blocks if self.current else self.introduction
        if block.list and target and target[-1] is block.list[1]:
            target[-1:] = [*block.tokens, block.list[1]]
        else:
            target += [block.list[0], *block.tokens, block.list[1]] if block.list else block.tokens

    def _problem(self, block: Block, message: str, hint: str, severity: str = "error") -> None:
        source = Source(self.path, self.first_line + block.line)
        self.problems.append(Problem(source, "date", message, hint, severity))


def _month_and_day(found: list[Block]) -> list[tuple[int, int]]:
    """Month and day of everything that begins with a date, in the order of the file."""
    days = []
    for block in found:
        text = block.text.partition("\n")[0] if block.type in ("heading_open", "list_item_open") else ""
        read = Calendar(2000).read(text) if text else None
        if read is not None and read.day is not None:
            days.append((read.day.month, read.day.day))
    return days
