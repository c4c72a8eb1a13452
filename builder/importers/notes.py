"""A plain Markdown page: one long note, without its hand-made table of contents; stubs become drafts."""

from __future__ import annotations

from builder.importers._single import read_single
from builder.importers._types import Importer, Page, Reading


def accepts(page: Page) -> bool:
    """Any Markdown page that nothing else is known about."""
    return True


def read(page: Page) -> Reading:
    """Make one note; a date in the front matter stays, and makes no post of it."""
    return read_single(page, kind="note")


IMPORTER = Importer("notes", accepts, read, order=90)
