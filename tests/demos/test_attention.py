"""Attention weights and the habits measured on them."""

import pytest
import torch

from demos.attention import attention, report_best

pytestmark = pytest.mark.torch


def test_rows_sum_to_one_and_nobody_looks_ahead(run):
    shown = attention(run, "abcab", model="text")
    assert shown.tokens == ["<|end|>", *"abcab"]
    assert shown.weights.shape == (2, 2, 6, 6)
    assert torch.allclose(shown.weights.sum(dim=-1), torch.ones(2, 2, 6), atol=1e-4)
    assert shown.weights.triu(diagonal=1).max() == 0


def test_induction_is_the_weight_on_what_followed_before(run):
    A = attention(run, "abca", model="text").weights
    expected = A[:, :, 4, 2].max()  # the second "a" looks at "b", which followed the first
    assert run.metrics["induction_best"] == pytest.approx(expected.item())


def test_induction_is_not_measured_when_no_token_repeats(run, capsys):
    attention(run, "abc", model="text")
    assert "induction_best" not in run.metrics
    assert "no token occurs twice" in capsys.readouterr().out


def test_best_head_is_named_from_one(run):
    report_best(run, "habit", torch.tensor([[0.1, 0.2], [0.7, 0.3]]))
    assert run.metrics == {"habit_best": pytest.approx(0.7), "habit_layer": 2, "habit_head": 1}


def test_text_longer_than_the_context_is_refused(run):
    with pytest.raises(ValueError, match="the text has 41 tokens with its start; 'text' sees 32"):
        attention(run, "x" * 40, model="text")


def test_weights_are_the_softmax_of_queries_times_keys(run):
    shown = attention(run, "abcab", model="text")
    assert shown.queries.shape == shown.keys.shape == (2, 2, 6, 8)
    scores = shown.queries[1, 0, 5] @ shown.keys[1, 0].T / 8**0.5  # the last token sees all the others
    assert torch.allclose(scores.softmax(dim=-1), shown.weights[1, 0, 5], atol=1e-5)
    assert run.metrics["head_width"] == 8
    assert run.metrics["score_deviation"] > 0
    assert run.metrics["largest_error"] < 1e-4
