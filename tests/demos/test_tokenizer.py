"""Byte-pair encoding: learning, replaying, and agreeing with the tokenizers library."""

import random
from collections import Counter

import _bpe
import pytest

from demos.tokenizer import learn, merge, tokenizer

pytestmark = pytest.mark.torch


def tokenize(run, sentence="colder golden newer bolder", **params):
    return tokenizer(run, sentence, model="text", **params)


def learned(run, **params):
    return [stage.label for stage in tokenize(run, **params)[0].stages[1:]]


def test_five_words_give_the_merges_of_the_published_log(run):
    expected = ["o + l", "ol + d", "c + old", "e + r", "er + _", "cold + _", "old + er_", "cold + er_"]
    assert learned(run) == expected
    assert run.metrics["symbols_start"] == 99
    assert run.metrics["symbols_after_first"] == 82
    assert run.metrics["symbols"] == run.metrics["library_symbols"] == 29
    assert run.metrics["tied_merges"] == 3


def test_breaking_ties_the_other_way_leads_to_a_shorter_corpus(run):
    assert "old + e" in learned(run, ties="last")
    assert run.metrics["symbols"] == 25


def test_the_library_takes_the_older_symbols(run):
    assert learned(run, ties="library")[:2] == ["l + d", "o + ld"]


def test_new_words_are_cut_by_replaying_the_merges(run):
    assert tokenize(run)[0].stages[-1].pieces == tuple("colder_ g old e n _ n e w er_ b older_".split())


def test_the_library_agrees_on_random_corpora():
    for seed in range(60):
        chance = random.Random(seed)
        letters = "abcdefgh"[: chance.choice([1, 2, 5])]  # one letter alone makes pairs that overlap
        spoken = ["".join(chance.choices(letters, k=chance.randint(1, 9))) + "_" for _ in range(8)]
        words = {tuple(word): count for word, count in Counter(spoken).items()}
        alphabet = sorted({symbol for word in words for symbol in word})
        pairs = [pair for pair, _, _ in learn(words, 12, "library", alphabet)[0]]
        size = len({*alphabet, *("".join(pair) for pair in pairs)})
        assert _bpe.train(spoken, size) == pairs
        cut = [tuple(word) for word in spoken]
        for pair in pairs:
            cut = [merge(word, pair) for word in cut]
        assert _bpe.cut(spoken, alphabet, pairs) == sum(cut, ())


def test_overlapping_pairs_are_joined_from_the_left():
    assert merge(tuple("aaaaa"), ("a", "a")) == ("aa", "aa", "a")


def test_learning_stops_when_every_word_is_one_symbol(run):
    assert learned(run, text="ab ab", merges=50) == ["a + b", "ab + _"]


def test_tokens_of_the_model_are_bytes_of_the_sentence(run):
    rows = tokenize(run, "né 🙂")[1].rows
    assert [row[3] for row in rows] == "6e c3 a9 20 f0 9f 99 82".split()
    assert [row[2] for row in rows] == ["n", "\ufffd", "\ufffd", "␣", *["\ufffd"] * 4]
    assert run.metrics["model_tokens"] == 8


def test_batch_is_padded_and_masked(run):
    rows = tokenize(run, "ab c")[2].rows
    assert [row[0] for row in rows] == ["ab c", "ab", "c"]
    assert [row[2] for row in rows] == ["[1, 1, 1, 1]", "[1, 1, 0, 0]", "[1, 0, 0, 0]"]
    assert rows[2][1].endswith(", 256, 256, 256]")


def test_sentence_without_words_is_refused(run):
    with pytest.raises(ValueError, match="there must be a word to learn from, and a word to cut"):
        tokenize(run, "  ")
