"""Tags: an index of all, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from builder.model import Document, Page
from builder.pages import PageMaker, Site
from builder.pages._shelves import RECENT, long_shelf, make_shelf
from builder.pages._templates import plural, render_template, tag_url


def make(site: Site) -> Iterator[Page]:
    """Make `/tags/` and `/tags/TAG/`, and the years of tags that many entries have."""
    tags = _merged(site)
    largest = max((len(documents) for _, _, documents in tags), default=1)
    listed = [(name, url, len(documents), 1 + round(3 * len(documents) / largest)) for name, url, documents in tags]
    html = render_template("tags.html", url="tags/", tags=listed)
    yield Page("tags/", "Tags", html, description=plural(len(tags), "tag"))
    for name, url, documents in tags:
        shelf = long_shelf(url, name, documents, mixed=True)
        undated = [document for document in documents if document.date is None]
        html = render_template(
            "tag.html",
            url=url,
            name=name,
            count=len(documents),
            documents=[*shelf.items[:RECENT], *undated] if shelf else documents,
            shelf=shelf,
        )
        yield Page(url, name, html, description=f"{plural(len(documents), 'entry')} about {name}")
        if shelf:
            yield from make_shelf(shelf)


def _merged(site: Site) -> list[tuple[str, str, list[Document]]]:
    """The tags by address; spellings that share one are merged, and the most used of them is the name."""
    spellings: dict[str, list[tuple[int, str]]] = {}
    tagged: dict[str, set[str]] = {}
    for tag, documents in site.library.tags.items():
        spellings.setdefault(tag_url(tag), []).append((-len(documents), tag))
        tagged.setdefault(tag_url(tag), set()).update(document.url for document in documents)
    found = []
    for url in sorted(spellings):
        documents = [document for document in site.library.documents if document.url in tagged[url]]
        found.append((min(spellings[url])[1], url, documents))
    return found


PAGE = PageMaker("tags", make)
