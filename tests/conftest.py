"""What every test may use: a log written into a temporary folder, and the log read and linked."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from builder.config import read_config
from builder.errors import Problem, in_order
from builder.library import link
from builder.model import Library
from builder.parse import read_content

os.environ["HF_HUB_OFFLINE"] = "1"

TODAY = dt.date(2026, 6, 15)
MakeSite = Callable[..., Path]


@pytest.fixture
def make_site(tmp_path: Path) -> MakeSite:
    """Write a log: `make_site({"content/log/2024-01-02-a.md": "text"})` gives its directory."""

    def make(files: Mapping[str, str | bytes], config: str = "title: Test log\n") -> Path:
        root = tmp_path / "log"
        for name, content in {"site_config.yml": config, **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make


def read_site(root: Path, today: dt.date = TODAY) -> tuple[Library, tuple[Problem, ...]]:
    """Read and link the log at `root`: the library, and every problem of content and links in order."""
    config = read_config(root, today=today)
    documents, problems = read_content(config)
    library = link(documents, config)
    return library, in_order((*problems, *library.problems))
