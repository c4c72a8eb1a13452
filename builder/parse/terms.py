"""The words of a text, counted: what an entry is about, as far as counting can tell. No language is assumed."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

KEPT = 300  # terms of one entry
TITLE = 3  # how often a word of the title counts

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


def terms_in(text: str) -> Iterator[str]:
    """The words of a text in lower case; of scripts that put no spaces between words, every two characters."""
    text = text.casefold()
    is_spaced = _UNSPACED.search(text) is None
    for word in _WORD.findall(text):
        word = word.replace("’", "'").removesuffix("'s")
        unspaced = () if is_spaced else _UNSPACED.findall(word)
        for run in unspaced:
            yield from ("".join(pair) for pair in pairwise(run))
        if not unspaced and len(word) > 2 and not word[0].isdecimal():
            yield word


def most_used(terms: Counter[str], title: str) -> Mapping[str, int]:
    """The terms that an entry uses most, those of its title counted more than once."""
    counts = Counter(terms)
    for term in terms_in(title):
        counts[term] += TITLE
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
    return {sys.intern(term): count for term, count in ordered}  # many entries use the same words
