"""Weights in fewer bits."""

import pytest
import torch

from demos.quantise import quantise, round_to

pytestmark = pytest.mark.torch


def test_whole_numbers_and_their_scale():
    w = torch.tensor([[0.7, -0.2, 0.05], [70.0, 20.0, -5.0]])
    q, s = round_to(w, 4, "row")
    assert s.tolist() == [[pytest.approx(0.1)], [pytest.approx(10.0)]]
    assert q.tolist() == [[7, -2, 0], [7, 2, 0]]  # half a step goes to the even neighbour
    q, s = round_to(w, 4, "matrix")
    assert s.tolist() == [[pytest.approx(10.0)]] and q.tolist() == [[0, 0, 0, 7, 2, 0]]


def test_a_block_does_not_care_about_its_neighbour():
    w = torch.ones(2, 128)
    w[0, 0] = 100.0
    q, s = round_to(w, 8, "block")
    assert q.shape == (4, 64) and s[0] == pytest.approx(100 / 127) and (q[1:] == 127).all()


@pytest.mark.parametrize("scale", ["matrix", "row"])
def test_fewer_bits_take_less_and_err_more(run, scale):
    chart, table = quantise(run, scale=scale, senses=10, prompt="ab", model="text")
    errors = [run.metrics[f"error_{bits}"] for bits in (8, 6, 5, 4, 3, 2)]
    sizes = [run.metrics["mb"], *(run.metrics[f"mb_{bits}"] for bits in (8, 6, 5, 4, 3, 2))]
    assert errors == sorted(errors) and sizes == sorted(sizes, reverse=True)
    assert errors[0] < 0.05 and run.metrics["same_8"] > 0.8
    assert [row[0] for row in table.rows] == ["32, as it is", "8", "6", "5", "4", "3", "2"]
    assert len(chart.lines[0].y) == 6


def test_the_model_itself_stays_as_it_was(run):
    from transformers import GPT2LMHeadModel

    before = [p.clone() for p in run.load(GPT2LMHeadModel, "text").float().parameters()]
    quantise(run, senses=10, prompt="ab", model="text")
    after = run.load(GPT2LMHeadModel, "text").parameters()
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
