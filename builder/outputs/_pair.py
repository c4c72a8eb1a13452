"""Where one attention weight comes from: a query, a key, their product, and the scores of the row it competes with."""

from __future__ import annotations

import base64
import html
import math
import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from builder.outputs._escape import percent, visible
from builder.outputs._table import data_table

if TYPE_CHECKING:
    import numpy as np

Vectors = tuple[Sequence[float], Sequence[Sequence[float]]]  # the query of a row (d), the keys it meets (T, d)

MAX_NUMBERS = 1_000_000  # of all queries and keys: 2.7 MB, loaded when a reader opens the fold
CLOSE = 0.02  # how far a weight may be from the softmax of its scores


def pack(queries: Any, keys: Any, weights: Any) -> tuple[bytes, float, int]:
    """Return all queries and keys as base64 of 16-bit numbers (layers, heads, 2, tokens, width), their step and width.

    Raises ValueError if shapes differ, or if softmax(q · k / sqrt(width)) is not what the weights say.
    """
    import numpy as np

    q, k, w = (np.asarray(values, dtype=np.float64) for values in (queries, keys, weights))
    if q.shape != k.shape or q.ndim != 4 or q.shape[:3] != w.shape[:3]:
        raise ValueError(
            f"queries {q.shape} and keys {k.shape} need the shape ({', '.join(map(str, w.shape[:3]))}, width)"
        )
    if q.size + k.size > MAX_NUMBERS:
        raise ValueError(f"queries and keys have {q.size + k.size:,} numbers; at most {MAX_NUMBERS:,} can be shown")
    difference = abs(_softmax(q @ k.swapaxes(2, 3) / math.sqrt(q.shape[3]), w) - w).max()
    if not difference <= CLOSE:
        raise ValueError(
            f"the weights are not the softmax of query · key / sqrt(width): they differ by {difference:.3f}"
        )
    step = max(abs(q).max(), abs(k).max(), 1e-9) / 32_767
    numbers = np.stack([q, k], axis=2) / step
    return base64.b64encode(numbers.round().astype("<i2").tobytes()), float(f"{step:.6g}"), q.shape[3]


def _softmax(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The softmax of each row, over the past alone if the weights of all later tokens are zero."""
    import numpy as np

    future = np.triu(np.ones(scores.shape[2:], dtype=bool), k=1)
    if not weights[..., future].any():
        scores = np.where(future, -np.inf, scores)
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)


def fold(tokens: Sequence[str], vectors: Vectors, *, head: str, column: int, url: str, step: float) -> str:
    """Render the fold for the last token that looks at the one in `column`; the viewer fills in any other pair.

    head: its name in words. url: where all queries and keys are published.
    """
    query, keys = vectors
    products = [q * k for q, k in zip(query, keys[column], strict=True)]
    scores = [sum(q * k for q, k in zip(query, key, strict=True)) / math.sqrt(len(query)) for key in keys]
    name = "Where one weight comes from: query · key"
    numbers = (
        f"<tr><td>{d}</td><td>{signed(q)}</td><td>{signed(k)}</td><td>{signed(q * k)}</td></tr>"
        for d, (q, k) in enumerate(zip(query, keys[column], strict=True), 1)
    )
    columns = ["looked at", "q · k", f"score, q · k / √{len(query)}", "weight"]
    header = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        f'<details class="sl-data sl-pair" data-search-exclude data-step="{step}" data-width="{len(query)}">'
        f"<summary>{name}</summary>{_says(tokens, products, scores, head, column)}{_bars(products)}"
        '<div class="sl-scroll" role="group" aria-label="the scores of the row" tabindex="0">'
        f'<table class="sl-table sl-pair-row"><thead><tr>{header}</tr></thead><tbody>'
        f"{''.join(_row(tokens, scores, column, len(query)))}</tbody></table></div>"
        f"{data_table(f'All {len(query)} products', ['d', 'query', 'key', 'product'], numbers)}"
        f'<p class="sl-note"><a href="{html.escape(url)}" download>All queries and keys</a> as base64 of 16-bit numbers'
        " (layer, head, query or key, token, dimension)</p></details>"
    )


def unpack(data: bytes, *, head: int, tokens: int, width: int, step: float) -> Vectors:
    """Return the last query and all keys of the head with this number, counted over all layers from 0."""
    size = 2 * tokens * width
    numbers = array("h", base64.b64decode(data)[2 * head * size : 2 * (head + 1) * size])
    if sys.byteorder == "big":
        numbers.byteswap()
    rows = [[step * number for number in numbers[start : start + width]] for start in range(0, size, width)]
    return rows[tokens - 1], rows[tokens:]


def signed(number: float) -> str:
    """Write a number with two digits and a true minus."""
    return f"{number:.2f}".replace("-", "−")


def _weights(scores: Sequence[float]) -> list[float]:
    odds = [math.exp(score - max(scores)) for score in scores]
    return [value / sum(odds) for value in odds]


def _says(tokens: Sequence[str], products: Sequence[float], scores: Sequence[float], head: str, column: int) -> str:
    d = len(products)
    return (
        f'<p class="sl-pair-says">{head}: the query of <bdi>{visible(tokens[-1])}</bdi> times the key of'
        f" <bdi>{visible(tokens[column])}</bdi>, number by number. The {d} products sum to"
        f" <b>{signed(sum(products))}</b>; divided by √{d} = {math.sqrt(d):.2f}, the score is"
        f" <b>{signed(scores[column])}</b>. Softmax over the scores of the row makes it"
        f" <b>{percent(_weights(scores)[column])}</b>.</p>"
    )


def _bars(products: Sequence[float]) -> str:
    """The products as bars up and down from a line, the largest as high as the drawing."""
    top = max(max(map(abs, products)), 1e-9)
    low, high = min(products), max(products)
    says = (
        f"{len(products)} products, from {signed(low)} in dimension {products.index(low) + 1}"
        f" to {signed(high)} in dimension {products.index(high) + 1}"
    )
    paths = "".join(
        f'<path class="{name}" d="{"".join(f"M{x}.1 0h.8v{-p / top:.3f}h-.8z" for x, p in enumerate(products) if chosen(p))}"/>'
        for name, chosen in (("sl-up", lambda p: p >= 0), ("sl-down", lambda p: p < 0))
    )
    return (
        f'<div class="sl-pair-bars" role="img" aria-label="{says}"><svg viewBox="0 -1 {len(products)} 2"'
        f' preserveAspectRatio="none" aria-hidden="true">{paths}</svg></div>'
    )


def _row(tokens: Sequence[str], scores: Sequence[float], column: int, width: int) -> Iterator[str]:
    for j, (token, score, weight) in enumerate(zip(tokens, scores, _weights(scores), strict=True)):
        chosen = ' class="sl-chosen"' if j == column else ""
        yield (
            f"<tr{chosen}><td><bdi>{visible(token)}</bdi></td><td>{signed(score * math.sqrt(width))}</td>"
            f"<td>{signed(score)}</td><td>{percent(weight)}</td></tr>"
        )
