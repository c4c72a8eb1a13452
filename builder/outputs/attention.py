"""Attention weights: who looks at whom, in every head of every layer."""

from __future__ import annotations

import base64
import html
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from builder.outputs import Encoded, EncodedFile, Output, View, _pair
from builder.outputs._escape import percent, plain, visible
from builder.outputs._table import data_table

__all__ = ["OUTPUT", "Attention"]

MAX_TOKENS = 64  # more could not be told apart on a page
CLEAR = 0.3  # from this share of its weight on, a head has a habit
HABITS = ("the previous token", "the first token", "the token itself", "the next token")  # most telling first
LEVELS = 5  # shades in the small drawings
VECTORS = "queries-and-keys.txt"

Head = Sequence[Sequence[float]]  # (T, T): row i is what token i looks at
Habit = tuple[str, float]  # where a head looks, and with how much of its weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """The attention weights of a text: (layers, heads, T, T), rows sum to one; lists or anything with `.tolist()`.

    With `queries` and `keys`, (layers, heads, T, width) each, a reader can follow every weight back to the product
    that it comes from: weights = softmax(q · k / sqrt(width)).
    """

    tokens: Sequence[str]
    weights: Any
    queries: Any = None
    keys: Any = None


def encode(value: Attention) -> Encoded:
    """Write tokens and weights as JSON, queries and keys packed. Raises ValueError if they do not fit each other."""
    weights = value.weights.tolist() if hasattr(value.weights, "tolist") else value.weights
    _check(len(value.tokens), weights)
    rounded = [[[[round(w, 4) for w in row] for row in head] for head in layer] for layer in weights]
    content = {"tokens": list(value.tokens), "weights": rounded}
    files = []
    if value.queries is not None and value.keys is not None:
        packed, content["step"], content["width"] = _pair.pack(value.queries, value.keys, weights)
        files.append(EncodedFile(VECTORS, "text/plain", packed))
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("attention.json", "application/json", data), *files), _describe(value.tokens, rounded))


def to_html(view: View) -> str:
    """Render the most telling heads as drawings, every head as a row of a table, the weights packed for the viewer."""
    content = view.json("attention.json")
    tokens, weights = content["tokens"], content["weights"]
    causal = not any(any(row[i + 1 :]) for layer in weights for head in layer for i, row in enumerate(head))
    labels = json.dumps([plain(token, 40) for token in tokens])
    drawings = "".join(
        f"<figure>{_drawing(weights[layer][head], causal)}<figcaption>{_name(layer, head)}: {habit}</figcaption></figure>"
        for layer, head, habit in _notable(weights)
    )
    return (
        f'<div class="sl-viewer sl-attention" data-viewer="attention" data-layers="{len(weights)}"'
        f' data-heads="{len(weights[0])}" data-causal="{str(causal).lower()}" data-tokens="{html.escape(labels)}"'
        f' data-weights="{_pack(weights, causal)}">'
        f'<div class="sl-heads" role="img" aria-label="{html.escape(view.alt)}">{drawings}</div>'
        f"{_legend(causal)}{_fold(view)}{_table(tokens, weights)}</div>"
    )


def to_text(view: View) -> str:
    """Return what the weights show, in words."""
    content = view.json("attention.json")
    return _describe(content["tokens"], content["weights"])


def _check(count: int, weights: Any) -> None:
    if not 1 <= count <= MAX_TOKENS:
        raise ValueError(f"attention is shown for 1 to {MAX_TOKENS} tokens, not for {count}")
    heads = [head for layer in weights for head in layer]
    if not heads or len({len(layer) for layer in weights}) != 1:
        raise ValueError("attention weights need the shape (layers, heads, tokens, tokens)")
    for head in heads:
        if len(head) != count or any(len(row) != count for row in head):
            raise ValueError(f"attention weights of a head are not {count} x {count}, as {count} tokens need")
        for row in head:
            if not (all(0 <= w <= 1.01 for w in row) and abs(sum(row) - 1) < 0.02):
                raise ValueError(f"a row of attention weights sums to {sum(row):.3f}, not to 1")


def _habit(head: Head) -> Habit:
    """Where a head looks most, of the places that can be named; trivial rows are not counted."""
    last = len(head) - 1
    shares = (
        [head[i][i - 1] for i in range(1, last + 1)],
        [head[i][0] for i in range(2, last + 1)],
        [head[i][i] for i in range(1, last + 1)],
        [head[i][i + 1] for i in range(last)],
    )
    means = {place: fmean(values) for place, values in zip(HABITS, shares, strict=True) if values}
    return max(means.items(), key=lambda item: item[1]) if means else ("the token itself", 1.0)


def _in_words(habit: Habit) -> str:
    place, share = habit
    return f"{percent(share)} on {place}" if share >= CLEAR else f"spread out, {percent(share)} on {place}"


def _notable(weights: Sequence[Sequence[Head]]) -> list[tuple[int, int, str]]:
    """The clearest head of each habit and the one that is spread out most, as (layer, head, in words)."""
    habits = {(i, j): _habit(head) for i, layer in enumerate(weights) for j, head in enumerate(layer)}
    best: dict[str, tuple[int, int]] = {}
    for place, (name, share) in habits.items():
        if share >= CLEAR and (name not in best or share > habits[best[name]][1]):
            best[name] = place
    spread = max(habits, key=lambda place: fmean(_entropy(row) for row in weights[place[0]][place[1]]))
    chosen = dict.fromkeys([*(best[name] for name in HABITS if name in best), spread])
    return [(*place, _in_words(habits[place])) for place in chosen]


def _entropy(row: Sequence[float]) -> float:
    return -sum(w * math.log(w) for w in row if w > 0)


def _name(layer: int, head: int) -> str:
    return f"layer {layer + 1}, head {head + 1}"


def _strongest(tokens: Sequence[str], row: Sequence[float], count: int) -> Iterator[tuple[str, float]]:
    for index in sorted(range(len(row)), key=lambda i: (-row[i], i))[:count]:
        yield tokens[index], row[index]


def _describe(tokens: Sequence[str], weights: Sequence[Sequence[Head]]) -> str:
    counts = [(len(weights), "layer"), (len(weights[0]), "head"), (len(tokens), "token")]
    layers, heads, words = (f"{count} {noun}" + "s" * (count != 1) for count, noun in counts)
    habits = "; ".join(f"{_name(layer, head)}: {habit}" for layer, head, habit in _notable(weights))
    rows = [head[-1] for head in weights[-1]]
    mean = [fmean(column) for column in zip(*rows, strict=True)]
    looks = ", ".join(f"“{plain(token, 40)}” {percent(share)}" for token, share in _strongest(tokens, mean, 3))
    return (
        f"Attention of {layers} with {heads} over {words}: {habits}."
        f" In the last layer the last token, “{plain(tokens[-1], 40)}”, looks on average at {looks}."
    )


def _pack(weights: Sequence[Sequence[Head]], causal: bool) -> str:
    """Square roots of the weights as bytes, without the upper triangle when it is empty, in base64."""
    heads = (head for layer in weights for head in layer)
    rows = (row[: i + 1] if causal else row for head in heads for i, row in enumerate(head))
    return base64.b64encode(bytes(round(255 * math.sqrt(min(1.0, w))) for row in rows for w in row)).decode()


def _legend(causal: bool) -> str:
    masked = '<span class="sl-key sl-key--masked"></span> masked: a later token' if causal else ""
    return (
        '<p class="sl-legend sl-att-legend"><span class="sl-key sl-key--all"></span> all of the weight'
        f' <span class="sl-key"></span> none {masked}</p>'
    )


def _fold(view: View) -> str:
    """How the strongest weight of the last token in the most telling head comes about."""
    content = view.json("attention.json")
    if VECTORS not in view.files:
        return ""
    tokens, weights, step = content["tokens"], content["weights"], content["step"]
    layer, head, _ = _notable(weights)[0]
    row = weights[layer][head][-1]
    number = layer * len(weights[0]) + head
    vectors = _pair.unpack(view.files[VECTORS], head=number, tokens=len(tokens), width=content["width"], step=step)
    name = _name(layer, head).capitalize()
    return _pair.fold(tokens, vectors, head=name, column=row.index(max(row)), url=view.urls[VECTORS], step=step)


def _drawing(head: Head, causal: bool) -> str:
    """A head as a small SVG: one path per shade, on one for all that is not masked."""
    paths: dict[int, list[str]] = {}
    for y, row in enumerate(head):
        for x, weight in enumerate(row):
            level = round(LEVELS * math.sqrt(weight))
            if level:
                paths.setdefault(level, []).append(f"M{x} {y}h1v1h-1z")
    shades = "".join(f'<path class="sl-a{level}" d="{"".join(cells)}"/>' for level, cells in sorted(paths.items()))
    T = len(head)
    seen = "h1v1" * T + "H0z" if causal else f"h{T}v{T}H0z"
    return f'<svg viewBox="0 0 {T} {T}" aria-hidden="true"><path class="sl-seen" d="M0 0{seen}"/>{shades}</svg>'


def _table(tokens: Sequence[str], weights: Sequence[Sequence[Head]]) -> str:
    columns = ["layer", "head", "looks mostly", f"the last token, <bdi>{visible(tokens[-1])}</bdi>, looks at"]
    first = _notable(weights)[0][:2]
    rows = (
        f'<tr data-head="{i + 1}.{j + 1}"{" data-first" * ((i, j) == first)}><td>{i + 1}</td><td>{j + 1}</td><td>{_in_words(_habit(head))}</td>'
        f"<td>{_looks(tokens, head[-1])}</td></tr>"
        for i, layer in enumerate(weights)
        for j, head in enumerate(layer)
    )
    return data_table("Every head as a table", columns, rows)


def _looks(tokens: Sequence[str], row: Sequence[float]) -> str:
    pairs = (f"<bdi>{visible(token)}</bdi> {percent(share)}" for token, share in _strongest(tokens, row, 3))
    return ", ".join(pairs)


def example() -> Attention:
    """One layer with two heads: one looks at the previous token, one at the first."""
    tokens = ["the", " cat", " sat", " down"]
    previous = [[1, 0, 0, 0], [0.9, 0.1, 0, 0], [0, 0.9, 0.1, 0], [0, 0, 0.9, 0.1]]
    first = [[1, 0, 0, 0], [0.8, 0.2, 0, 0], [0.8, 0.1, 0.1, 0], [0.8, 0.1, 0.05, 0.05]]
    return Attention(tokens=tokens, weights=[[previous, first]])


OUTPUT = Output("attention", Attention, encode, to_html, to_text, example)
