"""Entries that are about the same things, though nothing links them: found by the words that both use.

The measure is the cosine of two entries' weighted terms (words, tags, cited papers), as in Salton & Buckley 1988. A term
weighs the more the rarer it is in the log and the oftener the entry uses it; both are counted in coarse steps, so that
an edit to one entry rarely changes what another's page says. Words that many entries use weigh nothing: no list of stop
words, no language.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from builder.model import Document, Library

SHOWN = 4
TERMS = 24  # of an entry, the weightiest
COMMON = 0.2  # a term in more than this part of the entries says nothing
POSTINGS = 40  # entries are compared if they share a term that at most so many have: it keeps the work linear
COMPARED = 16  # with how many an entry is compared in full: those with which it shares most of such terms
ENOUGH = 0.12  # cosine
STEPS = 25  # in which a cosine is told from another
TAG, CITATION = "#", "@"
MANUAL = "manual"  # the tag of entries about writing the log: only one another is near them, not what the log is about

Vector = Mapping[str, int]  # term -> weight


@dataclass(frozen=True, slots=True)
class Related:
    """An entry that is near another, and what they share, the weightiest first."""

    document: Document
    words: tuple[str, ...]
    tags: tuple[str, ...]
    papers: tuple[str, ...]  # addresses


def find_related(library: Library, earlier: dict[str, Any] | None = None) -> Mapping[str, tuple[Related, ...]]:
    """For the address of each entry, the entries nearest to it, nearest first.

    Left out is what the entry links to or is linked from: its page leads there already. `earlier` is what the last call
    left there: most edits change no entry's weightiest terms, and then nothing is compared again.
    """
    by_url = {document.url: document for document in library.documents}
    vectors = _vectors({url: _counts(document, library) for url, document in by_url.items()})
    manual = {document.url for document in library.documents if MANUAL in document.tags}
    compared, earlier = (vectors, _linked(library), manual), {} if earlier is None else earlier
    if earlier.get("compared") != compared:
        earlier.update(compared=compared, nearest=_nearest(*compared))
    return {
        url: tuple(_related(by_url[other], vectors[url], vectors[other]) for other in nearest)
        for url, nearest in earlier["nearest"].items()
    }


def _nearest(
    vectors: Mapping[str, Vector], linked: Mapping[str, set[str]], manual: set[str]
) -> Mapping[str, list[str]]:
    """The addresses of the entries nearest to each, without those in `linked`; `manual` is told from the rest."""
    lengths = {url: math.sqrt(sum(weight * weight for weight in vector.values())) for url, vector in vectors.items()}
    found = {}
    for url, candidates in _candidates(vectors).items():
        near = [
            (-round(STEPS * _product(vectors[url], vectors[other]) / (lengths[url] * lengths[other])), other)
            for other in candidates
            if other not in linked.get(url, ()) and (other in manual) == (url in manual)
        ]
        found[url] = [other for closeness, other in sorted(near) if -closeness >= STEPS * ENOUGH][:SHOWN]
    return found


def _candidates(vectors: Mapping[str, Vector]) -> Mapping[str, list[str]]:
    """For each entry, those that share most of its rarer terms, at least two."""
    holders: dict[str, list[str]] = defaultdict(list)
    for url, vector in vectors.items():
        for term in vector:
            holders[term].append(url)
    candidates = {}
    for url, vector in vectors.items():
        shared = Counter(chain.from_iterable(holders[term] for term in vector if len(holders[term]) <= POSTINGS))
        del shared[url]
        several = [(-count, other) for other, count in shared.items() if count > 1]
        candidates[url] = [other for _, other in sorted(several)[:COMPARED]]
    return candidates


def _product(one: Vector, other: Vector) -> int:
    return sum(one[term] * other[term] for term in one.keys() & other.keys())


def _counts(document: Document, library: Library) -> Mapping[str, int]:
    """How often an entry uses which term; a tag and a citation count like a word used twice."""
    counts = dict(document.terms)
    counts |= {f"{TAG}{tag}": 2 for tag in document.tags}
    for link in document.links:
        target = library.targets.get((document.url, link.form, link.target), "").partition("#")[0]
        if link.form == "cite" or target.startswith("papers/"):
            counts[f"{CITATION}{target}"] = 2
    return counts


def _vectors(counts: Mapping[str, Mapping[str, int]]) -> dict[str, Vector]:
    """Weigh the terms of every entry and keep the weightiest."""
    joined = _join_plurals(counts)
    holders = Counter(chain.from_iterable(joined.values()))
    most = max(2, int(COMMON * len(counts)))
    rarity = {
        term: (1 + (len(counts) // number).bit_length()) // 2  # one step for every factor of four
        for term, number in holders.items()
        if 2 <= number <= most
    }
    vectors = {}
    for url, terms in joined.items():
        weighed = sorted((-count.bit_length() * rarity[term], term) for term, count in terms.items() if term in rarity)
        vectors[url] = {term: -weight for weight, term in weighed[:TERMS]}
    return vectors


def _join_plurals(counts: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    """Count `heads` as `head` where the log has both."""
    known = set(chain.from_iterable(counts.values()))
    plurals = {f"{term}s" for term in known if len(term) > 3 and f"{term}s" in known}
    joined = {}
    for url, terms in counts.items():
        joined[url] = terms = dict(terms)
        for plural in plurals & terms.keys():
            terms[plural[:-1]] = terms.get(plural[:-1], 0) + terms.pop(plural)
    return joined


def _linked(library: Library) -> Mapping[str, set[str]]:
    """Which entries link to one another, in either direction."""
    linked: dict[str, set[str]] = defaultdict(set)
    for url, backlinks in library.backlinks.items():
        for backlink in backlinks:
            linked[url].add(backlink.document.url)
            linked[backlink.document.url].add(url)
    return linked


def _related(document: Document, mine: Vector, theirs: Vector) -> Related:
    shared = sorted(mine.keys() & theirs.keys(), key=lambda term: (-mine[term] * theirs[term], term))
    tags = [term[1:] for term in shared if term[0] == TAG]
    papers = [term[1:] for term in shared if term[0] == CITATION]
    words = [term for term in shared if term[0] not in (TAG, CITATION)]
    return Related(document, words=tuple(words[:3]), tags=tuple(tags[:2]), papers=tuple(papers[:2]))
