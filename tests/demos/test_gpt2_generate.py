"""The decoding loop: picking tokens, and putting their bytes together."""

import pytest
import torch

from demos.gpt2_generate import gpt2_generate, pick, pieces, repeated_trigrams

pytestmark = pytest.mark.torch


def written(run, **params):
    text = gpt2_generate(run, "so", model="text", **{"max_new_tokens": 12, **params})
    return [token for token in text.tokens if not token.prompt]


def texts(run, **params):
    return [token.text for token in written(run, **params)]


def picks(count=200, **params):
    logits = torch.tensor([0.1, 0.4, 0.3, 0.2]).log()
    generator = torch.Generator().manual_seed(0)
    options = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, **params}
    return {pick(logits, generator=generator, **options) for _ in range(count)}


def test_greedy_loop_agrees_with_generate(run):
    assert len(written(run, temperature=0.0)) > 1  # the demo itself asserts that the two are equal


def test_top_k_of_one_is_greedy(run):
    assert texts(run, top_k=1) == texts(run, temperature=0.0)


def test_tiny_top_p_is_greedy(run):
    assert texts(run, top_p=1e-6) == texts(run, temperature=0.0)


def test_seed_decides_the_text(run):
    assert texts(run, seed=1) == texts(run, seed=1) != texts(run, seed=2)


def test_plain_sampling_reaches_every_token():
    assert picks() == {0, 1, 2, 3}


def test_top_k_keeps_the_likeliest():
    assert picks(top_k=2) == {1, 2}


def test_top_p_keeps_the_token_that_crosses_the_share():
    assert picks(top_p=0.65) == {1, 2}
    assert picks(top_p=0.75) == {1, 2, 3}


def test_top_p_counts_what_top_k_left():
    assert picks(top_k=2, top_p=0.5) == {1}  # 0.4 of 0.7 is more than half


def test_probabilities_are_those_of_the_model_before_filtering(run):
    for token in written(run, top_k=2, temperature=0.3):
        chances = [chance for _, chance in token.alternatives]
        assert len(chances) == 5 and sum(chances) <= 1
        assert token.probability in chances[:2]


def test_metrics_describe_the_new_tokens(run):
    new = written(run)
    assert run.metrics["tokens"] == len(new)
    assert run.metrics["mean_probability"] == pytest.approx(sum(t.probability for t in new) / len(new))
    assert run.metrics["perplexity"] >= 1


def test_context_length_ends_the_text_and_says_so(run, capsys):
    assert len(written(run, max_new_tokens=100, temperature=0.0)) <= 29
    assert "'text' sees 32 tokens at once: at most 29 new tokens, not 100" in capsys.readouterr().out


def test_prompt_that_fills_the_context_is_refused(run):
    with pytest.raises(ValueError, match="the prompt has 40 tokens; 'text' sees 32 at once"):
        gpt2_generate(run, "x" * 40, model="text")


def test_character_of_several_tokens_appears_at_the_last(run):
    from transformers import AutoTokenizer

    tokenizer = run.load(AutoTokenizer, "text")
    ids = tokenizer("aé€")["input_ids"]
    assert len(ids) == 6
    assert pieces(tokenizer, ids) == ["a", "", "é", "", "", "€"]
    assert pieces(tokenizer, ids[:-1])[-1] == "\N{REPLACEMENT CHARACTER}"  # it never became whole


def test_trigrams_count_as_repeated_from_the_second_time():
    assert repeated_trigrams([1, 2]) == 0
    assert repeated_trigrams([1, 2, 3, 4]) == 0
    assert repeated_trigrams([1, 2, 3, 1, 2, 3]) == pytest.approx(1 / 4)
    assert repeated_trigrams([7] * 12) == pytest.approx(9 / 10)
