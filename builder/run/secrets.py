"""Secrets of the environment: a worker is never given them, and what contains one all the same is not recorded."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

SHORTEST = 8  # shorter values are found in harmless text
_NAME = re.compile(r"token|secret|passw|api_?key|access_?key|private_?key|credential|auth(?!or)", re.IGNORECASE)


def secrets(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables whose name says that their value is a secret."""
    return {
        name: value.strip()
        for name, value in environment.items()
        if _NAME.search(name) and len(value.strip()) >= SHORTEST and not value.startswith("/")
    }


def revealed(data: Iterable[bytes]) -> str:
    """The name of a secret variable whose value stands in some of the data; "" if none does."""
    known = {name: value.encode() for name, value in secrets().items()}
    return next((name for piece in data for name, value in known.items() if value in piece), "")


def hide(text: str) -> str:
    """Put the names of secret variables in place of their values."""
    for name, value in secrets().items():
        text = text.replace(value, f"[{name}]")
    return text
