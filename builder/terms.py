"""What the words of entries weigh: an entry is the weightiest of its terms, which are words, tags and cited papers.

A term weighs the more the rarer it is in the log and the oftener the entry uses it; both are counted in coarse steps, so
that an edit to one entry rarely changes the weights of another's. A process that builds again and again counts on from
what it has counted, and weighs only what changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from functools import partial
from typing import Any

from builder.kept import Kept
from builder.model import Document, Library

TERMS = 24  # of an entry, the weightiest
COMMON = 0.2  # a term in more than this part of the entries says nothing
TAG, CITATION = "#", "@"

Vector = Mapping[str, int]  # term -> weight


def weigh_terms(library: Library, kept: Kept) -> dict[str, Vector]:
    """The weightiest terms of every entry, by its address."""
    counts = {document.url: _terms(document, library, kept) for document in library.documents}
    known = _holders(counts, kept.memory("words"))
    plurals = {f"{term}s" for term in known if len(term) > 3 and f"{term}s" in known}
    plurals = kept.once("plurals", plurals, lambda: plurals)
    joined = {
        url: kept.once(("joined", url), (terms, plurals), partial(_join_plurals, terms, plurals))
        for url, terms in counts.items()
    }
    most = max(2, int(COMMON * len(counts)))
    rarity = {
        term: (1 + (len(counts) // number).bit_length()) // 2  # one step for every factor of four
        for term, number in _holders(joined, kept.memory("terms")).items()
        if 2 <= number <= most
    }
    before = kept.memory("weighed")
    changed = {term for term, _ in before.get("rarity", {}).items() ^ rarity.items()}
    weighed = {}
    for url, terms in joined.items():
        own, vector = before.get(url, (None, {}))
        if own is not terms or not changed.isdisjoint(terms):
            vector = _weigh(terms, rarity)
        weighed[url] = terms, vector
    before.clear()
    before.update(weighed, rarity=rarity)
    return {url: vector for url, (_, vector) in weighed.items()}


def _terms(document: Document, library: Library, kept: Kept) -> Mapping[str, int]:
    """How often an entry uses which term."""
    targets = [library.targets.get((document.url, link.form, link.target), "") for link in document.links]
    return kept.once(("terms", document.url), (document, targets), partial(_counts, document, targets))


def _counts(document: Document, targets: Iterable[str]) -> Mapping[str, int]:
    """The same, if its links lead to `targets`; a tag and a citation count like a word used twice."""
    counts = dict(document.terms)
    counts |= {f"{TAG}{tag}": 2 for tag in document.tags}
    for link, target in zip(document.links, (target.partition("#")[0] for target in targets), strict=True):
        if link.form == "cite" or target.startswith("papers/"):
            counts[f"{CITATION}{target}"] = 2
    return counts


def _holders(terms: Mapping[str, Mapping[str, int]], earlier: dict[str, Any]) -> Mapping[str, int]:
    """How many entries have each term. `earlier` has what this was called with before: entries that changed are counted."""
    before, holders = earlier.get("terms", {}), earlier.get("holders", Counter())
    for url in before.keys() | terms.keys():
        if before.get(url) is not terms.get(url):
            holders.update(terms.get(url, {}).keys())
            holders.subtract(before.get(url, {}).keys())
    earlier.update(terms=terms, holders=+holders)
    return earlier["holders"]


def _weigh(terms: Mapping[str, int], rarity: Mapping[str, int]) -> Vector:
    weighed = sorted((-count.bit_length() * rarity[term], term) for term, count in terms.items() if term in rarity)
    return {term: -weight for weight, term in weighed[:TERMS]}


def _join_plurals(terms: Mapping[str, int], plurals: Set[str]) -> Mapping[str, int]:
    """Count `heads` as `head` where the log has both."""
    joined = dict(terms)
    for plural in plurals & joined.keys():
        joined[plural[:-1]] = joined.get(plural[:-1], 0) + joined.pop(plural)
    return joined
