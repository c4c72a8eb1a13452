"""Which run goes where: models are loaded as few times as possible, while no place works much longer than another."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from builder.report import Left

LOAD_SECONDS = 5.0  # what loading a model once more is taken to cost
_SLACK = 1.1  # a group may be this much longer than its place's fair share before it is split
_UNTIMED_SECONDS = 10.0  # what a run is taken to need where nothing was ever timed


@dataclass(frozen=True, slots=True)
class Load:
    """A run to be packed: the models that it needs, and how long it took before, None if it was never timed."""

    name: str
    models: tuple[str, ...] = ()
    seconds: float | None = None


def pack(loads: Sequence[Load], places: int) -> tuple[tuple[Load, ...], ...]:
    """Spread loads over places: runs of the same models stay together, the longest groups go first.

    A group that is longer than a place's fair share is split over several places. What was never timed counts as the
    median of the others. Source: longest processing time first, Graham 1969, https://doi.org/10.1137/0117039
    """
    costs = _costs(loads)
    share = sum(costs.values()) / places
    pieces = [piece for group in _groups(loads) for piece in _pieces(group, costs, share, places)]
    return tuple(tuple(load for piece in place for load in piece) for place in _spread(pieces, costs, places))


class Schedule:
    """Hands out loads place by place. A place that is done early takes over what another one has not begun."""

    def __init__(self, loads: Sequence[Load], places: int) -> None:
        self._costs, self._total = _costs(loads), len(loads)
        self._queues = [deque(queue) for queue in pack(loads, places)]
        self._warm: list[tuple[str, ...]] = [()] * places  # the models that each place has loaded
        self.begun: dict[int, Load] = {}

    def __bool__(self) -> bool:
        """Whether anything waits or is under way."""
        return any(self._queues) or bool(self.begun)

    def next(self) -> Iterator[tuple[int, Load]]:
        """Yield what each free place is to begin now, if anything."""
        for place, own in enumerate(self._queues):
            if place not in self.begun and (load := own.popleft() if own else self._take_over(place)):
                self.begun[place] = load
                self._warm[place] = load.models or self._warm[place]
                yield place, load

    def ended(self, place: int) -> None:
        """Note that a place is free again."""
        del self.begun[place]

    def left(self, elapsed: Mapping[int, float]) -> Left:
        """What is left to do. elapsed: place -> seconds since its load began."""
        waits = [sum(load.seconds or 0.0 for load in queue) for queue in self._queues]
        for place, load in self.begun.items():
            waits[place] += max(0.0, (load.seconds or 0.0) - elapsed[place])
        todo = [*self.begun.values(), *(load for queue in self._queues for load in queue)]
        return Left(len(todo), self._total, max(waits), sum(load.seconds is None for load in todo))

    def _take_over(self, place: int) -> Load | None:
        """The last load of the longest queue, unless loading its models here takes longer than waiting for it."""
        queue = max(self._queues, key=self._length)
        if not queue:
            return None
        needs = queue[-1].models
        if needs and needs != self._warm[place] and self._length(queue) <= LOAD_SECONDS:
            return None
        return queue.pop()

    def _length(self, queue: Iterable[Load]) -> float:
        return sum(self._costs[load.name] for load in queue)


def _costs(loads: Sequence[Load]) -> dict[str, float]:
    known = [load.seconds for load in loads if load.seconds is not None]
    usual = median(known) if known else _UNTIMED_SECONDS
    return {load.name: usual if load.seconds is None else load.seconds for load in loads}


def _groups(loads: Sequence[Load]) -> list[list[Load]]:
    """Loads of the same models; one without a model is a group of its own."""
    groups: dict[tuple[str, ...] | str, list[Load]] = {}
    for load in loads:
        groups.setdefault(load.models or load.name, []).append(load)
    return list(groups.values())


def _pieces(group: list[Load], costs: Mapping[str, float], share: float, places: int) -> list[list[Load]]:
    wanted = math.ceil(sum(costs[load.name] for load in group) / (_SLACK * share + LOAD_SECONDS))
    count = max(1, min(wanted, places, len(group)))
    return [[load for piece in part for load in piece] for part in _spread([[load] for load in group], costs, count)]


def _spread(pieces: Sequence[list[Load]], costs: Mapping[str, float], places: int) -> list[list[list[Load]]]:
    """Give the longest piece to the place with the least to do, then the next."""
    spread: list[list[list[Load]]] = [[] for _ in range(places)]
    filled = [0.0] * places
    for cost, piece in sorted(((sum(costs[load.name] for load in p), p) for p in pieces), key=lambda each: -each[0]):
        place = filled.index(min(filled))
        spread[place].append(piece)
        filled[place] += cost
    return spread
