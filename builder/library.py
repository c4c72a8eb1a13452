"""Documents that know of each other: links resolved, backlinks, tags, the timeline."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from builder.bibliography import Reference, read_bibliography
from builder.config import SiteConfig
from builder.errors import Problem, in_order
from builder.index import Index, referable
from builder.kept import Kept
from builder.model import Backlink, Document, Library, Link, Relation, TimelineItem
from builder.naming import Names, titles_of
from builder.reading import make_reading_list
from builder.resolve import NAMING, Resolved, resolve
from builder.urls import slugify


def link(
    documents: Iterable[Document], config: SiteConfig, *, demos: Collection[str] = (), kept: Kept | None = None
) -> Library:
    """Link documents into a library. `demos` are the names of demos, which wikilinks may name too.

    Unresolved and ambiguous references are problems of the library with file, line and suggestion. Where a reference
    has no text, summaries, remarks and sentences say what it leads to. What came of a document that is the same object
    as last time, and of what it refers to, is the same object again: so `kept` remembers it, and who uses the library
    can tell at once what changed.
    """
    kept = kept or Kept()
    ordered, years = _in_order(documents)
    references, problems = read_bibliography(config.root, kept)
    index = _index((*ordered, *years), config.root, tuple(demos), references, kept)
    resolved = {document: _resolved(document, index, kept) for document in (*ordered, *years)}
    targets = {reference: address for one in resolved.values() for reference, address in one.targets.items()}
    problems = [*problems, *index.problems, *(problem for one in resolved.values() for problem in one.problems)]
    problems += _circles(ordered, targets)
    reading_list = make_reading_list(ordered, targets, references, kept)
    titles = titles_of((*ordered, *years), reading_list)
    names = Names(targets, titles, kept)
    named = {document: names.in_document(document) for document in (*ordered, *years)}
    said = {document.url: document for document in named.values()}
    items = {d.url: kept.once(("item", d.url), named[d], partial(_item, named[d])) for d in ordered}
    return Library(
        documents=tuple(named[document] for document in ordered),
        years={document.url: named[document] for document in years},
        by_slug={document.slug: named[document] for document in reversed(ordered)},
        targets=targets,
        backlinks=_backlinks({named[document]: one for document, one in resolved.items()}, index, kept),
        tags=_tags([named[document] for document in ordered], items, problems),
        items=items,
        timeline=_timeline([named[document] for document in ordered], items, config.today),
        reading_list=tuple(names.in_item(item, said) for item in reading_list),
        titles=titles,
        files={address: file for one in resolved.values() for address, file in one.files.items()},
        problems=in_order(problems),
    )


def _index(
    documents: Iterable[Document],
    root: Path,
    demos: tuple[str, ...],
    references: Mapping[str, Reference],
    kept: Kept,
) -> Index:
    """The index of all documents; the same object as long as they can be referred to by the same."""
    referables = [kept.once(("referable", d.url), d, partial(referable, d)) for d in documents]
    make = partial(Index, root, referables, demos, references)
    index = kept.once("index", (root, referables, demos, references), make)
    return make() if index.problems else index  # which name lines, and these move


def _resolved(document: Document, index: Index, kept: Kept) -> Resolved:
    """What the references of a document lead to; the same object as last time if that is the same."""
    memory, given = kept.memory("resolved"), (document, index)
    before, resolved = memory.get(document.url, (None, None))
    if before != given or not resolved.lasts:
        now = resolve(document, index)
        resolved = resolved if resolved == now else now
        memory[document.url] = given, resolved
    return resolved


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


def _backlinks(resolved: Mapping[Document, Resolved], index: Index, kept: Kept) -> Mapping[str, tuple[Backlink, ...]]:
    """Who refers to a document, by its url; one backlink a sentence."""
    backlinks: dict[str, dict[tuple[str, str], Backlink]] = defaultdict(dict)
    for document, one in resolved.items():
        ties = kept.once(("ties", document.url), (document, one, index), partial(_ties, document, one, index))
        for url, backlink in ties:
            backlinks[url].setdefault((document.url, backlink.context), backlink)
    found = {url: tuple(links.values()) for url, links in backlinks.items()}
    return {url: kept.once(("backlinks", url), links, partial(tuple, links)) for url, links in found.items()}


def _ties(document: Document, resolved: Resolved, index: Index) -> list[tuple[str, Backlink]]:
    """The backlinks that a document gives to others, by their urls, in the order of its text."""
    ties = [
        (link.form, link.target, Backlink(document, relation_of(link), link.context, link.remark))
        for link in document.links
    ]
    for key, relation in NAMING.items():
        ties += [(relation, slug, Backlink(document, relation, "")) for slug in getattr(document.meta, key, ())]
    found = []
    for form, target, backlink in ties:
        owner = index.owner(resolved.targets.get((document.url, form, target), ""))
        if owner is not None and owner.url != document.url:
            found.append((owner.url, backlink))
    return found


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


def _tags(
    documents: list[Document], items: Mapping[str, TimelineItem], problems: list[Problem]
) -> Mapping[str, tuple[Document, ...]]:
    """Documents by tag; tags that differ only in spelling of case are one."""
    spelled: dict[str, str] = {}
    tags: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        for tag in items[document.url].tags:
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
