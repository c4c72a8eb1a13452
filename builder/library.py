"""Documents that know of each other: links resolved, backlinks, tags, the timeline."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from builder.bibliography import read_bibliography
from builder.config import SiteConfig
from builder.errors import Problem, in_order
from builder.files import find_file
from builder.model import Backlink, Document, Library, Link, Relation, TimelineItem
from builder.naming import Names, Said, titles_of
from builder.reading import make_reading_list
from builder.resolve import Index
from builder.urls import slugify

_NAMING: Mapping[str, Relation] = {"follows": "follows", "related": "relates"}  # keys that name entries


def link(
    documents: Iterable[Document],
    config: SiteConfig,
    *,
    demos: Collection[str] = (),
    earlier: Said | None = None,
) -> Library:
    """Link documents into a library. `demos` are the names of demos, which wikilinks may name too.

    Unresolved and ambiguous references are problems of the library with file, line and suggestion. Where a reference
    has no text, summaries, remarks and sentences say what it leads to; `earlier` remembers that for the next time.
    """
    ordered, years = _in_order(documents)
    references, bib_problems = read_bibliography(config.root)
    index = Index(config.root, demos, references)
    index.problems += bib_problems
    for document in (*ordered, *years):
        index.add(document)
    targets = _targets((*ordered, *years), index)
    targets |= {(d.url, "card", ""): card for d in ordered if d.meta.image and (card := _card(d, index))}
    index.problems += _circles(ordered, targets)
    reading_list = make_reading_list(ordered, targets, references)
    titles = titles_of((*ordered, *years), reading_list)
    names, earlier = Names(targets, titles), {} if earlier is None else earlier
    ordered, years = ([names.in_document(document, earlier) for document in some] for some in (ordered, years))
    said = {document.url: document for document in (*ordered, *years)}
    items = {document.url: _item(document) for document in ordered}
    return Library(
        documents=tuple(ordered),
        years={document.url: document for document in years},
        by_slug={document.slug: document for document in reversed(ordered)},
        targets=targets,
        backlinks=_backlinks((*ordered, *years), targets, index),
        tags=_tags(ordered, index.problems),
        items=items,
        timeline=_timeline(ordered, items, config.today),
        reading_list=tuple(names.in_item(item, said) for item in reading_list),
        titles=titles,
        files=index.files,
        problems=in_order(index.problems),
    )


def _card(document: Document, index: Index) -> str | None:
    """The address of the picture that an entry names for its link card; None after a warning if there is none."""
    written = document.meta.image
    if re.match(r"https?://", written):
        return written
    found = find_file(index.root, document.source.path, f"/{written.lstrip('/')}", embedded=True)
    if isinstance(found, Path):
        return index.publish(found)
    return index.problem(document.at("image"), "card", *found, "warning")


def _in_order(documents: Iterable[Document]) -> tuple[list[Document], list[Document]]:
    """Entries, newest first, and the introductions of years that have entries."""
    documents = tuple(documents)
    entries = [document for document in documents if document.kind != "year"]
    files = {document.source.path for document in entries}
    years = [document for document in documents if document.kind == "year" and document.source.path in files]
    return sorted(entries, key=lambda d: (d.date is not None, str(d.date or ""), d.slug), reverse=True), years


def relation_of(link: Link) -> Relation:
    """What a link in the text says of two documents; an outside link to a paper with a note cites it."""
    return "cites" if link.form in ("cite", "url") else "annotates" if link.remark else "links to"


def _targets(documents: Iterable[Document], index: Index) -> dict[tuple[str, str, str], str]:
    """What every reference leads to; `index` has the problems of those that lead nowhere."""
    targets = {}
    for document in documents:
        for reference in document.links:
            found = index.resolve(document, reference) if reference.form != "url" else index.note_on(reference.target)
            if found is not None:
                targets[document.url, reference.form, reference.target] = found
        for key, relation in _NAMING.items():
            for slug in getattr(document.meta, key, ()):
                found = index.resolve(document, Link("wiki", slug, "", document.at(key)))
                if found is not None:
                    targets[document.url, relation, slug] = found
    return targets


def _backlinks(
    documents: Iterable[Document], targets: Mapping[tuple[str, str, str], str], index: Index
) -> Mapping[str, tuple[Backlink, ...]]:
    """Who refers to a document, by its url; one backlink a sentence."""
    backlinks: dict[str, dict[tuple[str, str], Backlink]] = defaultdict(dict)
    for document in documents:
        ties = [
            (link.form, link.target, Backlink(document, relation_of(link), link.context, link.remark))
            for link in document.links
        ]
        for key, relation in _NAMING.items():
            ties += [(relation, slug, Backlink(document, relation, "")) for slug in getattr(document.meta, key, ())]
        for form, target, backlink in ties:
            owner = index.owner(targets.get((document.url, form, target), ""))
            if owner is not None and owner.url != document.url:
                backlinks[owner.url].setdefault((document.url, backlink.context), backlink)
    return {url: tuple(links.values()) for url, links in backlinks.items()}


def _circles(documents: list[Document], targets: Mapping[tuple[str, str, str], str]) -> list[Problem]:
    """Entries that follow themselves, over others or at once."""
    follows = {
        document.url: [targets.get((document.url, "follows", slug), "") for slug in document.meta.follows]
        for document in documents
        if document.meta.follows
    }
    try:
        TopologicalSorter(follows).prepare()
    except CycleError as error:
        circle, hint = set(error.args[1]), "take one `follows:` out of the circle"
        found = [document for document in documents if document.url in circle]
        return [Problem(d.at("follows"), "circle", "this entry follows itself", hint) for d in found]
    return []


def _tags(documents: list[Document], problems: list[Problem]) -> Mapping[str, tuple[Document, ...]]:
    """Documents by tag; tags that differ only in spelling of case are one."""
    spelled: dict[str, str] = {}
    tags: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        for tag in document.tags:
            slug = slugify(tag)
            if not slug:
                problems.append(
                    Problem(document.at("tags"), "tag", f"'{tag}' cannot be a tag", "use letters or digits")
                )
                continue
            tags[spelled.setdefault(slug, tag)].append(document)
    return {tag: tuple(dict.fromkeys(tags[tag])) for tag in sorted(tags, key=str.casefold)}


def _item(document: Document) -> TimelineItem:
    return TimelineItem(document.date, document.kind, document.title, document.url, document.tags, document.summary)


def _timeline(documents: list[Document], items: Mapping[str, TimelineItem], today: dt.date) -> tuple[TimelineItem, ...]:
    """Everything dated, newest first: entries, and annotations under their own date."""
    found = []
    for document in documents:
        if document.date is not None:
            found.append(items[document.url])
        for remark in (note for note in document.annotations if note.date <= today):
            title = f"{'Correction of' if remark.corrects else 'On'} “{document.title}”"
            address = f"{document.url}#{remark.anchor}"
            found.append(TimelineItem(remark.date, "annotation", title, address, document.tags, remark.text))
    return tuple(sorted(found, key=lambda item: (item.date, item.url), reverse=True))
