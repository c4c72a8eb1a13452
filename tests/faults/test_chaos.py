"""A few seconds of chaos, always the same; `make chaos` is a minute of another each time."""

from __future__ import annotations

from chaos import chaos, settle


def test_C1_C2_C9_commands_killed_at_random_lose_nothing(log):
    counts = chaos(log, seconds=5, seed=20260615)
    assert counts.total() > 0
    settle(log)
