"""The shapes of dates at the start of a text: `2/24`, `24 Feb 2023`, `3. März 2023`, `2023-02-24T22:10+09:00`, `2/24–2/26`."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = {name[:length]: n for n, name in enumerate(_MONTHS, 1) for length in range(3, len(name) + 1)}
NAME = r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_ELSEWHERE = """januar janvier enero gennaio janeiro januari jänner, februar février fevrier febrero febbraio fevereiro februari,
    märz maerz mars marzo março maart, avril abril aprile, mai mayo maggio maio mei, juni juin junio giugno junho,
    juli juillet julio luglio julho, août aout agosto augustus, septembre septiembre setiembre settembre setembro,
    oktober octobre octubre ottobre outubro, novembre noviembre novembro, dezember décembre decembre diciembre dicembre dezembro december"""
_MONTH |= {name: n for n, names in enumerate(_ELSEWHERE.split(","), 1) for name in names.split()}
ABROAD = rf"(?P<name>{'|'.join(sorted(_ELSEWHERE.replace(',', ' ').split(), key=len, reverse=True))})(?!\w)\.?"
_SHAPES = [
    rf"{NAME}\s+{_DAY}\s*[-–—]\s*(?P<until>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}(?!\d)",
    rf"{_DAY}\s*[-–—]\s*(?P<until>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{NAME}(?:,?\s+{YEAR}(?!\d))?",
    rf"{YEAR}(?P<sep>[-/._])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})(?!\d)",
    r"(?P<year>\d{4})年\s*(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日",
    r"(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日",
    rf"{_DAY}\s+(?:of\s+)?{NAME}(?:,?\s+{YEAR}(?!\d)|,?\s+'(?P<short>\d\d)\b)?",
    rf"{_DAY}-{NAME}(?:-{YEAR}(?!\d))?",
    rf"{NAME}\s+{_DAY}\b(?:,?\s+{YEAR}(?!\d))?",
    rf"{YEAR}\s+{NAME}\s+{_DAY}\b",
    rf"(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep){YEAR}(?!\d)",
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<short>\d\d)(?!\d)",
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?!\d)",
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/.%])(?!\s*(?:of|the|cups?|as)\b)",
]  # fmt: skip
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?\s+)?"
_WEEKDAY_BEHIND = _WEEKDAY.replace("?:(?:mon", r"?:,?\s*\(?(?:mon", 1).replace(
    r"\b[.,]?\s+)?", r"\b\.?(?:\)|(?=\s*(?:[-–—:|]|$))))?"
)
_TIME = r"(?:(?:[T_]|,?\s*(?:at\s+)?)(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:\.\d+)?)?(?:\s*[ap]\.?m\b\.?)?(?:\s*(?:z|utc|gmt|[a-z]{1,3}st|[a-z]{1,3}dt|cet)\b|\s*[+-]\d{2}:?\d{2})?)?"
_DAY_ABROAD = rf"(?P<day>[0-9]{{1,2}})(?:er|º|\.)?\s+(?:de\s+|di\s+)?{ABROAD}(?:,?\s+(?:de\s+|del\s+)?{YEAR}(?!\d)|(?=\s*(?:[-–—:|,.*_)]|$)))"
_UNTIL = re.compile(r"\s*(?:[-–—&+]|to\b|until\b|and\b)\s*")
_UNTIL_DAY = re.compile(r"[-–—]\d{1,2}(?:st|nd|rd|th)?(?=[*_)\]]*\s*(?:[-–—:|,(]|$))")
MARK = r"[*_`(\[~]*"
_OPENING = re.compile(
    rf"\s*{MARK}\s*(?:(?:posted|written|updated|published)(?:\s*:)?\s+(?:on\s+)?|date:\s*|on\s+|week\s+of\s+)?",
    re.IGNORECASE,
)
CLOSING = re.compile(r"[*_`)\]~]*")
SEPARATOR = re.compile(r"\s*(?:[-–—:|.,•·]+(?=\s|\*|_|$)\s*)?")
_CLOSED_LATER = re.compile(rf"{SEPARATOR.pattern}(?:\*\*|__)\s*")  # `**2/24:** text`
ALIKE = re.compile(
    rf"\s*{MARK}\s*(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}([/.-])\d{{1,2}}\1\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{NAME}|\d{{1,2}}/\?{{1,2}})"
    r"(?=[\s:,*_)\]-]|$)",
    re.IGNORECASE,
)
SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,2})(?![\d.%])")
VERBS = ("may", "march", "mar")  # without a capital these are words


@cache
def _dates() -> tuple[re.Pattern[str], ...]:
    """Every shape, compiled when the first text is looked at: it takes longer than looking at a hundred of them."""
    at_home = (rf"{_WEEKDAY}{shape}{_TIME}{_WEEKDAY_BEHIND}" for shape in _SHAPES)
    return (*(re.compile(shape, re.IGNORECASE | re.ASCII) for shape in at_home), re.compile(_DAY_ABROAD, re.IGNORECASE))


class Dated(NamedTuple):
    """A date at the start of a text. `until` is the last day of a range, `span` how the range was written."""

    match: re.Match[str]
    end: int  # where the text goes on
    until: re.Match[str] | None = None
    span: str = ""


def match_date(text: str) -> Dated | None:
    """The date at the start of a text, perhaps in bold or brackets, or None if there is nothing like one."""
    opening = _OPENING.match(text)
    start = opening.end() if opening else 0
    found = _match(text, start)
    if found is None:
        return None
    until, end = _until(text, found)
    span = text[found.start() : end].strip() if end > found.end() or found.groupdict().get("until") else ""
    closing = CLOSING.match(text, end).end() if opening and opening[0].strip() else end
    opened = opening and re.search(r"\*\*|__", opening[0]) and not re.search(r"\*\*|__", text[end:closing])
    later = _CLOSED_LATER.match(text, closing) if opened else None
    return Dated(found, (later or SEPARATOR.match(text, closing)).end(), until, span)


def _match(text: str, start: int) -> re.Match[str] | None:
    """The first shape that fits."""
    for shape in _dates():
        found = shape.match(text, start)
        is_verb = found and found.groupdict().get("name") in VERBS and not found["year"]
        if found and not is_verb and not text[CLOSING.match(text, found.end()).end() :][:1].isalnum():
            return found
    return None


def _until(text: str, first: re.Match[str]) -> tuple[re.Match[str] | None, int]:
    """The end of a range, `2/24–2/26` or `2/24-26`: its match if it is a date, and where the text goes on."""
    joint = _UNTIL.match(text, first.end())
    last = _match(text, joint.end()) if joint else None
    if last is not None and 0 <= _distance(first, last) <= _LONGEST_RANGE:
        return last, last.end()
    short = _UNTIL_DAY.match(text, first.end())
    return None, short.end() if short else first.end()


_LONGEST_RANGE = 62  # days


def _distance(first: re.Match[str], last: re.Match[str]) -> int:
    """Days from one date to another, roughly, in years of twelve months of 31 days; past the year's end if need be."""
    days = [_rough_day(match) for match in (first, last)]
    return (days[1] - days[0]) % (12 * 31)


def _rough_day(match: re.Match[str]) -> int:
    numbers = match.groupdict()
    month = number_of_month(numbers["name"]) if numbers.get("name") else int(numbers.get("month") or numbers["a"])
    return month * 31 + int(numbers.get("day") or numbers["b"])


def number_of_month(name: str) -> int:
    """The number of a month called `name`, in one of the languages known here."""
    return _MONTH.get(name.lower()) or _MONTH[name.lower()[:3]]


def is_only_date(text: str) -> bool:
    """Tell whether a text is a date and nothing else."""
    found = match_date(text)
    return found is not None and not text[found.end :].strip(" \t*_)]#-–—:.,")
