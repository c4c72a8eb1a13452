"""What an entry is connected with: who refers to it and how, what it continues, which demos illustrate it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from builder.library import relation_of
from builder.model import Annotation, DemoSpec, Document, Relation
from builder.pages import Site
from builder.related import Related
from builder.run.vectors import name_of

RELATIONS: tuple[Relation, ...] = get_args(Relation)
_HEADINGS: Mapping[Relation, str] = {
    "follows": "Continued in",
    "cites": "Cited in",
    "annotates": "Remarks that lead here",
    "links to": "Mentioned in",
}

Ties = Mapping[str, tuple[Document, Relation]]  # by address: a document, and the strongest relation to it


@dataclass(frozen=True, slots=True)
class Referrer:
    """An entry that refers to the page's: with which sentences, each with the anchor of the remark it stands in."""

    document: Document
    passages: tuple[tuple[str, Annotation | None], ...]  # (sentence, the remark in which it stands)


@dataclass(frozen=True, slots=True)
class Illustration:
    """A demo that illustrates a paper, and the entries in which it runs, with the name of the call there."""

    demo: DemoSpec
    runs: tuple[tuple[Document, str], ...]


def referrers(site: Site, document: Document) -> list[tuple[str, list[Referrer]]]:
    """Who refers to a document, by the strongest thing each says of it: (heading, entries newest first)."""
    passages: dict[str, list[tuple[str, Annotation | None]]] = {}
    for backlink in site.library.backlinks.get(document.url, ()):
        sentences = passages.setdefault(backlink.document.url, [])
        remark = next((note for note in backlink.document.annotations if note.anchor == backlink.remark), None)
        sentences += [(backlink.context, remark)] if backlink.context else []
    groups: dict[Relation, list[Referrer]] = {}
    for url, (other, relation) in inward(site, document).items():
        groups.setdefault(relation, []).append(Referrer(other, tuple(passages[url])))
    return [(heading, groups[relation]) for relation, heading in _HEADINGS.items() if relation in groups]


def inward(site: Site, document: Document) -> Ties:
    """The documents that refer to one, newest first."""
    backlinks = site.library.backlinks.get(document.url, ())
    return _strongest((backlink.document, backlink.relation) for backlink in backlinks)


def outward(site: Site, document: Document) -> Ties:
    """The documents that one refers to: those of its front matter, then in the order of its text."""
    named_ones = [(other, relation) for relation in ("follows", "relates") for other in named(site, document, relation)]
    linked = [
        (site.by_url[address], relation_of(link))
        for link in document.links
        if (address := _target(site, document, link.form, link.target)) in site.by_url and address != document.url
    ]
    return _strongest([*named_ones, *linked])


def named(site: Site, document: Document, relation: Relation) -> list[Document]:
    """The documents that the front matter of one names as what it follows or relates to."""
    slugs = getattr(document.meta, "related" if relation == "relates" else relation, ())
    addresses = [_target(site, document, relation, slug) for slug in slugs]
    return [site.by_url[address] for address in addresses if address in site.by_url]


def related_by_author(site: Site, document: Document) -> list[Document]:
    """The entries that a document names as related, and those that name it."""
    naming = [other for other, relation in inward(site, document).values() if relation == "relates"]
    return list({other.url: other for other in (*named(site, document, "relates"), *naming)}.values())


def related_by_content(site: Site, document: Document) -> list[tuple[Document, str]]:
    """The entries that are about the same things, each with what both share in words."""
    return [(near.document, _reason(site, near)) for near in _near(site, document)]


def encoder_of(site: Site, document: Document) -> str:
    """The name of the encoder by which entries are related to a document, if it had a say."""
    return name_of(site.config.encoder) if any(near.alike for near in _near(site, document)) else ""


def _near(site: Site, document: Document) -> list[Related]:
    """What is near a document, without what its author or another names as related."""
    chosen = {other.url for other in related_by_author(site, document)}
    return [near for near in site.related[document.url] if near.document.url not in chosen]


def _reason(site: Site, near: Related) -> str:
    papers = [site.library.titles.get(f"cite:{address}") or site.library.titles[address] for address in near.papers]
    shared = [
        f"{verb} {', '.join(names)}"
        for verb, names in (("speak of", near.words), ("are tagged", near.tags), ("cite", papers))
        if names
    ]
    reasons = [f"both {' and '.join(shared)}"] if shared else []
    if near.alike:
        reasons.append("close in meaning")
    reason = "; ".join(reasons)
    return f"{reason[0].upper()}{reason[1:]}."


def illustrations(site: Site, document: Document) -> list[tuple[str, list[Illustration]]]:
    """The demos of a paper: those that its note names or runs, and apart from them those of entries that cite it."""
    if document.kind != "paper":
        return []
    citing = [other for other, relation in inward(site, document).values() if relation == "cites"]
    runs: dict[str, dict[str, tuple[Document, str]]] = {name: {} for name in document.meta.demos}
    for other in (document, *citing):
        for call in other.calls:
            runs.setdefault(call.demo, {}).setdefault(other.url, (other, call.name))
    own = {*document.meta.demos, *(call.demo for call in document.calls)}
    found = {
        name: Illustration(site.demos[name], (*places.values(),)) for name, places in runs.items() if name in site.demos
    }
    groups = [
        ("Demonstrated by", [one for name, one in found.items() if name in own]),
        ("Demos in entries that cite it", [one for name, one in found.items() if name not in own]),
    ]
    return [(heading, ones) for heading, ones in groups if ones]


def _target(site: Site, document: Document, form: str, target: str) -> str:
    return site.library.targets.get((document.url, form, target), "").partition("#")[0]


def _strongest(ties: Iterable[tuple[Document, Relation]]) -> Ties:
    found: dict[str, tuple[Document, Relation]] = {}
    for other, relation in ties:
        known = found.get(other.url, (other, relation))[1]
        found[other.url] = (other, min(known, relation, key=RELATIONS.index))
    return found
