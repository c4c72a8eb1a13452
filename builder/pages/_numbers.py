"""Amounts and values of a run, written for people; for plain numbers see builder.outputs._numbers."""

from __future__ import annotations

import json

from builder.model import Json

UNITS = ("bytes", "kB", "MB", "GB", "TB")


def count(parameters: int) -> str:
    """Write a number of parameters: `6.9 M`, `820 k`, `512`."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if parameters >= limit:
            return f"{parameters / limit:.3g} {unit}"
    return str(parameters)


def size(nbytes: int) -> str:
    """Write a number of bytes: `1.2 GB`."""
    power = min(len(UNITS) - 1, (len(str(int(nbytes))) - 1) // 3)
    return f"{nbytes / 1000**power:.3g} {UNITS[power]}"


def duration(seconds: float) -> str:
    """Write a time: `0.4 s`, `12 s`, `4 min 10 s`."""
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def write_value(value: Json) -> str:
    """Write a parameter as an author would type it: text bare, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
