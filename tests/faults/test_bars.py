"""The table of bars is complete."""

from __future__ import annotations

from bars import ARGUED, BARS, proofs


def test_every_bar_is_proved_by_a_test_or_argued():
    found = proofs()
    assert [bar for bar in BARS if bar not in found and bar not in ARGUED] == []


def test_no_argument_outlives_its_bar():
    assert sorted(set(ARGUED) - set(BARS)) == []
