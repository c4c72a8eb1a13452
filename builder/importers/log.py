"""A page that is a log: dated bullets, paragraphs or headings, each an entry of its own."""

from __future__ import annotations

from builder.importers._entries import read_dated
from builder.importers._survey import survey
from builder.importers._types import Importer, Page, Reading


def accepts(page: Page) -> bool:
    """Pages of which a good part belongs to days, or would if their year were known."""
    seen = survey(page)
    if not seen.is_post and not seen.days and seen.asked > (0 if seen.is_log else 0.3):
        return True
    return not seen.is_post and (seen.days > 1 or seen.days == seen.headings == 1) and seen.share > 0.3


def read(page: Page) -> Reading:
    """Make a log entry of every dated item, and a note of every section without a date."""
    return read_dated(page, "log")


IMPORTER = Importer("log", accepts, read, order=30)
