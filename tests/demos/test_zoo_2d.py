"""The distributions, the six models, and what is measured on them."""

import math

import pytest
import torch

from demos.zoo_2d import PANELS, zoo_2d

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module", autouse=True)
def zoos(models):
    """An untrained zoo of either distribution."""
    from _zoo import Zoo

    for data in ("moons", "ring"):
        torch.manual_seed(0)
        Zoo(data=data).save_pretrained(models / f"zoo-{data}")


@pytest.fixture
def zoo(run):
    from _zoo import Zoo

    return run.load(Zoo, "zoo-ring")


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def grid(reach=4.0, cells=400):
    """Return the middles of the cells (N, 2) of a square, and the area of a cell."""
    middle = (torch.arange(cells) + 0.5) * (2 * reach / cells) - reach
    return torch.cartesian_prod(middle, middle), (2 * reach / cells) ** 2


@pytest.mark.parametrize("data", ["moons", "ring"])
def test_density_of_the_truth_has_the_sum_one(data):
    from _zoo.plane import log_density

    x, area = grid()
    assert (log_density(data, x).exp().sum() * area).item() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("data", ["moons", "ring"])
def test_true_points_fill_all_pieces_evenly(data):
    from _zoo.plane import draw, pieces

    assert pieces(data, draw(data, 8000, generator())).tolist() == pytest.approx([1 / 8] * 8, abs=0.015)


def test_pieces_count_points_by_their_weight():
    from _zoo.plane import pieces, skeleton

    shares = pieces("ring", skeleton("ring")[:2], torch.tensor([3.0, 1.0]))
    assert shares.tolist() == [0.75, 0.25, 0, 0, 0, 0, 0, 0]


def test_unknown_distribution_is_refused():
    from _zoo.plane import skeleton

    with pytest.raises(ValueError, match="the distributions are moons and ring, not 'spiral'"):
        skeleton("spiral")


def test_sliced_distance_of_a_shift_is_its_length_seen_from_all_sides():
    from _zoo.plane import sliced_distance

    x = torch.randn(500, 2, generator=generator())
    assert sliced_distance(x, x) == 0
    assert sliced_distance(x, x + torch.tensor([3.0, 0.0])) == pytest.approx(3 * 2 / math.pi, rel=1e-3)


def test_digits_name_the_cell_that_a_point_lies_in(zoo):
    digits = zoo.autoregressive.write(torch.tensor([[-2.99, 2.99], [0.01, -0.01]]))
    assert digits[0].tolist() == [-1, 1] * 7
    assert digits[1].tolist() == [1, -1] + [-1, 1] * 6


def test_autoregressive_density_has_the_sum_one_on_the_square(zoo):
    x, area = grid(reach=3.0, cells=128)
    with torch.no_grad():
        assert (zoo.autoregressive.log_density(x).exp().sum() * area).item() == pytest.approx(1, abs=1e-3)
        assert zoo.autoregressive.total() == pytest.approx(1, abs=1e-4)
        assert zoo.autoregressive.log_density(torch.tensor([[3.1, 0.0]])).item() == -math.inf


def test_autoregressive_points_stay_in_the_cell_that_their_digits_left(zoo):
    with torch.no_grad():
        frames = zoo.autoregressive.sample(100, generator())
    digits = [zoo.autoregressive.write(frame) for frame in frames]
    for k in range(15):
        assert torch.equal(digits[k][:, :k], digits[-1][:, :k])


def test_flow_is_undone_and_its_determinant_is_that_of_the_jacobian(zoo):
    flow = zoo.flow
    torch.manual_seed(0)
    for coupling in flow.couplings:
        torch.nn.init.normal_(coupling[-1].weight, std=0.2)
    z = torch.randn(1, 2, generator=generator())
    stages, log_det = flow(z)
    jacobian = torch.autograd.functional.jacobian(lambda z: flow(z)[0][-1], z)[0, :, 0]
    assert log_det.item() == pytest.approx(jacobian.det().abs().log().item(), abs=1e-4)
    back, shrunk = flow.inverse(stages[-1])
    assert torch.allclose(back, z, atol=1e-4) and torch.allclose(shrunk, -log_det, atol=1e-4)


def test_vae_bound_stays_below_the_likelihood(zoo):
    # A linear decoder x = z + noise has p(x) = N(0, 1 + std^2), and the bound is tight for the true posterior.
    from _zoo.plane import gaussian_log_density

    vae, x = zoo.vae, torch.randn(4000, 2, generator=generator())
    vae.decoder = torch.nn.Identity()
    variance = vae.log_std.exp().item() ** 2
    exact = gaussian_log_density(x, 0.0, math.log(1 + variance) / 2).mean().item()
    with torch.no_grad():
        assert vae.bound(x, generator(1)).mean().item() < exact
        vae.encoder = torch.nn.Linear(2, 4)
        vae.encoder.weight.copy_(torch.cat([torch.eye(2) / (1 + variance), torch.zeros(2, 2)]))
        vae.encoder.bias.copy_(torch.tensor([0, 0, 1, 1]) * math.log(variance / (1 + variance)) / 2)
        assert vae.bound(x, generator(1)).mean().item() == pytest.approx(exact, abs=1e-3)


def test_diffusion_bound_is_near_the_likelihood_where_the_best_network_is_known(zoo):
    # For x ~ N(0, s^2) the best guess of the noise is sqrt(1 - abar) x_t / (abar s^2 + 1 - abar).
    from _zoo.plane import gaussian_log_density

    s, diffusion = 0.8, zoo.diffusion
    abar = diffusion.scheduler.alphas_cumprod

    def best(x, t):
        a = abar[t].unsqueeze(1)
        return (1 - a).sqrt() * x / (a * s**2 + 1 - a)

    diffusion.noise = best
    x = s * torch.randn(4000, 2, generator=generator())
    exact = gaussian_log_density(x, 0.0, math.log(s)).mean().item()
    assert exact - 0.1 < diffusion.bound(x, generator(1)).mean().item() < exact
    assert diffusion.sample(4000, generator(2))[-1].std().item() == pytest.approx(s, rel=0.05)


def test_energy_density_is_that_of_the_gaussian_if_the_network_is_silent(zoo):
    from _zoo.energy import SPREAD
    from _zoo.plane import gaussian_log_density

    energy = zoo.energy
    torch.nn.init.zeros_(energy.network[-1].weight)
    torch.nn.init.zeros_(energy.network[-1].bias)
    x = torch.randn(10, 2, generator=generator())
    with torch.no_grad():
        expected = gaussian_log_density(x, 0.0, math.log(SPREAD))
        assert torch.allclose(energy.log_density(x), expected, atol=0.01)
        assert energy.sample(2000, generator())[-1].std().item() == pytest.approx(SPREAD, rel=0.05)


def test_gan_frames_are_its_snapshots_with_the_same_noise(zoo):
    gan = zoo.gan
    torch.nn.init.zeros_(gan.generator[-1].weight)
    torch.nn.init.constant_(gan.generator[-1].bias, 2.0)
    gan.keep(3)
    with torch.no_grad():
        frames = gan.sample(10, generator())
    assert (frames[3] == 2).all() and (frames[-1] == 2).all() and (frames[2] != 2).all()


def test_every_model_has_a_panel_and_a_row_and_the_seed_decides(run):
    scatter, chart, table = zoo_2d(run, points=300, model="zoo-ring")
    assert [len(panel.points[1].positions) for panel in scatter.panels] == [15] * 6
    assert [row[0] for row in table.rows] == [title.split(":")[0] for title in PANELS.values()] + ["other true points"]
    assert [len(line.y) for line in chart.lines] == [15] * 6 + [2]
    again, _, _ = zoo_2d(run, points=300, model="zoo-ring")
    other, _, _ = zoo_2d(run, points=300, seed=1, model="zoo-ring")
    for first, second, third in zip(scatter.panels, again.panels, other.panels, strict=True):
        assert torch.equal(first.points[1].positions, second.points[1].positions)
        assert not torch.equal(first.points[1].positions, third.points[1].positions)


def test_metrics_tell_the_floor_and_no_surprise_for_the_gan(run):
    zoo_2d(run, points=300, model="zoo-moons")
    assert run.metrics["floor"] < run.metrics["gan_distance"]
    assert run.metrics["truth"] < min(value for name, value in run.metrics.items() if name.endswith("_surprise"))
    assert "gan_surprise" not in run.metrics
