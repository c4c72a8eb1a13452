"""Entries that mean the same: the nearest vectors among those that an encoder made of the log's texts.

Every entry is compared with every other, exactly. Components are signed bytes, so all products and sums of one vector's
with another's are whole numbers below 2**24 (up to 1,024 components), which float32 holds without rounding: the result
is the same on every machine, in whatever order it adds. 10,000 entries of 384 components take two seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

KEPT = 16  # neighbours of an entry, the nearest
BLOCK = 1000  # entries that are compared with all others at once
EXACT = 2**24 // 128**2  # components that float32 adds without rounding

Near = Mapping[str, Mapping[str, float]]  # for each entry its nearest, nearest first: address -> cosine


def find_near(meanings: Mapping[str, bytes], earlier: dict[str, Any]) -> Near:
    """The nearest of each entry that has a vector. `earlier` is what the last call left there.

    While somebody writes, vectors only vanish, since nobody has made those of the new texts yet: then only entries that
    were near one of the vanished are compared again.
    """
    near: Near = {}
    if meanings.items() <= earlier.get("meanings", {}).items():
        near = {url: earlier["near"][url] for url in meanings}
    again = [url for url in meanings if url not in near or not near[url].keys() <= meanings.keys()]
    near = {**near, **_compare(meanings, again)}
    earlier.update(meanings=meanings, near=near)
    return near


def cosines(meanings: Mapping[str, bytes], pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The cosine of each pair of entries, all of which have vectors."""
    one, other = (_matrix([meanings[pair[side]] for pair in pairs]) for side in (0, 1))
    return ((one * other).sum(1) * _inverse_lengths(one) * _inverse_lengths(other)).tolist()


def _compare(meanings: Mapping[str, bytes], some: Sequence[str]) -> Near:
    """The nearest of some entries among all."""
    import numpy as np

    if not some:
        return {}
    urls = sorted(meanings)
    row = {url: number for number, url in enumerate(urls)}
    matrix = _matrix([meanings[url] for url in urls])
    inverse, count = _inverse_lengths(matrix), min(KEPT, len(urls))
    found = {}
    for start in range(0, len(some), BLOCK):
        rows = [row[url] for url in some[start : start + BLOCK]]
        block = matrix[rows] @ matrix.T  # (rows, entries), whole numbers
        block *= inverse
        block *= inverse[rows, None]
        block[range(len(rows)), rows] = -np.inf  # not to itself
        least = np.partition(block, -count, axis=1)[:, -count]
        for line, url, smallest in zip(block, some[start:], least, strict=False):
            (places,) = np.nonzero(line >= smallest)
            nearest = sorted(
                (-cosine, urls[place]) for place, cosine in zip(places, line[places].tolist(), strict=True)
            )
            found[url] = {other: -cosine for cosine, other in nearest[:KEPT] if other != url}
    return found


def _matrix(vectors: Sequence[bytes]) -> np.ndarray:
    """Vectors as the rows of a matrix, (vectors, components)."""
    import numpy as np

    whole = np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1)
    return whole.astype(np.float32 if whole.shape[1] <= EXACT else np.float64)


def _inverse_lengths(matrix: np.ndarray) -> np.ndarray:
    import numpy as np

    return 1 / np.sqrt((matrix * matrix).sum(1))
