"""Pages that hold many dated items: days found in headings, list items and paragraphs, and what belongs to each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from builder.importers._blocks import Block, cover, escape_start, open_item
from builder.importers._dating import Segment, anchors_of_heading, days_of, is_day, without_tags
from builder.importers._outline import LINK
from builder.importers._types import Body, Piece
from builder.parse.dates import (
    Calendar,
    Read,
    is_descending,
    is_only_date,
    match_date,
    read_group,
    read_heading,
    shows_order,
    writes_day_first,
)
from builder.parse.titles import plain_text, title_of

_NUMBERED = re.compile(r"(?:\d+\.)+\d*\s|\d+(?:\.\d+)+\s|\d+\)\s|appendix\b|part\s+\d", re.IGNORECASE)


@dataclass(slots=True)
class Split:
    """Takes a body apart. `keep_headings`: an undated heading does not end a day (posts of a feed have sections)."""

    body: Body
    calendar: Calendar
    keep_headings: bool
    years: tuple[int, int] | None = None  # of the title, if it names two
    preamble: list[Piece] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    definitions: dict[str, list[Piece]] = field(default_factory=dict)
    current: Segment | None = None

    def run(self) -> Split:
        """Walk over the blocks."""
        found = [b for b in cover(self.body.text) if not self._define(b)]
        texts = [block.text for block in found if block.text]
        self.calendar.day_first, self.calendar.sure = writes_day_first(texts), shows_order(texts)
        self.calendar.descending = is_descending(days_of(found, self.calendar))
        if self.years and self.calendar.year is None:
            self.calendar.year = self.years[self.calendar.descending]
        skip = 0
        for index, block in enumerate(found):
            if index < skip:
                continue
            after = found[index + 1] if index + 1 < len(found) else None
            if block.type == "heading":
                skip = index + 1 + self._heading(block, after)
            elif block.type == "item":
                self._item(block)
            elif block.type == "paragraph" and self._paragraph(block):
                continue
            else:
                self._append(block)
        self._end()
        return self

    def _define(self, block: Block) -> bool:
        """Set a definition of a link or footnote aside, to be given to whom it belongs."""
        if block.type not in ("definition", "footnote"):
            return False
        label = f"^{block.label}" if block.type == "footnote" else block.label
        self.definitions.setdefault(label.upper(), []).extend(self._lines(block))
        return True

    def _lines(self, block: Block) -> list[Piece]:
        return self.body.pieces[block.first : block.last]

    def _append(self, block: Block, pieces: list[Piece] | None = None) -> None:
        """Add a block to what is open, with a blank line before it where the page had one, or one is needed."""
        target = self.current.pieces if self.current else self.preamble
        if self.current and self.current.heading:  # a section that is more than a heading over dated items
            self.current.heading = None
        before = self.body.pieces[block.first - 1].text if block.first else ""
        if target and target[-1].text.strip() and (block.type != "item" or not before.strip() or pieces):
            target.append(Piece(0, ""))
        target.extend(self._lines(block) if pieces is None else pieces)

    def _begin(self, segment: Segment) -> None:
        """Open a segment. A section that was only a heading goes into the day below it, in bold."""
        waiting = self.current.heading if self.current and self.current.date is None else None
        self._end()
        if waiting and segment.date is not None and not self.segments[-1].pieces:
            del self.segments[-1]
            segment.title = segment.title or title_of(segment.pieces[0].text if segment.pieces else "")
            segment.pieces = [Piece(waiting.line, f"**{waiting.text}**"), Piece(0, ""), *segment.pieces]
        self.segments.append(segment)
        self.current = segment

    def _end(self) -> None:
        """Close what is open: a rule at its end only separated it from the next."""
        pieces = self.current.pieces if self.current else self.preamble
        emptied = []
        while pieces and (not pieces[-1].text.strip() or re.fullmatch(r"\s*(?:[-*_]\s*){3,}", pieces[-1].text)):
            if pieces[-1].text.strip() and len(pieces) > 1 and pieces[-2].text.strip():
                break  # the underline of a heading
            last = pieces.pop()
            if last.text.strip():
                self.body.dropped[last.line] = "separates entries; each has a page of its own"
            elif last.line:
                emptied.append(last)
        pieces += emptied

    def _use(self, block: Block) -> None:
        self.body.metadata.update(piece.line for piece in self._lines(block) if piece.line)

    def _heading(self, block: Block, after: Block | None) -> int:
        """A heading: of a year or month, of a day, of a section. Returns how many blocks below it took along."""
        text = block.text.strip()
        inside = self.current is not None and self.current.is_open_heading and block.level > self.current.level
        group = read_group(plain_text(text)) if not inside else None
        if group is not None:
            self._end()
            self.current = None
            self.calendar.begin(*group)
            self._use(block)
            return 0
        read = read_heading(self.calendar, text) if not inside else None
        if read is not None and read.day is not None:
            return self._day_heading(block, read, after)
        if read is not None:
            self._ask(block, read)
        may_date = not inside and after is not None and after.type in ("paragraph", "heading")
        if may_date and is_day(self.calendar, after.text):
            dated = self.calendar.read(without_tags(after.text))
            if dated is not None and dated.day is not None:
                pieces = self._linked(block, text)
                if is_only_date(without_tags(after.text)):
                    self._use(after)
                else:
                    pieces += [Piece(0, "")] * bool(pieces) + self._lines(after)
                title = plain_text(text)
                self._begin(Segment(dated.day, title, "heading", block.level, pieces, anchors_of_heading(text)))
                return 1
        self._section(block, text, inside=inside)
        return 0

    def _day_heading(self, block: Block, read: Read, after: Block | None) -> int:
        self._ask(block, read)
        title, names = plain_text(read.rest), anchors_of_heading(block.text)
        if title or after is None or after.type != "heading" or after.level > block.level + 1:
            self._begin(Segment(read.day, title, "heading", block.level, self._linked(block, read.rest), names))
            return 0
        if read_group(after.text) or read_heading(self.calendar, after.text, peek=True):
            self._begin(Segment(read.day, "", "heading", block.level, self._linked(block, ""), names))
            return 0
        pieces = self._linked(block, "") + self._linked(after, after.text)
        names += anchors_of_heading(after.text)
        self._begin(Segment(read.day, plain_text(after.text), "heading", min(block.level, after.level), pieces, names))
        return 1

    def _linked(self, block: Block, text: str) -> list[Piece]:
        """A heading that became a title: used up, unless it holds a link, which stays as a paragraph."""
        if LINK.search(text):
            first, *others = self._lines(block)
            return [Piece(first.line, text.replace("\n", " ").strip()), *(Piece(other.line, "") for other in others)]
        self._use(block)
        return []

    def _section(self, block: Block, text: str, *, inside: bool) -> None:
        """An undated heading: inside what is open, or the beginning of a section of its own."""
        here = self.current
        below = here is not None and here.date is None and (block.level > here.level or bool(_NUMBERED.match(text)))
        stays = here is not None and here.is_open_heading and self.keep_headings
        if inside or below or stays or (here is None and not any(s.date for s in self.segments)):
            self._append(block)
            return
        first = self._lines(block)[0]
        section = Segment(None, plain_text(text), "heading", block.level, anchors=anchors_of_heading(text))
        if LINK.search(text) or block.last - block.first > 1:
            section.pieces = (
                self._linked(block, text) if LINK.search(text) else [Piece(p.line, "") for p in self._lines(block)]
            )
        else:
            section.heading = Piece(first.line, " ".join(text.split()))
            self._use(block)
        self._begin(section)

    def _item(self, block: Block) -> None:
        """An item of a list: a day's, or one that belongs to the day above it."""
        if self.current is not None and self.current.is_open_heading:
            self._append(block)
            return
        first, rest = open_item([piece.text for piece in self._lines(block)])
        read = self.calendar.read(first)
        self._ask(block, read)
        if read is not None and read.day is not None:
            self._begin(Segment(read.day, "", "item", pieces=self._opened(block, read.rest, rest)))
            return
        if self.current is None and self.segments and self.segments[-1].date and self.segments[-1].style == "item":
            self.current = self.segments[-1]
        if self.current is None or self.current.date is None or self.current.style != "item":
            self._append(block)
            return
        line = self._lines(block)[0].line
        self.body.warn(line, f"no date; put under {self.current.date}, the date above it")
        self._append(block, self._opened(block, first, rest))

    def _opened(self, block: Block, first: str, rest: list[str]) -> list[Piece]:
        """The lines of an item without its bullet."""
        lines = self._lines(block)
        opened = [Piece(lines[0].line, escape_start(first))]
        if first and rest and rest[0].strip() and re.match(r"[-*+]\s|\d+[.)]\s|```|~~~|\||>", rest[0].lstrip()):
            opened.append(Piece(0, ""))
        return opened + [Piece(piece.line, text) for piece, text in zip(lines[1:], rest, strict=True)]

    def _paragraph(self, block: Block) -> bool:
        """A paragraph that begins with a date, when no heading has one."""
        if self.current is not None and self.current.is_open_heading:
            return False
        texts = block.text.split("\n")
        if len(texts) > 1 and len(texts) == block.last - block.first and all(map(match_date, texts)):
            ones = [Block("paragraph", block.first + n, block.first + n + 1, text=t) for n, t in enumerate(texts)]
            for one in ones:
                if not self._dated_paragraph(one):
                    self._append(one)
            return True
        found = match_date(texts[0])
        marked = found is not None and re.match(r"[\s*_`)\]]*[-–—:|]|\s*(?:\*\*|__)", texts[0][found.match.end() :])
        goes_on = bool(self.segments) and self.segments[-1].style == "paragraph"
        return bool(marked or goes_on or is_only_date(texts[0])) and self._dated_paragraph(block)

    def _dated_paragraph(self, block: Block) -> bool:
        """Begin a day with a paragraph whose first line begins with a date; False if it cannot be read."""
        read = self.calendar.read(block.text.partition("\n")[0])
        self._ask(block, read)
        if read is None or read.day is None:
            return False
        head, *others = self._lines(block)
        pieces = [Piece(head.line, read.rest)] if read.rest else []
        if not read.rest:
            self.body.metadata.add(head.line)
        self._begin(Segment(read.day, "", "paragraph", pieces=[*pieces, *others]))
        return True

    def _ask(self, block: Block, read: Read | None) -> None:
        if read is not None and read.question:
            self.body.ask(self._lines(block)[0].line, read.question)
