"""How long runs will take, as far as records tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median

from builder.model import Decision
from builder.run.store import Store


def known_seconds(decisions: Iterable[Decision], store: Store) -> Mapping[str, float]:
    """Return the seconds of runs, by key: of the record that a run replaces, else the median of its demo's records.

    A run of a demo that was never recorded is left out.
    """
    seconds: dict[str, float] = {}
    usual: dict[str, float] | None = None
    for decision in decisions:
        earlier = decision.shown
        if earlier:
            seconds[decision.key.digest] = earlier.provenance.seconds
            continue
        if usual is None:
            usual = _medians(store)
        if decision.call.demo in usual:
            seconds[decision.key.digest] = usual[decision.call.demo]
    return seconds


def _medians(store: Store) -> dict[str, float]:
    """The median seconds of each recorded demo."""
    timed: dict[str, list[float]] = {}
    for record in store.records()[0]:
        timed.setdefault(record.demo, []).append(record.provenance.seconds)
    return {demo: median(seconds) for demo, seconds in timed.items()}
