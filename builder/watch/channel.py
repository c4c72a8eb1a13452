"""What the open pages are told while somebody writes."""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass, replace

from builder.errors import Problem


@dataclass(frozen=True, slots=True)
class State:
    """What there is to know: how often the site was published, what is wrong with the log, which demos run."""

    site: int = 0
    problems: tuple[Problem, ...] = ()
    running: tuple[str, ...] = ()

    def as_json(self) -> str:
        """The state as the pages read it."""
        problems = [
            {"place": str(p.source), "severity": p.severity, "message": p.message, "hint": p.hint}
            for p in self.problems
        ]
        return json.dumps({"site": self.site, "problems": problems, "running": self.running}, ensure_ascii=False)


class Channel:
    """Tells every open page each new state; a page that opens late hears the last one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[queue.SimpleQueue[State]] = set()
        self.state = State()

    def listen(self) -> queue.SimpleQueue[State]:
        """Open a queue of states, with the present one in it."""
        states: queue.SimpleQueue[State] = queue.SimpleQueue()
        with self._lock:
            self._listeners.add(states)
            states.put(self.state)
        return states

    def close(self, states: queue.SimpleQueue[State]) -> None:
        """Forget a queue."""
        with self._lock:
            self._listeners.discard(states)

    def published(self, problems: tuple[Problem, ...]) -> None:
        """Say that there is a new site, and what is still wrong."""
        with self._lock:
            self._tell(replace(self.state, site=self.state.site + 1, problems=problems))

    def refused(self, problems: tuple[Problem, ...]) -> None:
        """Say why there is no new site; the last good one stays."""
        with self._lock:
            self._tell(replace(self.state, problems=problems))

    def running(self, demos: tuple[str, ...]) -> None:
        """Say which demos run."""
        with self._lock:
            self._tell(replace(self.state, running=demos))

    def _tell(self, state: State) -> None:
        if state != self.state:
            self.state = state
            for states in self._listeners:
                states.put(state)
