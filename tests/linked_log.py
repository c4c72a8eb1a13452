"""A log read and linked, for tests of what it says together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from builder.config import read_config
from builder.errors import BuilderError, Problem, in_order
from builder.library import link
from builder.model import Library
from builder.pages import Site, make_pages
from builder.parse import read_content

TODAY = dt.date(2026, 6, 15)


def read_site(root: Path, today: dt.date = TODAY) -> tuple[Library, tuple[Problem, ...]]:
    """Read and link the log at `root`: the library, and every problem of content and links in order."""
    config = read_config(root, today=today)
    documents, problems = read_content(config)
    library = link(documents, config)
    return library, in_order((*problems, *library.problems))


def told(folder: Path) -> tuple[Problem, ...]:
    """What the author of a log is told: of its configuration, else of its content and links, else of its pages."""
    try:
        library, problems = read_site(folder)
        if not problems:
            make_pages(Site(library, (), {}, read_config(folder, today=TODAY), lambda artifact: b""))
    except BuilderError as error:
        return error.problems
    return problems
