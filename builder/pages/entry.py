"""The page of an entry: what it says, when it was written, what refers to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from builder.kinds import KINDS
from builder.model import Document, KeptPage, Page
from builder.pages import PageMaker, Site
from builder.pages._bibtex import to_bibtex
from builder.pages._body import render_body
from builder.pages._connections import (
    encoder_of,
    illustrations,
    named,
    referrers,
    related_by_author,
    related_by_content,
)
from builder.pages._map import neighbourhood
from builder.pages._notebook import run_notes
from builder.pages._paperlinks import paper_links
from builder.pages._previews import previews
from builder.pages._questions import questions_of
from builder.pages._searchable import leave_out_after, words_to_index
from builder.pages._templates import render_template
from builder.pages.cards import card_of
from builder.pages.demo_block import render_call

WORDS_PER_MINUTE = 230

Named = tuple[str, str]  # address and title


def make(site: Site) -> Iterator[Page | KeptPage]:
    """Make one page per document."""
    neighbours, words, questions = _neighbours(site), words_to_index(site.library.documents), questions_of(site)
    for document in site.library.documents:
        yield questions.page(document, (*neighbours[document.url], words), _page)
    questions.keep()


def _page(site: Site, document: Document, older: Named | None, newer: Named | None, words: int | None) -> Page:
    return Page(
        document.url,
        document.title,
        _html(site, document, older, newer, words),
        description=document.summary[:200],
        source=document.source,
        hide=() if document.meta.toc else ("toc",),
        tags=document.tags,
        card=card_of(site, document),
    )


def _neighbours(site: Site) -> Mapping[str, tuple[Named | None, Named | None]]:
    """The entries before and after each of the same kind, by address."""
    found: dict[str, tuple[Named | None, Named | None]] = {}
    for kind in KINDS:
        named = [(document.url, document.title) for document in site.of_kind(kind)]
        for newer, (url, _), older in zip((None, *named), named, (*named[1:], None), strict=False):
            found[url] = (older, newer)
    return found


def _html(site: Site, document: Document, older: Named | None, newer: Named | None, words: int | None) -> str:
    paper = site.reading_of(document)
    body = render_body(site, document, demo=lambda call: render_call(site, document, call))
    above, below = run_notes(site, document)
    return render_template(
        "entry.html",
        url=document.url,
        document=document,
        paper=paper,
        paper_links=paper_links(paper) if paper else (),
        minutes=max(1, round(document.words / WORDS_PER_MINUTE)),
        annotations=sorted(document.annotations, key=lambda note: (note.date, note.source)),
        body=leave_out_after(words, body),
        above=above,
        below=below,
        follows=named(site, document, "follows"),
        referrers=referrers(site, document),
        illustrations=illustrations(site, document),
        related_by_author=related_by_author(site, document),
        related=related_by_content(site, document),
        encoder=encoder_of(site, document),
        map=neighbourhood(site, document),
        previews=previews(site, document),
        bibtex=to_bibtex(paper) if paper else "",
        edit_url=site.config.edit_uri and f"{site.config.edit_uri.rstrip('/')}/{_place(document)}",
        older=older,
        newer=newer,
    )


def _place(document: Document) -> str:
    """The file of a document, and the line in it if it shares the file with others."""
    return f"{document.source.path}#L{document.source.line}" if document.year_url else document.source.path


PAGE = PageMaker("entry", make)
