"""How much of an entry the search finds: all of it, until the log is so large that its index were too much for a phone.

Titles, tags, headings and opening words are always found. The theme's search leaves out what has `data-search-exclude`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from builder.model import Document

WORDS = 600_000  # in the index of a log: 4 MB, 1.2 MB on the wire, fetched when somebody searches
FEWEST = 16
_BLOCK = re.compile(r"^<(?:p|pre|ul|ol|dl|table|blockquote)\b", re.MULTILINE)
_TAG = re.compile(r"<[^<>]*>")


def words_to_index(documents: Sequence[Document]) -> int | None:
    """How many words of each entry are found; None if all are.

    A power of two: it changes when a log has doubled, and with it each longer page, not with every new entry.
    """
    if sum(document.words for document in documents) <= WORDS:
        return None
    return max(FEWEST, 1 << ((WORDS // len(documents)).bit_length() - 1))


def leave_out_after(words: int | None, html: str) -> str:
    """Mark the blocks of a body that begin after so many words, for the search to leave out."""
    if words is None:
        return html
    parts, end, seen = [], 0, 0
    for block in _BLOCK.finditer(html):
        seen += len(_TAG.sub(" ", html[end : block.start()]).split())
        parts.append(html[end : block.end()])
        end = block.end()
        if seen >= words:
            parts.append(" data-search-exclude")
    return "".join([*parts, html[end:]])
