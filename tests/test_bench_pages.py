"""How the bench of pages reads Lighthouse."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench"
REPORT = (BENCH / "lighthouse_report.json").read_text(encoding="utf-8")


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    return import_module("bench_pages")


def test_a_report_has_scores_times_bytes_and_the_speed_of_the_machine(pages):
    report = pages.read_report(REPORT)
    assert report.scores == {"performance": 87, "accessibility": 100, "best-practices": 100, "seo": 100}
    assert {name: round(value) for name, value in report.milliseconds.items()} == {"FCP": 1602, "LCP": 2524, "TBT": 384}
    assert (round(report.shift, 3), report.transfer_bytes, report.index) == (0.001, 183382, 1065.5)


def test_a_page_that_could_not_be_measured_is_no_result(pages):
    with pytest.raises(ValueError, match="no paint"):
        pages.read_report('{"runtimeError": {"code": "NO_FCP", "message": "no paint"}}')


def test_the_goal_is_missed_by_the_lowest_score(pages):
    row = pages.row("home", [pages.read_report(REPORT)] * 3, 4.0)
    assert not row.met
    assert "performance 87, accessibility 100" in row.how and "slowdown 4 at index 1066" in row.how


def test_a_slow_machine_is_slowed_down_less(pages):
    assert [pages.calibrated(index) for index in (1750, 875, 300)] == [4.0, 2.0, 1.0]


def test_without_node_the_bench_says_what_it_needs(pages, monkeypatch):
    monkeypatch.setattr(pages.shutil, "which", lambda name: None)
    with pytest.raises(pages.CannotMeasure, match="needs Node"):
        next(pages.measure())
