"""The parts of a page of dated items, dates in its headings, and what it says of its dates as a whole."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from builder.importers._blocks import Block
from builder.importers._types import Page, Piece
from builder.parse.dates import Calendar, is_only_date, match_date, read_group
from builder.parse.scan import anchor
from builder.parse.titles import plain_text


@dataclass(slots=True)
class Segment:
    """A part of the page that becomes an entry: a day's, or a section without a date (`date` is None)."""

    date: dt.date | None
    title: str
    style: str  # heading, item or paragraph
    level: int = 0
    pieces: list[Piece] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    heading: Piece | None = None  # of a section, as long as nothing stands below it

    @property
    def is_open_heading(self) -> bool:
        """Tell whether this is a day's heading, below which everything belongs to the day."""
        return self.date is not None and self.style == "heading"


_BYLINE = re.compile(
    r"[\W_]*(?:(?:by|in|under|updated|last|written|filed|posted|tags?|categor(?:y|ies)|\d+\s+(?:min|words?|comments?))\b|#).{0,200}",
    re.IGNORECASE,
)


def is_day(calendar: Calendar, text: str) -> bool:
    """Tell whether a text is the date of the heading above it, perhaps with its author and such."""
    text = without_tags(text)
    found = match_date(text)
    named = found is not None and (calendar.year or found.match.groupdict().get("year"))
    return bool(named) and "\n" not in text and (is_only_date(text) or is_byline(text))


def is_byline(text: str) -> bool:
    """Tell whether a text is a date and what blogs write behind it: the author, tags, minutes to read."""
    found = match_date(text)
    return found is not None and bool(_BYLINE.fullmatch(text[found.match.end() :].strip()))


def without_tags(text: str) -> str:
    """A line without tags of HTML around it."""
    return re.sub(r"</?(?:small|time|em|i|b|span|p|div)\b[^<>]{0,200}>", "", text).strip()


def anchors_of_heading(text: str) -> list[str]:
    """The anchors that a heading had."""
    return [anchor(plain_text(text))]


def days_of(found: list[Block], calendar: Calendar) -> list[tuple[int, int]]:
    """Month and day of everything that looks dated, in the order of the page, within the years of its headings."""
    reader = Calendar(2000, None, calendar.day_first)
    days = []
    for block in found:
        text = block.text.strip()
        read = reader.read(text) if block.type in ("heading", "item") and text else None
        if read is not None and read.day is not None:
            days.append((read.day.month, read.day.day))
        reader.last, reader.year = None, 2000
    return days


def year_of(page: Page, title: str, date: str) -> int | None:
    """The year of dates that have none: as asked for, else of the title, the file's name, the front matter's date."""
    group = read_group(title) if title else None
    named = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", page.path.stem)
    return (
        page.year
        or (group[0] if group else None)
        or (int(named[1]) if named else None)
        or (int(date[:4]) if date else None)
    )


def years_of(title: str) -> tuple[int, int] | None:
    """The two years of a title such as `Journal 2022–2023`."""
    found = re.search(r"(?<!\d)((?:19|20)\d\d)\s*[-–—/]\s*((?:19|20)\d\d)(?!\d)", title)
    return (int(found[1]), int(found[2])) if found and int(found[2]) - int(found[1]) == 1 else None


def day_in_name(stem: str) -> tuple[dt.date | None, str]:
    """The date at the start of a file's name, and the rest: `2023-02-24-slug`, `2023_02_24`, `20230224 slug`."""
    found = re.match(r"((?:19|20)\d\d)([-_.]?)(\d\d|(?<=\D)\d(?=\D))\2(\d\d?)(?!\d)[-_. ]*(.*)", stem, re.DOTALL)
    if found is None:
        return None, stem
    try:
        return dt.date(int(found[1]), int(found[3]), int(found[4])), found[5]
    except ValueError:
        return None, stem


def read_day(text: str) -> dt.date | None:
    """The day that a front matter's date means, in any of the shapes that carry a year."""
    compact = re.fullmatch(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)\s*", text)
    if compact:
        return day_in_name("".join(compact.groups()))[0]
    calendar = Calendar()
    read = calendar.read(text.strip())
    return read.day if read and not read.rest.strip(" \t*_)]") else None
