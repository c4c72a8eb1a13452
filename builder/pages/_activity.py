"""A calendar of the log's last year as a picture: one square per day, darker the more was written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

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
    first = last - dt.timedelta(days=last.weekday() + 7 * (WEEKS - 1))  # a Monday
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    shown = {date: counts[date] for date in days if counts[date]}
    cells = "".join(_cell(date, (date - first).days, shown.get(date, 0)) for date in days)
    busiest = max(shown, key=lambda date: (shown[date], date))
    label = (
        f"{plural(sum(shown.values()), 'entry')} on {plural(len(shown), 'day')} between {day(days[0])} and {day(last)};"
        f" the most, {shown[busiest]}, on {day(busiest)}"
    )
    size = f'viewBox="0 0 {WEEKS * CELL} {TOP + 7 * CELL}"'
    return Markup(
        f'<svg class="sl-activity" {size} role="img" aria-label="{label}"><g class="sl-activity-months">'
        f"{_months(days)}</g>{cells}</svg>"
    )


def _cell(date: dt.date, index: int, count: int) -> str:
    title = f"<title>{day(date)}: {plural(count, 'entry')}</title>" if count else ""
    x, y = index // 7 * CELL, TOP + index % 7 * CELL
    return f'<rect class="sl-day-{min(count, 4)}" x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" rx="2">{title}</rect>'


def _months(days: list[dt.date]) -> str:
    firsts = [(index // 7, date) for index, date in enumerate(days) if date.day == 1 and index // 7 < WEEKS - 2]
    return "".join(f'<text x="{week * CELL}" y="9">{MONTHS[date.month - 1][:3]}</text>' for week, date in firsts)
