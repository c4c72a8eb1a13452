"""The files of a site that are about all of its pages: they are put together from what is known of each page."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import jinja2

from builder.engine.process import EPOCH


def in_walking_order(pages: Iterable[str]) -> list[str]:
    """Staged pages (`…/index.md`) in the order in which the engine walks through them."""
    return sorted(pages, key=lambda path: path.split("/")[:-1])


def merge_search(empty: bytes, entries: Iterable[str]) -> bytes:
    """The search index: an empty one with the entries of each page, which are empty for a page that is not searched."""
    head, _, tail = empty.rpartition(b"[]")
    return b"".join([head, b"[", ",".join(filter(None, entries)).encode("utf-8"), b"]", tail])


def sitemap(template: Path, addresses: Iterable[str]) -> Mapping[str, bytes]:
    """The sitemap of pages that will have these addresses, and its compressed form, from the theme's own template."""
    listed = [{"canonical_url": address} for address in addresses]
    text = jinja2.Template(template.read_text(encoding="utf-8")).render(pages=listed).encode("utf-8")
    compressed = io.BytesIO()
    with gzip.GzipFile(fileobj=compressed, filename="sitemap.xml", mode="wb", mtime=int(EPOCH)) as file:
        file.write(text)
    return {"sitemap.xml": text, "sitemap.xml.gz": compressed.getvalue()}
