"""The page of an entry: what it says, when it was written, what refers to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from builder.kinds import KINDS
from builder.model import Document, Page, ReadingItem
from builder.pages import PageMaker, Site
from builder.pages._bibtex import to_bibtex
from builder.pages._body import render_body
from builder.pages._notebook import run_notes
from builder.pages._templates import render_template
from builder.pages.demo_block import render_call

WORDS_PER_MINUTE = 230

Neighbours = Mapping[str, tuple[Document | None, Document | None]]  # url -> the entry before, the entry after


def make(site: Site) -> Iterator[Page]:
    """Make one page per document."""
    neighbours = _neighbours(site)
    for document in site.library.documents:
        yield Page(
            document.url,
            document.title,
            _html(site, document, *neighbours[document.url]),
            description=document.summary[:200],
            source=document.source,
            hide=() if document.meta.toc else ("toc",),
        )


def _neighbours(site: Site) -> Neighbours:
    found: dict[str, tuple[Document | None, Document | None]] = {}
    for kind in KINDS:
        documents = site.of_kind(kind)
        for newer, document, older in zip((None, *documents), documents, (*documents[1:], None), strict=False):
            found[document.url] = (older, newer)
    return found


def _html(site: Site, document: Document, older: Document | None, newer: Document | None) -> str:
    paper = site.reading_of(document)
    meta, by_slug = document.meta, site.library.by_slug
    above, below = run_notes(site, document)
    return render_template(
        "entry.html",
        url=document.url,
        document=document,
        paper=paper,
        paper_links=_paper_links(document, paper) if paper else (),
        minutes=max(1, round(document.words / WORDS_PER_MINUTE)),
        annotations=sorted(document.annotations, key=lambda note: (note.date, note.source)),
        body=render_body(site, document, demo=lambda call: render_call(site, document, call)),
        above=above,
        below=below,
        backlinks=_backlinks(site, document),
        related=[by_slug[slug] for slug in getattr(meta, "related", ()) if slug in by_slug],
        demos=[site.demos[name] for name in getattr(meta, "demos", ()) if name in site.demos],
        bibtex=to_bibtex(paper) if paper else "",
        edit_url=site.config.edit_uri and f"{site.config.edit_uri.rstrip('/')}/{document.source.path}",
        older=older,
        newer=newer,
    )


def _backlinks(site: Site, document: Document) -> list[tuple[Document, bool, list[str]]]:
    """Who refers to a document: (the other, whether it cites, the sentences)."""
    found: dict[str, tuple[Document, bool, list[str]]] = {}
    for backlink in site.library.backlinks.get(document.url, ()):
        other, cites, sentences = found.get(backlink.document.url, (backlink.document, False, []))
        sentences += [backlink.context] if backlink.context else []
        found[other.url] = (other, cites or backlink.relation == "cites", sentences)
    return list(found.values())


def _paper_links(document: Document, paper: ReadingItem) -> tuple[tuple[str, str], ...]:
    """Where the paper itself is, as (label, address)."""
    links = {}
    for scheme, label, address in (
        ("arxiv:", "arXiv {}", "https://arxiv.org/abs/{}"),
        ("doi:", "doi:{}", "https://doi.org/{}"),
    ):
        if paper.id.startswith(scheme):
            number = paper.id.removeprefix(scheme)
            links[address.format(number)] = label.format(number)
    if document.meta.doi:
        links.setdefault(f"https://doi.org/{document.meta.doi}", f"doi:{document.meta.doi}")
    if paper.url and not links:
        links[paper.url] = "source"
    if document.meta.pdf:
        links.setdefault(document.meta.pdf, "PDF")
    return tuple((label, address) for address, label in links.items())


PAGE = PageMaker("entry", make)
