"""What a bench measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A ratio of two times (or sizes) of one run, and what it should be at most; target 0: for the record."""

    what: str
    ratio: float
    target: float
    how: str

    @property
    def met(self) -> bool:
        """Whether the ratio is what it should be."""
        return not self.target or self.ratio <= self.target
