"""The definitions that the text model has not seen, as its training script writes them."""

import hashlib
import lzma
from pathlib import Path

PARTS = {"adj": "adjective", "adv": "adverb"}  # the others are written out
HELD_OUT = 5  # of 256 first bytes of a hash


def held_out(path: Path, count: int) -> list[str]:
    """Return `count` unseen senses, evenly spaced through the file, each as `word (noun): definition`."""
    unseen = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            part, words, gloss = line.rstrip("\n").split("\t")
            if hashlib.sha256(gloss.encode()).digest()[0] < HELD_OUT:
                unseen.append(f"{words.split('; ')[0]} ({PARTS.get(part, part)}): {gloss}")
    return unseen[:: max(1, len(unseen) // count)][:count]
