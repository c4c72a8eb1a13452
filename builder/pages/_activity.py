"""Calendars of activity as pictures: one square per day, darker the more was written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from builder.pages._templates import MONTHS, day, plural

WEEKS = 53
CELL = 12  # distance of two squares, in units of the drawing
SIDE = 10
TOP = 16  # room for the names of the months


def draw_activity(dates: Iterable[dt.date]) -> Markup:
    """Draw the 53 weeks that end with the newest date; nothing if there is no date."""
    counts = Counter(dates)
    if not counts:
        return Markup("")
    last = max(counts)
    return _draw(last - dt.timedelta(days=last.weekday() + 7 * (WEEKS - 1)), last, counts)


def draw_year(year: int, dates: Iterable[dt.date]) -> Markup:
    """Draw a year, from January to December; `dates` are days of that year."""
    return _draw(dt.date(year, 1, 1), dt.date(year, 12, 31), Counter(dates))


def _draw(first: dt.date, last: dt.date, counts: Mapping[dt.date, int]) -> Markup:
    """Draw the days from `first` to `last`, a column per week; a week begins on Monday."""
    monday = first - dt.timedelta(days=first.weekday())
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    shown = {date: counts[date] for date in days if counts.get(date)}
    weeks = (last - monday).days // 7 + 1
    busiest = max(shown, key=lambda date: (shown[date], date))
    label = (
        f"{plural(sum(shown.values()), 'entry')} on {plural(len(shown), 'day')} between {day(days[0])} and {day(last)};"
        f" the most, {shown[busiest]}, on {day(busiest)}"
    )
    cells = "".join(_cell(date, (date - monday).days, count) for date, count in shown.items())
    empty = " ".join(_row(weekday, first, last, monday) for weekday in range(7))
    return Markup(
        f'<svg class="sl-activity" viewBox="0 0 {max(weeks, WEEKS) * CELL} {TOP + 7 * CELL}" role="img"'
        f' aria-label="{label}"><g class="sl-activity-months">{_months(days, monday, weeks)}</g>'
        f'<path class="sl-day-0" stroke-width="{SIDE}" stroke-dasharray="{SIDE} {CELL - SIDE}" d="{empty}"/>{cells}</svg>'
    )


def _row(weekday: int, first: dt.date, last: dt.date, monday: dt.date) -> str:
    """The squares of one weekday from `first` to `last`, as a line that its dashes cut into squares."""
    start = CELL * (weekday < first.weekday())
    weeks = (last - monday).days // 7 - (weekday > last.weekday())
    return f"M{start} {TOP + weekday * CELL + SIDE // 2}H{weeks * CELL + SIDE}"


def _cell(date: dt.date, index: int, count: int) -> str:
    """A day on which something was written."""
    x, y = index // 7 * CELL, TOP + index % 7 * CELL
    square = f'x="{x}" y="{y}" width="{SIDE}" height="{SIDE}"'
    return f'<rect class="sl-day-{min(count, 4)}" {square}><title>{day(date)}: {plural(count, "entry")}</title></rect>'


def _months(days: list[dt.date], monday: dt.date, weeks: int) -> str:
    """The names of the months, above the week that has their first day; where two weeks follow, to have room."""
    firsts = [((date - monday).days // 7, date) for date in days if date.day == 1]
    named = [(week, date) for week, date in firsts if week < weeks - 2]
    return "".join(f'<text x="{week * CELL}" y="9">{MONTHS[date.month - 1][:3]}</text>' for week, date in named)
