"""The latent plane, the price of a code, and copies of copies."""

import numpy as np
import pytest
import torch

from demos.autoencoder import autoencoder
from demos.copy_of_a_copy import copy_of_a_copy

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module", autouse=True)
def tiny_models(models):
    from _autoencoders import DigitsAutoencoder

    torch.manual_seed(1)
    DigitsAutoencoder(variational=False, width=8).save_pretrained(models / "ae")
    DigitsAutoencoder(variational=True, width=8).save_pretrained(models / "vae")


def explore(run, **params):
    return autoencoder(run, **{"size": 4, "model": "vae", "judge": "judge", **params})


def copies(run, **params):
    return copy_of_a_copy(run, **{"generations": [0, 1, 3], "model": "ae", "judge": "judge", **params})


def model_of(run, name):
    from _autoencoders import DigitsAutoencoder

    return run.load(DigitsAutoencoder, name)


def test_map_of_a_variational_model_stands_at_quantiles_of_the_prior(run):
    grid, _, _ = explore(run)
    assert grid.columns == ["-1.15", "-0.32", "0.32", "1.15"]  # of the normal distribution at 1/8, 3/8, 5/8, 7/8
    assert grid.rows == grid.columns[::-1]
    assert grid.images.shape == (4, 4, 28, 28)
    assert grid.captions[0][3].startswith("read as ")


@torch.no_grad()
def test_each_image_of_the_map_is_its_code_decoded(run):
    grid, _, _ = explore(run)
    x, y = torch.special.ndtri(torch.tensor([7 / 8, 1 / 8]))
    image = model_of(run, "vae").decode(torch.stack([x, y]).unsqueeze(0))[0, 0]
    assert abs(grid.images[3, 3] - (image * 255).round().numpy()).max() <= 1


def test_map_of_a_plain_model_covers_its_codes(run):
    grid, scatter, _ = explore(run, model="ae")
    codes = np.concatenate([points.positions for points in scatter.panels[0].points])
    assert [len(points.positions) for points in scatter.panels[0].points] == [100] * 10
    assert np.mean([float(column) for column in grid.columns]) == pytest.approx(codes[:, 0].mean(), abs=0.01)


def test_only_a_variational_model_has_a_price(run):
    explore(run, model="ae")
    assert "kl_1" not in run.metrics
    explore(run, model="vae")
    assert run.metrics["kl_1"] >= 0 and run.metrics["kl_2"] >= 0


def test_patches_that_draws_from_the_prior_would_use_are_counted(run):
    explore(run)
    assert run.metrics["cells_expected"] == pytest.approx(1 - (15 / 16) ** 1000)
    assert 0 < run.metrics["cells_used"] <= 1


@torch.no_grad()
def test_both_ways_between_two_digits_have_the_same_ends(run):
    _, _, way = explore(run, start=3, end=8)
    line, fade = way.images.astype(int)
    assert way.title == "From a 3 to a 8" and way.columns[0] == "0%" and way.columns[-1] == "100%"
    assert (line[0] == fade[0]).all() and (line[-1] == fade[-1]).all()
    assert abs(fade[5] - (fade[0] + fade[-1]) / 2).max() <= 1


def test_seed_chooses_other_digits(run):
    (_, _, first), (_, _, other), (_, _, again) = (explore(run, seed=seed) for seed in (0, 1, 0))
    assert (first.images == again.images).all() and (first.images != other.images).any()


def test_principal_components_are_the_best_plane():
    from _autoencoders import pca_error

    generator = torch.Generator().manual_seed(0)
    flat = torch.randn(50, 2, generator=generator) @ torch.randn(2, 16, generator=generator)
    images = (flat + 3).view(50, 1, 4, 4)
    assert pca_error(images, images, components=2) == pytest.approx(0, abs=1e-8)
    assert pca_error(images, images, components=1) > 0.01


def test_third_copy_is_copied_three_times(run):
    grid, chart, scatter = copies(run)
    net = model_of(run, "ae")
    assert grid.columns == ["original", "copy 1", "copy 3"] and grid.images.shape == (10, 3, 28, 28)
    x = torch.tensor(grid.images[:, 0] / 255, dtype=torch.float32).unsqueeze(1)
    for _ in range(3):
        x = net.decode(net.encode(x)).detach()
    assert abs(grid.images[:, 2] - (x[:, 0] * 255).round().numpy()).max() <= 1
    assert list(chart.lines[0].x) == [1, 2, 4]
    assert scatter.panels[0].points[7].positions.shape == (3, 30, 2)


def test_numbers_of_each_generation_are_told(run):
    _, chart, _ = copies(run)
    assert [run.metrics[f"read_after_{n}"] for n in (0, 1, 3)] == list(chart.lines[0].y)
    assert [run.metrics[f"places_after_{n}"] / 300 for n in (0, 1, 3)] == list(chart.lines[1].y)


@pytest.mark.parametrize("generations", [[], [3, 1], [1, 1], [-1], [2000]])
def test_generations_must_grow(run, generations):
    with pytest.raises(ValueError, match="generations are a list of growing numbers from 0 to 1000, not"):
        copies(run, generations=generations)


@torch.no_grad()
def test_models_survive_being_saved_and_know_their_kind(run, models, tmp_path):
    from _autoencoders import DigitsAutoencoder
    from _classifiers import DigitsMLP

    net = model_of(run, "vae")
    net.save_pretrained(tmp_path / "vae")
    again = DigitsAutoencoder.from_pretrained(tmp_path / "vae")
    x = torch.rand(2, 1, 28, 28)
    assert again.variational and torch.equal(net.encode(x), again.encode(x))
    with pytest.raises(ValueError, match="'vae' is no DigitsMLP"):
        DigitsMLP.from_pretrained(tmp_path / "vae")


def test_hundred_of_each_digit_are_held_out():
    from _digits import read_digits

    images, labels, held_out, held_out_labels = read_digits()
    assert len(images) == len(labels) == 9000
    assert torch.bincount(held_out_labels).tolist() == [100] * 10
    assert held_out.min() == -1 and held_out.max() == 1
    seen = {image.numpy().tobytes() for image in images}
    assert sum(image.numpy().tobytes() in seen for image in held_out) == 0


def test_growth_is_that_of_a_small_difference(run):
    copies(run, generations=[0, 60])
    assert run.metrics["settled"] == 1  # a random network forgets at once
    net = model_of(run, "ae")
    place = torch.zeros(1, 2)
    with torch.no_grad():
        for _ in range(60):
            place = net.encode(net.decode(place))
        nearby = place + 1e-2 * torch.eye(2)
        columns = (net.encode(net.decode(nearby)) - place) / 1e-2  # of the Jacobian, transposed
    wanted = torch.linalg.eigvals(columns).abs().max().item()
    assert run.metrics["growth_at_rest"] == pytest.approx(wanted, rel=0.05)
    assert all(parameter.grad is None for parameter in net.parameters())
