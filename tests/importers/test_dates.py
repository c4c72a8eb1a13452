"""Dates as people write them: read, asked about, or left alone."""

import datetime as dt

import pytest

from builder.importers._dating import day_in_name, read_day
from builder.parse.dates import Calendar, is_descending, read_group, writes_day_first


def day(text: str, year: int | None = 2022, **options) -> dt.date | None:
    read = Calendar(year, **options).read(text)
    return read.day if read else None


@pytest.mark.parametrize(
    "text",
    [
        "2/24 - text", "**2/24**: text", "(2/24) text", "[2/24] text", "Mon 2/24 text", "2/24", "24 Feb", "Feb 24: text",
        "24th of February, 2022", "Thursday, 24 February 2022", "2022-02-24T22:10+09:00", "2022-02-24 22:10:00 +0900 x",
        "24th Feb 2022, 10:30 PM", "2/24/2022", "24/2/2022", "24.02.2022", "24.2. text", "2022/2/24", "2022年2月24日 x",
        "*24 Feb 2022*", "Posted on February 24, 2022", "2/24/22 text", "24-Feb-2022", "2/24 (Thu) text", "24 Feb, Thursday: x",
        "24. Februar 2022", "24 février: lu", "24 de febrero de 2022", "Published: 24 February 2022", "Week of Feb 24",
        "2/24–2/26: text", "2/24-26: text", "Feb 24 – 26, 2022", "24–26 Feb 2022", "2/24 & 2/25 - x", "2022-02-24 to 2022-02-26",
    ],
)  # fmt: skip
def test_a_day_is_read(text):
    assert day(text) == dt.date(2022, 2, 24)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2/24 - **LLaMA**: read", "**LLaMA**: read"), ("**2/24** - **LLaMA**", "**LLaMA**"), ("**2/24:** read", "read"),
        ("**2/24 - LLaMA**", "**LLaMA**"), ("*2/24*: read", "read"),
    ],
)  # fmt: skip
def test_what_is_bold_behind_a_date_stays_so(text, rest):
    assert Calendar(2022).read(text).rest == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2/24–2/26 - LLaMA", "2/24–2/26 – LLaMA"), ("**2/24-26**: LLaMA", "2/24-26 – LLaMA"), ("Feb 24 – 26, 2022", "Feb 24 – 26, 2022"),
        ("2/24 - 3 papers", "3 papers"), ("2/24 - 1/2 day off", "1/2 day off"), ("2/24 sat down", "sat down"),
    ],
)  # fmt: skip
def test_a_range_is_its_first_day_and_stays_in_the_text(text, rest):
    assert Calendar(2022).read(text).rest == rest


def test_a_range_over_new_year_has_the_year_of_its_end():
    assert [day(text, None) for text in ("Dec 29 – Jan 2, 2023", "12/29–1/2/2023")] == [dt.date(2022, 12, 29)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "1/2 of the text",
        "3.1 Sparse",
        "10:30 - went out",
        "may 12 people",
        "march on",
        "text 2/24",
        "24",
        "v1.2.3",
        "5 mars bars",
        "",
    ],
)
def test_what_is_no_date_is_none(text):
    assert Calendar(2022).read(text) is None


@pytest.mark.parametrize(
    ("text", "year", "question"),
    [
        ("2/?? - x", 2022, "'2/??' is not a date"),
        ("2/30 - x", 2022, "'2/30' is not a day of the calendar"),
        ("13/45 x", 2022, "'13/45' is not a day of the calendar"),
        ("2/24 - x", None, "which year is '2/24' of? give it with --year"),
        ("2022-13-45: x", None, "'2022-13-45' is not a day of the calendar"),
        ("29 Feb 2023", None, "'29 Feb 2023' is not a day of the calendar"),
    ],
)
def test_a_date_that_cannot_be_read_is_a_question(text, year, question):
    read = Calendar(year).read(text)
    assert (read.day, read.question) == (None, question)


def test_the_year_turns_forwards_and_backwards():
    calendar = Calendar(2022)
    assert [str(calendar.read(text).day) for text in ("12/30", "1/2", "1/1", "12/31", "1/1")] == [
        "2022-12-30", "2023-01-02", "2023-01-01", "2023-12-31", "2024-01-01",
    ]  # fmt: skip
    back = Calendar(2022, descending=True)
    assert [str(back.read(text).day) for text in ("1/2", "12/30")] == ["2022-01-02", "2021-12-30"]
    assert is_descending([(12, 3), (11, 2), (11, 1)]) and not is_descending([(1, 1), (1, 2)])


def test_the_page_tells_whether_days_come_first():
    assert writes_day_first(["24/2 x", "3/2 y"]) and not writes_day_first(["2/24 x", "3/2"])
    assert day("3/2 x", day_first=True) == dt.date(2022, 2, 3)


def test_a_month_above_gives_meaning_to_bare_days():
    assert day("24: text", month=2) == dt.date(2022, 2, 24)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("2022 Log", (2022, None)), ("My reading log of 2022", (2022, None)), ("March", (None, 3)), ("March 2022", (2022, 3)),
        ("2022-03", (2022, 3)), ("Papers from 2021 about GANs", None), ("2/24", None), ("GPT 2", None),
    ],
)  # fmt: skip
def test_headings_of_years_and_months(text, group):
    assert read_group(text) == group


def test_names_of_files_and_values_of_front_matter():
    assert day_in_name("2023-02-24-llama") == (dt.date(2023, 2, 24), "llama")
    assert day_in_name("2023_02_24") == (dt.date(2023, 2, 24), "")
    assert day_in_name("2023-99-24-x") == (None, "2023-99-24-x")
    assert read_day("Feb 24, 2023") == read_day("20230224") == dt.date(2023, 2, 24)
    assert read_day("soon") is read_day("2/24") is None
