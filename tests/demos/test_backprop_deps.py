"""What the gradient says about a sound network and about faulty ones."""

import inspect
import math

import pytest
import torch
from torch.nn import functional as F

from demos.backprop_deps import FAULTS, backprop_deps, network

pytestmark = pytest.mark.torch

FOUND = {
    "none": (0, 0, 0),
    "layout": (16 / 28, 1, 4 / 36),
    "batch_norm": (1, 1, 0),
    "split": (1, 0, 0),
    "split_merge": (0, 0, 24 / 36),
    "no_mask": (1, 0, 0),
    "off_by_one": (13 / 28, 0, 0),
    "softmax": (1, 0, 0),
}
"""Of each fault: the share of later positions that leak, of other examples, and of earlier positions not seen."""


def cells(heat_map):
    return [torch.as_tensor(part.values) for part in heat_map.maps]


def test_sound_network_looks_back_and_at_nobody_else(run):
    positions, examples, *_ = backprop_deps(run, steps=1)
    [P], [E] = cells(positions), cells(examples)
    assert ((P != 0) == torch.ones(8, 8).tril().bool()).all()
    assert ((E != 0) == torch.eye(4).bool()).all()


@pytest.mark.parametrize("fault", FAULTS)
def test_gradient_shows_the_fault(run, fault):
    positions, examples, *_ = backprop_deps(run, fault=fault, steps=1)
    found = [run.metrics[name] for name in ("position_leaks", "example_leaks", "blind")]
    assert found == pytest.approx(FOUND[fault])
    forbidden = 28 * found[0] + 12 * found[1]
    assert run.metrics["leaks"] == pytest.approx(forbidden / 40)
    assert len(positions.maps) == len(examples.maps) == (1 if fault == "none" else 2)


def test_two_layers_with_a_mask_off_by_one_see_two_positions_ahead(run):
    positions, *_ = backprop_deps(run, fault="off_by_one", steps=1)
    assert ((cells(positions)[1] != 0) == torch.ones(8, 8).tril(diagonal=2).bool()).all()


def test_heads_split_and_merged_wrongly_read_two_positions_each(run):
    positions, *_ = backprop_deps(run, fault="split_merge", steps=1)
    blocks = torch.block_diag(*[torch.ones(2, 2).tril()] * 4)
    assert ((cells(positions)[1] != 0) == blocks.bool()).all()


@pytest.mark.parametrize("fault", ["split", "no_mask", "off_by_one", "softmax"])
def test_reading_ahead_brings_the_loss_below_the_entropy(run, fault):
    backprop_deps(run, fault=fault)
    assert run.metrics["loss"] < 0.6 * run.metrics["entropy"] < run.metrics["sound_loss"]


@pytest.mark.parametrize("fault", ["batch_norm", "split_merge"])
def test_loss_does_not_show_every_fault(run, fault):
    backprop_deps(run, fault=fault)
    assert run.metrics["loss"] == pytest.approx(run.metrics["sound_loss"], abs=0.1)


def test_entropy_is_that_of_the_chain(run):
    backprop_deps(run, steps=1)
    successor, other = 1 / 2 + 1 / 16, 1 / 16
    assert run.metrics["entropy"] == pytest.approx(-successor * math.log(successor) - 7 * other * math.log(other))


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "none"])
def test_lines_shown_are_lines_of_the_network(run, fault):
    source = inspect.getsource(network)
    assert all(line.removesuffix(" after the line of 'split'") in source for line in FAULTS[fault])
    _, _, table, _ = backprop_deps(run, fault=fault, steps=1)
    assert table.rows == [("sound", FAULTS[fault][0]), ("faulty", FAULTS[fault][1])]


def test_sound_network_is_attention_as_torch_has_it():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(5, 3, 8, generator=generator)
    weights = [torch.randn(shape, generator=generator) for shape in ((8, 24), (8, 8)) * 2]
    y = x.transpose(0, 1)
    for W_qkv, W_out in (weights[:2], weights[2:]):
        q, k, v = (t.unflatten(2, (4, 2)).transpose(1, 2) for t in (F.layer_norm(y, (8,)) @ W_qkv).chunk(3, dim=2))
        y = y + F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2) @ W_out
    assert torch.allclose(network(x, weights, "none"), y, atol=1e-4)
