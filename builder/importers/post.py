"""A Markdown file with front matter, as Jekyll, Hugo and others keep posts: one file, one entry."""

from __future__ import annotations

from builder.importers._addresses import day_and_stem
from builder.importers._frontmatter import read_header
from builder.importers._single import read_single
from builder.importers._types import Importer, Page, Reading


def accepts(page: Page) -> bool:
    """Pages that open with front matter, or whose name begins with a date."""
    return read_header(page).end > 0 or bool(day_and_stem(page)[0])


def read(page: Page) -> Reading:
    """Make one entry: a post if it is dated, else a note."""
    return read_single(page)


IMPORTER = Importer("post", accepts, read, order=40)
