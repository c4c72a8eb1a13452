"""What a bench measures, and where."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


def ordinary_environment() -> Mapping[str, str]:
    """The environment of what is measured: as on a machine where Python keeps what it has compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class CannotMeasure(Exception):
    """A bench lacks something on this machine; the message says what."""


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
