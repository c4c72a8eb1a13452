"""Byte-pair encoding as the tokenizers library does it, to compare with."""

import json
from collections.abc import Iterable, Sequence

Pair = tuple[str, str]


def train(words: Sequence[str], vocabulary_size: int) -> list[Pair]:
    """Return the merges that the library's trainer learns from words, up to a number of symbols in all."""
    from tokenizers import trainers

    tokenizer = _words_only()
    tokenizer.train_from_iterator(
        [" ".join(words)], trainers.BpeTrainer(vocab_size=vocabulary_size, show_progress=False)
    )
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def cut(words: Sequence[str], symbols: Iterable[str], merges: Sequence[Pair]) -> tuple[str, ...]:
    """Return the pieces into which the library cuts words, given the symbols to start from and the merges."""
    from tokenizers import models

    known = dict.fromkeys((*symbols, *("".join(pair) for pair in merges)))
    vocabulary = {symbol: number for number, symbol in enumerate(known)}
    tokenizer = _words_only(models.BPE(vocab=vocabulary, merges=list(merges)))
    return tuple(tokenizer.encode(" ".join(words)).tokens)


def _words_only(model=None):
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(model or models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
