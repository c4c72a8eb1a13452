"""How sums are written for the adder, character by character, and read back."""

from __future__ import annotations

import torch

PAD, START, END, UNKNOWN = range(4)
CHARACTERS = "0123456789+"
VOCABULARY = ["<pad>", "<s>", "</s>", "<unk>", *CHARACTERS]


def encode(texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn texts into ids, each closed by an end and filled up with padding to the longest.

    A character that the vocabulary does not have becomes `<unk>`.
    Returns: ids (B, T) and the attention mask (B, T), 1 where there is something to read.
    """
    known = {character: VOCABULARY.index(character) for character in CHARACTERS}
    rows = [[known.get(character, UNKNOWN) for character in text] + [END] for text in texts]
    T = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (T - len(row)) for row in rows])
    return ids, (ids != PAD).long()


def decode(ids: torch.Tensor, *, turned: bool = False) -> list[str]:
    """Turn ids (B, T) into texts: what stands before the end, without the start; `turned` reads from right to left."""
    texts = []
    for row in ids.tolist():
        row = row[: row.index(END)] if END in row else row
        text = [VOCABULARY[i] for i in row if i not in (PAD, START)]
        texts.append("".join(reversed(text) if turned else text))
    return texts


def split(sums: int) -> torch.Tensor:
    """Choose about `sums` of the 10,000 sums for training, the same ones every time; the others are held out.

    a+b and b+a are always on the same side, so that no held-out sum has been seen the other way round.
    Returns: a mask (100, 100), true at [a, b] if a+b is trained on.
    """
    order = torch.randperm(5050, generator=torch.Generator().manual_seed(0))
    rank = torch.empty(5050, dtype=torch.long)
    rank[order] = torch.arange(5050)
    ranks = torch.zeros(100, 100, dtype=torch.long)
    a, b = torch.triu_indices(100, 100)
    ranks[a, b] = ranks[b, a] = rank
    return ranks < round(sums * 5050 / 10_000)
