"""Where a paper can be read, as labelled links."""

from __future__ import annotations

from builder.model import ReadingItem
from builder.papers import paper_url

_LABELS = {"arxiv:": "arXiv {}", "doi:": "doi:{}", "isbn:": "ISBN {}"}


def paper_links(paper: ReadingItem) -> tuple[tuple[str, str], ...]:
    """Where a paper is, the best place first, as (label, address)."""
    links: dict[str, str] = {}
    for scheme, label in _LABELS.items():
        if paper.id.startswith(scheme):
            links[paper_url(paper.id)] = label.format(paper.id.removeprefix(scheme))
    if paper.note is not None and paper.note.meta.doi:
        links.setdefault(f"https://doi.org/{paper.note.meta.doi}", f"doi:{paper.note.meta.doi}")
    if paper.url and not links:
        links[paper.url] = "source"
    if paper.note is not None and paper.note.meta.pdf:
        links.setdefault(paper.note.meta.pdf, "PDF")
    return tuple((label, address) for address, label in links.items())
