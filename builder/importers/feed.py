"""A page that is a feed: posts with a date and a title, one below the other."""

from __future__ import annotations

from builder.importers._entries import read_dated
from builder.importers._survey import survey
from builder.importers._types import Importer, Page, Reading


def accepts(page: Page) -> bool:
    """Pages whose dated headings have titles."""
    seen = survey(page)
    headed = seen.headings > 1 and seen.headings * 2 > seen.days
    return not seen.is_post and not seen.is_log and headed and seen.titled * 2 >= seen.headings


def read(page: Page) -> Reading:
    """Make a post of every dated heading and what stands below it."""
    return read_dated(page, "post")


IMPORTER = Importer("feed", accepts, read, order=20)
