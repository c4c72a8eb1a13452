"""Previews: what the links of a page lead to, in a few lines each, kept in the page for a card beside the link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.model import Document, Link, ReadingItem
from builder.pages import Site
from builder.pages._paperlinks import paper_links
from builder.pages._templates import shorten
from builder.papers import paper_id

LENGTH = 240  # of a summary


@dataclass(frozen=True, slots=True)
class Preview:
    """What one address leads to. `url` is a page of the site, or empty for a paper that no note describes."""

    address: str  # as the links of the page have it: from the site's root, or an outside address
    url: str
    title: str
    kind: str
    document: Document | None
    paper: ReadingItem | None
    summary: str

    @property
    def paper_link(self) -> tuple[str, str] | None:
        """Where the paper itself is: (label, address)."""
        return next(iter(paper_links(self.paper)), None) if self.paper else None


def previews(site: Site, document: Document) -> list[Preview]:
    """One preview for every entry, demo and paper that a document links to, in the order of its text."""
    found: dict[str, Preview] = {}
    for link in document.links:
        for preview in _preview(site, document, link):
            found.setdefault(preview.address, preview)
    return list(found.values())


def _preview(site: Site, document: Document, link: Link) -> Iterator[Preview]:
    """The preview of what a link leads to, if there is something to say."""
    target = site.library.targets.get((document.url, link.form, link.target), link.target)
    address = link.target if link.form == "url" else target.partition("#")[0]
    other = site.by_url.get(address)
    if other is document:
        return
    if other is not None:
        yield _of_document(site, address, other)
    elif address.startswith("demos/") and (spec := site.demos.get(address.split("/")[1])):
        yield Preview(address, address, spec.title, "demo", None, None, shorten(spec.summary, LENGTH))
    elif paper := site.readings.get(paper_id(address)):
        if paper.note is not None and paper.note is not document:
            yield _of_document(site, address, paper.note)
        elif paper.authors:
            yield Preview(address, "", paper.title, "paper", None, paper, "")


def _of_document(site: Site, address: str, other: Document) -> Preview:
    summary = shorten(other.summary, LENGTH)
    return Preview(address, other.url, other.title, other.kind, other, site.reading_of(other), summary)
