"""The definitions that the text model has and has not seen, as its training script writes them."""

import hashlib
import lzma
from collections.abc import Iterator
from pathlib import Path

PARTS = {"adj": "adjective", "adv": "adverb"}  # the others are written out
HELD_OUT = 5  # of 256 first bytes of a hash


def held_out(path: Path, count: int) -> list[str]:
    """Return `count` unseen senses, evenly spaced through the file, each as `word (noun): definition`."""
    unseen = [text for text, seen in senses(path) if not seen]
    return unseen[:: max(1, len(unseen) // count)][:count]


def seen(path: Path, count: int) -> list[str]:
    """Return `count` senses of the training half, evenly spaced through the file."""
    read = [text for text, is_seen in senses(path) if is_seen]
    return read[:: max(1, len(read) // count)][:count]


def senses(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield each sense under its first word, and whether the model was trained on it. The definition decides."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            part, words, gloss = line.rstrip("\n").split("\t")
            text = f"{words.split('; ')[0]} ({PARTS.get(part, part)}): {gloss}"
            yield text, hashlib.sha256(gloss.encode()).digest()[0] >= HELD_OUT
