"""The sentence around a link, shown where the page it leads to lists who refers to it."""

from __future__ import annotations

import bisect
import re

from builder.parse.names import without_broken_marks

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[A-Z0-9\"'(\[])")


class Sentences:
    """The sentences of a text, to be looked up by position; a very long one is cut around the place that was asked for."""

    LONGEST = 400

    def __init__(self, text: str) -> None:
        self.text = text
        ends = [(match.start(), match.end()) for match in _SENTENCE_END.finditer(text)]
        self.starts = [0, *(end for _, end in ends)]
        self.ends = [*(start for start, _ in ends), len(text)]

    def around(self, position: int) -> str:
        """The sentence in which `position` lies."""
        index = bisect.bisect_right(self.starts, position) - 1
        start, end = self.starts[index], self.ends[index]
        if end - start <= self.LONGEST:
            return self.text[start:end].strip()
        start = max(start, position - self.LONGEST // 2)
        return f"…{without_broken_marks(self.text[start : start + self.LONGEST]).strip()}…"
