"""A log read and linked, for tests of what it says together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from builder.config import read_config
from builder.errors import Problem, in_order
from builder.library import link
from builder.model import Library
from builder.parse import read_content

TODAY = dt.date(2026, 6, 15)


def read_site(root: Path, today: dt.date = TODAY) -> tuple[Library, tuple[Problem, ...]]:
    """Read and link the log at `root`: the library, and every problem of content and links in order."""
    config = read_config(root, today=today)
    documents, problems = read_content(config)
    library = link(documents, config)
    return library, in_order((*problems, *library.problems))
