"""Tags: an index of all, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from builder.model import Document, Page, TimelineItem
from builder.pages import PageMaker, Site
from builder.pages._shelves import RECENT, long_shelf, make_shelf
from builder.pages._templates import once, plural, render_template, tag_url


def make(site: Site) -> Iterator[Page]:
    """Make `/tags/` and `/tags/TAG/`, and the years of tags that many entries have."""
    tags = _merged(site)
    largest = max((len(items) for _, _, items in tags), default=1)
    listed = [(name, url, len(items), 1 + round(3 * len(items) / largest)) for name, url, items in tags]
    html = render_template("tags.html", url="tags/", tags=listed)
    yield Page("tags/", "Tags", html, description=plural(len(tags), "tag"))
    for name, url, items in tags:
        yield from once(url, _tag, name, url, items)


def _tag(name: str, url: str, items: list[TimelineItem]) -> list[Page]:
    shelf = long_shelf(url, name, items, mixed=True)
    undated = [item for item in items if item.date is None]
    html = render_template(
        "tag.html",
        url=url,
        name=name,
        count=len(items),
        documents=[*shelf.items[:RECENT], *undated] if shelf else items,
        shelf=shelf,
    )
    page = Page(url, name, html, description=f"{plural(len(items), 'entry')} about {name}")
    return [page, *make_shelf(shelf)] if shelf else [page]


def _merged(site: Site) -> list[tuple[str, str, list[TimelineItem]]]:
    """The tags by address; spellings that share one are merged, and the most used of them is the name."""
    spellings: dict[str, list[tuple[int, str]]] = {}
    tagged: dict[str, list[Document]] = {}
    for tag, documents in site.library.tags.items():
        spellings.setdefault(tag_url(tag), []).append((-len(documents), tag))
        tagged.setdefault(tag_url(tag), []).extend(documents)
    places = {document.url: place for place, document in enumerate(site.library.documents)}
    found = []
    for url in sorted(spellings):
        urls = sorted({document.url for document in tagged[url]}, key=places.__getitem__)
        found.append((min(spellings[url])[1], url, [site.library.items[one] for one in urls]))
    return found


PAGE = PageMaker("tags", make)
