"""Numbers side by side as bars: how often, how much, for each of a few things."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import plain, visible
from builder.outputs._marks import SERIES
from builder.outputs._plot import rounded, said

__all__ = ["OUTPUT", "Bars", "Group"]

MAX_BARS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A value for each name of the bars. One that is not finite has no bar."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A bar per name and group; `x_label` says what the names are, `y_label` what the values are."""

    title: str
    x_label: str
    y_label: str
    names: Sequence[str]
    groups: Sequence[Group]


def encode(value: Bars) -> Encoded:
    """Write the values as JSON, to five significant digits."""
    if not 1 <= len(value.groups) <= SERIES:
        raise ValueError(f"the bars '{value.title}' have {len(value.groups)} groups, not 1 to {SERIES}")
    if not 1 <= len(value.names) * len(value.groups) <= MAX_BARS:
        raise ValueError(f"'{value.title}' has {len(value.names) * len(value.groups)} bars, not 1 to {MAX_BARS}")
    for group in value.groups:
        if len(group.values) != len(value.names):
            raise ValueError(
                f"'{group.name}' of '{value.title}' has {len(group.values)} values, not {len(value.names)}"
            )
    content: dict[str, Json] = {
        "title": value.title,
        "x_label": value.x_label,
        "y_label": value.y_label,
        "names": list(value.names),
        "groups": [
            {"name": g.name, "values": rounded(g.values, f"'{g.name}' of '{value.title}'")} for g in value.groups
        ],
    }
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("bars.json", "application/json", data),), _describe(content))


def to_html(view: View) -> str:
    """Render a table whose cells are bars: it is the picture and the data at once."""
    content = view.json("bars.json")
    groups = content["groups"]
    values = [value for group in groups for value in group["values"] if value is not None]
    low, high = min([0, *values]), max([0, *values])
    body = "".join(
        _rows(name, [group["values"][i] for group in groups], groups, low, high)
        for i, name in enumerate(content["names"])
    )
    return (
        f'<div class="sl-viewer sl-bars"><p class="sl-title">{visible(content["title"])}</p><table class="sl-table">'
        f'<caption class="sl-sr">{html.escape(view.alt)}</caption><thead><tr><th scope="col">{visible(content["x_label"])}</th>'
        f'<th scope="col" colspan="2">{visible(content["y_label"])}</th></tr></thead>{body}</table></div>'
    )


def to_text(view: View) -> str:
    """Return which bars are longest and shortest, in words."""
    return _describe(view.json("bars.json"))


def _rows(name: str, values: Sequence[float | None], groups: Sequence[Json], low: float, high: float) -> str:
    """The bars of a name: its own row, or with several groups a row for each below the name."""
    bars = [f"<td>{_bar(value, index, low, high)}</td><td>{said(value)}</td>" for index, value in enumerate(values)]
    if len(groups) == 1:
        return f'<tbody><tr><th scope="row">{visible(name)}</th>{bars[0]}</tr></tbody>'
    rows = "".join(
        f'<tr><th scope="row">{visible(group["name"])}</th>{bar}</tr>' for group, bar in zip(groups, bars, strict=True)
    )
    return f'<tbody><tr><th scope="rowgroup" colspan="3">{visible(name)}</th></tr>{rows}</tbody>'


def _bar(value: float | None, index: int, low: float, high: float) -> str:
    """A bar from zero to the value, with a line at zero; all bars share one scale."""
    unit = 100 / (high - low) if high > low else 0
    zero, end = -low * unit, ((value or 0) - low) * unit
    bar = f'<rect class="sl-c{index}" x="{min(zero, end):.1f}" y="1" width="{abs(end - zero):.1f}" height="8"/>'
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{bar}<path d="M{zero:.1f} 0V10"/></svg>'


def _describe(content: Json) -> str:
    names = [plain(name, 60) for name in content["names"]]
    words = f"{plain(content['title'], 200)}: {plain(content['y_label'], 100)} for {len(names)} {plain(content['x_label'], 100)}."
    for group in content["groups"]:
        found = [(value, name) for value, name in zip(group["values"], names, strict=True) if value is not None]
        if not found:
            words += f" “{plain(group['name'], 80)}” has no finite value."
            continue
        (low, lowest), (high, highest) = min(found, key=lambda p: p[0]), max(found, key=lambda p: p[0])
        each = ", ".join(f"{name} {said(value)}" for value, name in found) if len(found) <= 6 else (
            f"highest {said(high)} for {highest}, lowest {said(low)} for {lowest}"
        )  # fmt: skip
        words += f" “{plain(group['name'], 80)}”: {each}."
    return words


def example() -> Bars:
    """What two temperatures make of three logits."""
    return Bars(
        title="The same logits, softened",
        x_label="token",
        y_label="probability",
        names=["cat", "dog", "idea"],
        groups=[
            Group(name="temperature 1", values=[0.67, 0.24, 0.09]),
            Group(name="temperature 2", values=[0.51, 0.31, 0.18]),
        ],
    )


OUTPUT = Output("bars", Bars, encode, to_html, to_text, example)
