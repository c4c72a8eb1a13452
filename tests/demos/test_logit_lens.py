"""What every layer would say, were it the last."""

import pytest
import torch

from demos.logit_lens import logit_lens

pytestmark = pytest.mark.torch


def test_last_depth_is_the_model_itself(run):
    maps, _ = logit_lens(run, "abcab", model="text")
    assert run.metrics["layers"] == 2 and run.metrics["tokens"] == 6
    assert run.metrics["agrees_2"] == 1 and run.metrics["divergence_2"] == pytest.approx(0, abs=1e-5)
    said = torch.as_tensor(maps.maps[1].values)
    assert said.shape == (3, 6) and torch.equal(said[-1] >= 1 / 257, torch.ones(6, dtype=torch.bool))


def test_surprise_is_that_of_the_true_next_token(run):
    maps, chart = logit_lens(run, "abc", model="text")
    following = torch.as_tensor(maps.maps[0].values)
    assert following[:, -1].isnan().all()  # nobody knows what follows the last token
    surprise = -following[:, :-1].log().mean(dim=1)
    assert [run.metrics[f"surprise_{k}"] for k in range(3)] == pytest.approx(surprise.tolist(), rel=1e-4)
    assert list(chart.lines[0].y) == pytest.approx(surprise.tolist(), rel=1e-4)


def test_nothing_is_left_in_the_model_for_the_next_run(run):
    from transformers import GPT2LMHeadModel

    def hooks():
        return sum(len(module._forward_hooks) for module in run.load(GPT2LMHeadModel, "text").modules())

    logit_lens(run, "abc", model="text")  # after which the library's own hooks are there
    before = hooks()
    logit_lens(run, "abc", model="text")
    assert hooks() == before


def test_text_longer_than_the_context_is_refused(run):
    with pytest.raises(ValueError, match="the text has 41 tokens with its start; 'text' sees 32"):
        logit_lens(run, "x" * 40, model="text")
