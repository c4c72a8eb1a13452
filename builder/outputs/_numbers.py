"""Numbers in results, written for people and stored short."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """Write a number with four significant digits, or in full if it is whole or has more digits before the point."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    return f"{value + 0.0:,.0f}" if _is_long(value) else f"{value:.4g}"


def short(value: float) -> float | None:
    """Round to what `number` writes; NaN and infinity, which JSON does not have, become None."""
    if not math.isfinite(value):
        return None
    return round(value) if _is_long(value) else float(f"{value:.4g}")


def _is_long(value: float) -> bool:
    return abs(value) < 1e15 and (abs(value) >= 1000 or value == round(value))
