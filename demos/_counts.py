"""Counts of letter sequences, and the probabilities that they give."""

import numpy as np
import torch
from torch import Tensor


class Counts:
    """How often each letter follows each sequence of up to `longest` letters of a text.

    A sequence is a whole number, seven bits a letter: so at most nine letters fit, and at most 128 kinds of them.
    """

    def __init__(self, text: str, alphabet: str, longest: int) -> None:
        self.alphabet = f"\0{alphabet}"  # the first stands for all that are not in it
        self.V = len(self.alphabet)
        self._number = {letter: i for i, letter in enumerate(self.alphabet)}
        letters = self._read(text)
        self._pairs, self._contexts = [], []  # by order: sequences with the letter behind, and without
        for n in range(longest + 1):
            keys, counts = np.unique(self._sequences(letters, n + 1), return_counts=True)
            contexts, first = np.unique(keys >> 7, return_index=True)  # keys are sorted, so each context is one stretch
            kinds = np.diff(np.append(first, len(keys)))
            self._pairs.append((keys, counts))
            self._contexts.append((contexts, np.add.reduceat(counts, first), kinds))

    def probability(self, text: str, n: int) -> tuple[Tensor, float]:
        """Return p_n (N,) of each letter of a text after the n before it, and the share of places seen before."""
        letters = np.concatenate([self._read("\n" * 9), self._read(text)])
        p = np.full(len(text), 1 / self.V)
        for order in range(n + 1):
            keys = self._sequences(letters, order + 1)[-len(text) :]
            p, known = self._mix(keys, p, order)
        return torch.from_numpy(p), known.mean().item()

    def next_letter(self, text: str, n: int) -> list[float]:
        """Return p_n of every letter of the alphabet after a text."""
        letters = np.concatenate([self._read("\n" * 9), self._read(text)])
        p = np.full(self.V, 1 / self.V)
        for order in range(n + 1):
            context = self._sequences(letters, order)[-1] if order else 0
            p, _ = self._mix((context << 7) + np.arange(self.V), p, order)
        return p.tolist()

    def write(self, prompt: str, n: int, length: int, generator: torch.Generator) -> str:
        """Draw letters one by one, until a line ends."""
        written = ""
        while len(written) < length:
            p = torch.tensor(self.next_letter(prompt + written, n))
            letter = self.alphabet[torch.multinomial(p, 1, generator=generator).item()]
            if letter == "\n" and n > 0:
                break
            written += letter.replace("\n", " ")
        return written

    def _mix(self, keys: np.ndarray, below: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
        """p_n = (N(hc) + T(h) p_{n-1}) / (N(h) + T(h)); where h was never seen, what the order below says."""
        pairs, counts = self._pairs[order]
        contexts, totals, kinds = self._contexts[order]
        hc, seen = _find(pairs, keys)
        h, known = _find(contexts, keys >> 7)
        N, T = np.where(known, totals[h], 0), np.where(known, kinds[h], 1)
        return (np.where(seen, counts[hc], 0) + T * below) / (N + T), known

    def _read(self, text: str) -> np.ndarray:
        return np.array([self._number.get(letter, 0) for letter in text], dtype=np.int64)

    @staticmethod
    def _sequences(letters: np.ndarray, length: int) -> np.ndarray:
        """Every sequence of so many letters, as numbers: (len(letters) - length + 1,)."""
        count = len(letters) - length + 1
        return sum(letters[k : k + count] << 7 * (length - 1 - k) for k in range(length))


def _find(sorted_keys: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each key is among sorted ones, and whether it is there."""
    places = np.searchsorted(sorted_keys, keys).clip(max=len(sorted_keys) - 1)
    return places, sorted_keys[places] == keys
