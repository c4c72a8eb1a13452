"""A language model made of counts."""

import pytest
from _counts import Counts

from demos.ngrams import copied_letters, ngrams

pytestmark = pytest.mark.torch


def test_counts_mix_orders_as_witten_and_bell_do():
    counts = Counts("abab", "ab", 1)
    # Order 0: N(a) = N(b) = 2, T = 2, and 1/V = 1/3 below: (2 + 2/3) / (4 + 2)
    assert counts.next_letter("", 0) == pytest.approx([2 / 3 / 6, 8 / 3 / 6, 8 / 3 / 6])
    # Order 1 after "a": always "b", so T = 1: (2 + p_0(b)) / (2 + 1)
    assert counts.next_letter("a", 1)[2] == pytest.approx((2 + 4 / 9) / 3)


def test_probabilities_of_a_text_are_those_of_its_letters():
    counts = Counts("abcabdabc", "abcd", 3)
    p, known = counts.probability("abd", 3)
    one_by_one = [counts.next_letter("abd"[:i], 3)[counts.alphabet.index("abd"[i])] for i in range(3)]
    assert p.tolist() == pytest.approx(one_by_one) and 0 <= known < 1


def test_unknown_letters_and_contexts_still_add_up_to_one():
    counts = Counts("abc", "abc", 2)
    for before in ("", "zz", "cb", "é"):
        assert sum(counts.next_letter(before, 2)) == pytest.approx(1)


def test_all_letters_look_back_nine_places_at_most():
    text = "z" * 30
    counts = Counts(text, "abcdefghijklmnopqrstuvwxyz", 8)
    assert counts.next_letter("z" * 8, 8)[counts.alphabet.index("z")] > 0.9


def test_copying_is_a_run_of_twenty_letters():
    assert copied_letters("0123456789" * 2 + "x", "0123456789" * 3) == 20
    assert copied_letters("0123456789" * 2, "0123456789") == 0


def test_more_letters_help_until_they_have_never_been_seen(run):
    chart, table = ngrams(run, definitions=2000, longest=4, prompt="dog", held_out_definitions=20, model="text")
    bits = [run.metrics[f"bits_{n}"] for n in range(5)]
    assert bits[0] > bits[1] > bits[2] and len(chart.lines[0].y) == 5
    unseen = [run.metrics[f"unseen_{n}"] for n in range(5)]
    assert unseen == sorted(unseen) and unseen[0] == 0
    again = ngrams(run, definitions=2000, longest=4, prompt="dog", held_out_definitions=20, model="text")[1]
    assert again.rows == table.rows
