"""A site made from files written inline, for tests of pages, staging and checking."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from builder.config import read_config
from builder.library import link
from builder.model import Page, StaticFile
from builder.pages import Site, make_pages, path_of
from builder.parse import read_content

TODAY = dt.date(2030, 1, 1)


def make_site(root: Path, files: dict[str, str], *, config: str = "") -> Site:
    """Write the files below `root` and link them; `config` is what `site_config.yml` has besides the title."""
    for path, text in {"site_config.yml": f"title: Log\n{config}", **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    site_config = read_config(root, today=TODAY)
    documents, problems = read_content(site_config)
    library = link(documents, site_config)
    assert not problems, problems
    return Site(library, (), {}, site_config, lambda artifact: b"")


def made(site: Site) -> dict[str, Page | StaticFile]:
    """Everything the site consists of, by path."""
    return {path_of(item): item for item in make_pages(site)}


def entry(title: str, body: str = "Text.\n", **meta: object) -> str:
    """An entry's file."""
    lines = [f"{key}: {value}" for key, value in {"title": f'"{title}"', **meta}.items()]
    return "\n".join(["---", *lines, "---", "", body])
