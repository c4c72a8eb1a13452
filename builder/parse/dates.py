"""Dates as people write them. What cannot be read with certainty is a question, not a guess.

A date is found at the start of a text: `2/24 - …`, `24 Feb 2023`, `25th Oct 2021, 10:30 PM`, `2023-02-24T22:10+09:00`.
Years come from the date, or else from the heading above; `Calendar` keeps them, and the turn of the year.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import pairwise

from builder.parse.dateshapes import (
    ABROAD,
    ALIKE,
    CLOSING,
    MARK,
    NAME,
    SEPARATOR,
    SLASHED,
    VERBS,
    YEAR,
    Dated,
    is_only_date,
    match_date,
    number_of_month,
)

_DAY_ONLY = re.compile(rf"\s*{MARK}(\d{{1,2}})(?:st|nd|rd|th)?(?=[*_]*\s*[-–—:]|[*_]*\s*$)")
HALF_A_YEAR = dt.timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Read:
    """A date at the start of a text: the day, a question about it, or both; `rest` is the text after it."""

    day: dt.date | None
    rest: str
    written: str
    question: str = ""
    has_year: bool = False


@dataclass(slots=True)
class Calendar:
    """Reads the dates of one page in their order. `year` is that of the heading above, or none yet."""

    year: int | None = None
    month: int | None = None  # of the heading above
    day_first: bool = False
    sure: bool = False  # some date of the page shows whether its days come first
    descending: bool = False
    last: dt.date | None = None
    turned: list[str] = field(default_factory=list)  # what to tell of the turn of a year

    def begin(self, year: int | None, month: int | None = None) -> None:
        """A heading gives the year, or the month, of what follows."""
        self.year, self.last = (year, None) if year else (self.year, self.last)
        self.month = month

    def read(self, text: str) -> Read | None:
        """The date at the start of a text, or None if there is nothing like one."""
        found = match_date(text)
        if found is None and self.month and (day := _DAY_ONLY.match(text)):
            rest = text[SEPARATOR.match(text, CLOSING.match(text, day.end()).end()).end() :]
            return self._day_of_month(int(day[1]), rest, day[1])
        if found is None:
            alike = ALIKE.match(text)
            if alike is None or alike["name"] in VERBS:
                return None
            return Read(None, text, alike[0].strip(), f"'{alike[0].strip()}' is not a date")
        numbers = found.match.groupdict()
        written = found.match[0].strip()
        year, month, day = self._numbers(numbers)
        year = year or self._year_of_range(found, month, day)
        rest = _rest(text, found)
        has_year = year is not None
        year = year or self.year
        if year is None:
            return Read(None, text, written, f"which year is '{written}' of? give it with --year")
        try:
            date = dt.date(year, month, day)
        except ValueError:
            return Read(None, text, written, f"'{written}' is not a day of the calendar")
        date = date if has_year else self._turn(date, written)
        self.last = date
        self.year = date.year if not has_year or self.year is not None else self.year
        doubt = has_year and not self.sure and _is_ambiguous(numbers)
        question = f"'{written}' was read as {date}: is its month first?" if doubt else ""
        return Read(date, rest, written, question, has_year=has_year)

    def _year_of_range(self, found: Dated, month: int, day: int) -> int | None:
        """The year of a range's first day, if its last day names one."""
        if found.until is None:
            return None
        year, *last = self._numbers(found.until.groupdict())
        return year and year - (last < [month, day])

    def _day_of_month(self, day: int, rest: str, written: str) -> Read:
        """A bare day under the heading of a month."""
        if self.year is None:
            return Read(None, rest, written, f"which year is the month above '{written}' of? give it with --year")
        try:
            self.last = dt.date(self.year, self.month or 1, day)
        except ValueError:
            return Read(None, rest, written, f"'{written}' is not a day of the month")
        return Read(self.last, rest, written)

    def _numbers(self, numbers: dict[str, str | None]) -> tuple[int | None, int, int]:
        """Year (if written), month and day of a match."""
        short = numbers.get("short")
        year = int(numbers["year"]) if numbers.get("year") else 2000 + int(short) if short else None
        if numbers.get("a"):
            first, second = int(numbers["a"]), int(numbers["b"])
            by_day = self.day_first or numbers.get("sep") == "." or (first > 12 >= second)
            return year, *((second, first) if by_day else (first, second))
        name = numbers.get("name")
        return year, number_of_month(name) if name else int(numbers["month"]), int(numbers["day"])

    def _turn(self, date: dt.date, written: str) -> dt.date:
        """Move a date without a year into the next year (or the one before) where the order of the page says so."""
        if self.last is None:
            return date
        step = -1 if self.descending else 1
        if (self.last - date) * step > HALF_A_YEAR:
            try:
                date = date.replace(year=date.year + step)
            except ValueError:  # 29 February
                return date
            self.turned.append(f"'{written}' begins the year {date.year}, after {self.last}")
        return date


def _rest(text: str, found: Dated) -> str:
    """The text behind a date, with the range if it is one, and in bold if it was bold together with the date."""
    rest = text[found.end :]
    if rest.count("**") % 2 and text[: found.match.start()].count("**") % 2:
        rest = f"**{rest}"
    return " – ".join(part for part in (found.span, rest) if part.strip())


def _is_ambiguous(numbers: dict[str, str | None]) -> bool:
    """Tell whether either number of `5/6/2023` may be the month."""
    first, second = int(numbers.get("a") or 0), int(numbers.get("b") or 0)
    return numbers.get("sep") != "." and first != second and 0 < first <= 12 and second <= 12


def long_date(day: dt.date) -> str:
    """A day as a title: `24 February 2023`."""
    return f"{day.day} {day:%B %Y}"


def writes_day_first(lines: list[str]) -> bool:
    """Tell whether a page writes 24/2 for 24 February: some first numbers are no months, and no second ones."""
    pairs = [(int(a), int(b)) for line in lines for a, b in SLASHED.findall(line[:40])]
    return any(a > 12 >= b for a, b in pairs) and not any(b > 12 >= a for a, b in pairs)


def shows_order(lines: list[str]) -> bool:
    """Tell whether some number of a page's dates can only be a day."""
    return any(int(a) > 12 or int(b) > 12 for line in lines for a, b in SLASHED.findall(line[:40]))


def is_descending(days: list[tuple[int, int]]) -> bool:
    """Tell whether months and days run from new to old."""
    steps = [(b[0] * 31 + b[1]) - (a[0] * 31 + a[1]) for a, b in pairwise(days)]
    near = [step for step in steps if abs(step) < 183]
    return sum(step < 0 for step in near) > sum(step > 0 for step in near)


_YEAR_ONLY = re.compile(rf"(?<![\d./-]){YEAR}(?![\d/.-])")
_MONTH_ONLY = [re.compile(rf"[\W_]*{name}[\s,]*{YEAR}?[\W_]*", re.IGNORECASE) for name in (NAME, ABROAD)]
_SHORT_YEAR = re.compile(r"[\W_]*['’](\d\d)[\W_]*")
_NUMBER_MONTH = re.compile(rf"[\W_]*{YEAR}[-/.](?P<month>0?[1-9]|1[0-2])[\W_]*")


def read_group(text: str) -> tuple[int | None, int | None] | None:
    """Year and month of a heading that only groups what is below: `2022`, `2022 Log`, `March`, `March 2022`, `2022-03`."""
    month = next((found for shape in _MONTH_ONLY if (found := shape.fullmatch(text))), None) if len(text) < 60 else None
    if len(text) > 60 or (match_date(text) and not month):
        return None
    if short := _SHORT_YEAR.fullmatch(text):
        return 2000 + int(short[1]), None
    if found := _NUMBER_MONTH.fullmatch(text):
        return int(found["year"]), int(found["month"])
    if month:
        return (int(month["year"]) if month["year"] else None), number_of_month(month["name"])
    years = _YEAR_ONLY.findall(text)
    words = [word for word in re.findall(r"[^\W\d_]+", text) if word.lower() not in _FILLING]
    if len(years) == 1 and not words and not re.search(r"\d", _YEAR_ONLY.sub("", text)):
        return int(years[0]), None
    return None


_FILLING = frozenset(
    "log logs logbook journal diary notes entries year reading list study learning archive the of in my and for blog posts things work weeknotes news updates".split()
)


_JOINED = re.compile(r"\s*(?:[-–—:|@,]\s+|[(\[]\s*)(?=[^()\[\]]*[)\]]?\s*$)")


def read_heading(calendar: Calendar, text: str, *, peek: bool = False) -> Read | None:
    """The date at the start of a heading, or with its year or month's name at the end; `peek` remembers nothing."""
    if peek:
        calendar = Calendar(calendar.year, calendar.month, calendar.day_first)
    read = calendar.read(text)
    if read is not None:
        return read
    for join in _JOINED.finditer(text[-60:]):
        start = len(text) - len(text[-60:]) + join.start()
        tail = text[start:].lstrip(" -–—:|@,([").rstrip(" )]")
        found = match_date(tail)
        if found and is_only_date(tail) and (found[0].groupdict().get("year") or found[0].groupdict().get("name")):
            dated = calendar.read(tail)
            return Read(dated.day, text[:start].strip(), dated.written, dated.question) if dated else None
    return None
