"""The ledger: every line of a source is content, metadata, blank, or dropped for a reason."""

from __future__ import annotations

from builder.importers._types import Page, Reading
from builder.model import Json


def account(page: Page, reading: Reading) -> Json:
    """The account of one source.

    What is content follows from the drafts themselves: a line is content because it stands in one. AssertionError: a
    line is nowhere, or in two places; that would be a bug of the importer.
    """
    blank = {number for number, line in enumerate(page.raw, start=1) if not line.strip()}
    content = frozenset().union(*(draft.lines for draft in reading.drafts)) - blank if reading.drafts else frozenset()
    metadata, dropped = reading.metadata - blank, set(reading.dropped) - blank
    count = len(blank) + len(content) + len(metadata) + len(dropped)
    missing = set(range(1, len(page.raw) + 1)) - blank - content - metadata - dropped
    if missing or count != len(page.raw):
        twice = sorted(content & metadata | content & dropped | metadata & dropped)
        raise AssertionError(f"{page.path}: lines {sorted(missing)} are nowhere, lines {twice} in two places")
    return {
        "path": str(page.path),
        "lines": len(page.raw),
        "content": len(content),
        "metadata": len(metadata),
        "blank": len(blank),
        "dropped": [
            {"line": line, "text": page.raw[line - 1], "reason": reading.dropped[line]} for line in sorted(dropped)
        ],
    }
