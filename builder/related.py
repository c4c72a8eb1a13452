"""Entries that are about the same things, though nothing links them: found by the words that both use, and by meaning.

The measure of words is the cosine of two entries' weighted terms (words, tags, cited papers), as in Salton & Buckley
1988. A term weighs the more the rarer it is in the log and the oftener the entry uses it; both are counted in coarse
steps, so that an edit to one entry rarely changes what another's page says. Words that many entries use weigh nothing:
no list of stop words, no language.

Where an encoder's vectors of the texts are recorded, the measure of meaning is their cosine. Cosines of words and of
vectors cannot be compared, places can: the two rankings are joined by their reciprocal ranks, the sum of 1 / (60 + rank)
(Cormack, Clarke & Büttcher 2009, https://doi.org/10.1145/1571941.1572114). Encoders differ in how near they put
strangers, so it is the log that says what is near: what is at least as near as three in four entries are to the one that
is nearest to them by words.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from builder.kept import Kept
from builder.meaning import cosines, find_near
from builder.model import Document, Library
from builder.run.vectors import Vectors
from builder.terms import CITATION, TAG, Vector, weigh_terms

SHOWN = 4
POSTINGS = 40  # entries are compared if they share a term that at most so many have: it keeps the work linear
COMPARED = 16  # with how many an entry is compared in full: those with which it shares most of such terms
ENOUGH = 0.12  # cosine
STEPS = 25  # in which a cosine is told from another
BEHIND = 60  # places by which every rank is put back, so that the first of one ranking does not outweigh agreement
MANUAL = "manual"  # the tag of entries about writing the log: only one another is near them, not what the log is about


@dataclass(frozen=True, slots=True)
class Related:
    """An entry that is near another, and what they share, the weightiest first."""

    document: Document
    words: tuple[str, ...]
    tags: tuple[str, ...]
    papers: tuple[str, ...]  # addresses
    alike: bool = False  # in meaning, says the encoder


def find_related(
    library: Library, kept: Kept | None = None, recorded: Vectors | None = None
) -> Mapping[str, tuple[Related, ...]]:
    """For the address of each entry, the entries nearest to it, nearest first.

    Left out is what the entry links to or is linked from: its page leads there already. What `kept` remembers of the last
    call need not be compared again: most edits change no entry's weightiest terms. An entry whose text has no vector in
    `recorded` is near others by words alone.
    """
    kept = kept or Kept()
    by_url = {document.url: document for document in library.documents}
    vectors = weigh_terms(library, kept)
    manual = {url for url in by_url if MANUAL in library.items[url].tags}
    by_text = recorded.by_text if recorded else {}
    meanings = {
        url: by_text[document.text_digest] for url, document in by_url.items() if document.text_digest in by_text
    }
    compared = vectors, meanings, _linked(library), manual
    nearest = kept.once("nearest", compared, partial(_nearest, *compared, kept.memory("meaning")))
    found = {}
    for url, others in nearest.items():
        near = [(by_url[other], vectors[other], alike) for other, alike in others]
        found[url] = kept.once(("near", url), (vectors[url], near), partial(_all_related, vectors[url], near))
    return found


def _nearest(
    vectors: Mapping[str, Vector],
    meanings: Mapping[str, bytes],
    linked: Mapping[str, set[str]],
    manual: set[str],
    earlier: dict[str, Any],
) -> Mapping[str, list[tuple[str, bool]]]:
    """The addresses of the entries nearest to each, without those in `linked`, each with whether it is alike in meaning.

    `manual` is told from the rest.
    """

    def may_join(one: str, other: str) -> bool:
        return other not in linked.get(one, ()) and (other in manual) == (one in manual)

    by_words = _by_words(vectors, may_join)
    by_meaning = _by_meaning(meanings, by_words, may_join, earlier) if meanings else {}
    found = {}
    for url, words in by_words.items():
        alike = by_meaning.get(url, [])
        found[url] = [(other, other in alike) for other in _join(words, alike)[:SHOWN]]
    return found


def _join(*rankings: Sequence[str]) -> list[str]:
    """One ranking of several, by reciprocal rank."""
    scores: Counter[str] = Counter()
    for ranking in rankings:
        scores.update({url: 1 / (BEHIND + rank) for rank, url in enumerate(ranking, 1)})
    return sorted(scores, key=lambda url: (-scores[url], url))


def _by_words(vectors: Mapping[str, Vector], may_join: Callable[[str, str], bool]) -> Mapping[str, list[str]]:
    """For each entry those that are near enough by words, nearest first."""
    lengths = {url: math.sqrt(sum(weight * weight for weight in vector.values())) for url, vector in vectors.items()}
    found = {}
    for url, candidates in _candidates(vectors).items():
        near = [
            (-round(STEPS * _product(vectors[url], vectors[other]) / (lengths[url] * lengths[other])), other)
            for other in candidates
            if may_join(url, other)
        ]
        found[url] = [other for closeness, other in sorted(near) if -closeness >= STEPS * ENOUGH]
    return found


def _by_meaning(
    meanings: Mapping[str, bytes],
    by_words: Mapping[str, list[str]],
    may_join: Callable[[str, str], bool],
    earlier: dict[str, Any],
) -> Mapping[str, list[str]]:
    """For each entry with a vector those that are near enough by meaning, nearest first."""
    near = find_near(meanings, earlier)
    pairs = [(url, others[0]) for url, others in by_words.items() if others and {url, others[0]} <= meanings.keys()]
    if not pairs:
        return {}
    enough = math.floor(100 * sorted(cosines(meanings, pairs))[len(pairs) // 4]) / 100
    return {
        url: [other for other, cosine in others.items() if cosine >= enough and may_join(url, other)]
        for url, others in near.items()
    }


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


def _linked(library: Library) -> Mapping[str, set[str]]:
    """Which entries link to one another, in either direction."""
    linked: dict[str, set[str]] = defaultdict(set)
    for url, backlinks in library.backlinks.items():
        for backlink in backlinks:
            linked[url].add(backlink.document.url)
            linked[backlink.document.url].add(url)
    return linked


def _all_related(mine: Vector, near: Iterable[tuple[Document, Vector, bool]]) -> tuple[Related, ...]:
    return tuple(_related(document, mine, theirs, alike) for document, theirs, alike in near)


def _related(document: Document, mine: Vector, theirs: Vector, alike: bool) -> Related:
    shared = sorted(mine.keys() & theirs.keys(), key=lambda term: (-mine[term] * theirs[term], term))
    tags = [term[1:] for term in shared if term[0] == TAG]
    papers = [term[1:] for term in shared if term[0] == CITATION]
    words = [term for term in shared if term[0] not in (TAG, CITATION)]
    return Related(document, words=tuple(words[:3]), tags=tuple(tags[:2]), papers=tuple(papers[:2]), alike=alike)
