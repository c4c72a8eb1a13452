"""Three walks down a slope."""

import pytest
import torch

from demos.optimisers import by_library, optimisers, walk

pytestmark = pytest.mark.torch


def test_turning_the_world_turns_sgd_and_momentum_with_it(run):
    optimisers(run, surface="ravine", steps=30)
    straight = dict(run.metrics)
    optimisers(run, surface="diagonal", steps=30)
    for name in ("sgd_loss", "momentum_loss", "sgd_width", "momentum_width"):
        assert run.metrics[name] == pytest.approx(straight[name], rel=1e-6)
    assert run.metrics["adam_loss"] > straight["adam_loss"]


def test_sgd_on_the_ravine_is_a_product_of_factors():
    rates, still = torch.tensor([0.001, 0.01]).double(), torch.zeros(5, 2).double()
    path = walk("sgd", "ravine", torch.tensor([-3.0, 1.0]).double(), rates, still)
    assert path[-1, :, 0].tolist() == pytest.approx([-3 * (1 - rate) ** 5 for rate in rates.tolist()])
    assert path[-1, :, 1].tolist() == pytest.approx([(1 - 100 * rate) ** 5 for rate in rates.tolist()], abs=1e-12)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_steps_by_hand_are_those_of_the_library(name):
    start, shaken = torch.tensor([-1.5, 1.5]).double(), torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
    ours = walk(name, "banana", start, torch.tensor([0.02]).double(), shaken.double())
    assert torch.allclose(ours[:, 0], by_library(name, "banana", start, 0.02, shaken.double()))


def test_loops_that_blow_up_end_their_curve(run):
    _, _, rates = optimisers(run, surface="banana", steps=40)
    sgd = torch.as_tensor(rates.lines[0].y)
    assert sgd[-1].isnan() and not sgd[0].isnan()
