"""What filters answer to, what covering hides, and what a shift does."""

import numpy as np
import pytest
import torch

from demos.cnn_digits import cnn_digits
from demos.cnn_filters import cnn_filters
from demos.cnn_shift import cnn_shift

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module", autouse=True)
def tiny_models(models):
    from _classifiers import DigitsCNN, DigitsMLP

    torch.manual_seed(1)
    DigitsCNN(width=8).save_pretrained(models / "cnn")
    DigitsMLP(hidden=4).save_pretrained(models / "mlp")


def cover(run, **params):
    return cnn_digits(run, **{"stride": 7, "model": "cnn", "baseline": "mlp", **params})


def model_of(run, name="cnn"):
    from _classifiers import DigitsCNN, DigitsMLP

    return run.load(DigitsCNN if name == "cnn" else DigitsMLP, name)


def test_both_networks_have_nearly_the_same_size():
    from _classifiers import DigitsCNN, DigitsMLP

    sizes = [sum(p.numel() for p in net.parameters()) for net in (DigitsCNN(), DigitsMLP())]
    assert sizes == [29_322, 29_425]


def test_unit_prefers_the_bar_that_it_is_made_of(run):
    net = model_of(run)
    with torch.no_grad():
        net.layer1[0].weight.zero_()
        net.layer1[0].bias.zero_()
        net.layer1[0].weight[0, 0, 3] = 1  # a lying bar
        net.layer1[0].weight[1, 0, :, 3] = 1  # a standing one
        net.layer1[0].weight[2] = 1  # a blot
    grid, answers, curves = cnn_filters(run, shuffles=2, model="cnn")
    assert grid.images.shape == (2, 4, 7, 7) and grid.diverging
    assert grid.captions[0][0].startswith("unit 1: prefers 0 degrees")
    assert grid.captions[0][1].startswith("unit 2: prefers 90 degrees")
    assert selectivity(grid.captions[0][2]) < 0.1 < selectivity(grid.captions[0][0])
    assert selectivity(grid.captions[0][3]) == 0  # it never answers
    (shown,) = answers.maps
    assert shown.columns[0] == "0°" and np.nanmax(shown.values) == 1
    assert {line.name for line in curves.lines} >= {"unit 1", "unit 2"}


def selectivity(caption):
    return float(caption.rpartition(" ")[2])


def test_orientation_is_counted_from_lying_against_the_clock(run):
    net = model_of(run)
    with torch.no_grad():
        net.layer1[0].weight[:] = torch.eye(7).flip(0)  # from lower left to upper right
        net.layer1[0].bias.zero_()
    grid, _, _ = cnn_filters(run, shuffles=1, model="cnn")
    assert grid.captions[0][0].startswith("unit 1: prefers 45 degrees")


def test_chance_is_measured_and_comes_from_the_seed(run):
    first, again = [], []
    for kept in (first, again):
        cnn_filters(run, shuffles=5, model="cnn")
        kept += [run.metrics["shuffled"], run.metrics["shuffled_high"]]
    assert first == again and 0 < first[0] <= first[1] <= 1


@torch.no_grad()
def test_cell_is_the_probability_that_covering_leaves(run):
    heat, _, _ = cover(run, digit=3, example=5, patch=4)
    _, _, images, labels = read_held_out()
    x = (images[labels == 3][5:6] + 1) / 2
    x[:, :, 12:16, 5:9] = 0  # four by four around row 14, column 7
    wanted = model_of(run)(x).softmax(dim=1)[0, 3].item()
    cnn, mlp = heat.maps
    assert float(cnn.values[2][1]) == pytest.approx(wanted, abs=1e-5)
    assert cnn.rows == mlp.rows == ["y 0", "y 7", "y 14", "y 21"]


def test_covering_at_the_edge_is_cut(run):
    heat, _, _ = cover(run, patch=14, stride=9)
    assert np.asarray(heat.maps[1].values).shape == (4, 4)


@torch.no_grad()
def test_chart_without_a_shift_is_the_probability_as_it_stands(run):
    _, chart, _ = cover(run)
    cnn, mlp = chart.lines
    assert cnn.x[4] == 0
    assert (cnn.y[4], mlp.y[4]) == pytest.approx((run.metrics["cnn"], run.metrics["mlp"]), abs=1e-5)


def test_all_maps_of_both_layers_are_shown(run):
    _, _, grid = cover(run)
    layers = ["layer 1, units 1 to 8", "layer 2, units 1 to 8", "layer 2, units 9 to 16"]
    assert grid.rows == ["what they are shown", *layers]
    assert grid.images.shape == (4, 8, 28, 28)
    assert grid.images[1].max() == grid.images[2:].max() == 255


def test_inputs_are_shown_with_what_they_are_worth(run):
    _, _, grid = cover(run, digit=3)
    shown, says = grid.images[0], grid.captions[0]
    assert says[0] == f"as it is: CNN {run.metrics['cnn']:.0%}, MLP {run.metrics['mlp']:.0%}"
    assert says[1].startswith(f"covered where it hurts the CNN most: CNN {run.metrics['cnn_covered']:.0%}")
    assert says[7].startswith("shifted by +4") and (shown[7][:, 4:] == shown[0][:, :-4]).all()


@torch.no_grad()
def test_accuracy_is_that_of_shifted_digits(run):
    from _digits import shift

    chart, _, _ = cnn_shift(run, farthest=1, model="cnn", baseline="mlp")
    _, _, images, labels = read_held_out()
    x = (images + 1) / 2
    ways = ({"right": 1}, {"right": -1}, {"down": 1}, {"down": -1})
    right = 0
    for quarter, way in enumerate(ways):
        read = model_of(run)(shift(x[quarter::4], **way)).argmax(dim=1)
        right += (read == labels[quarter::4]).sum().item()
    assert run.metrics["cnn_1"] == pytest.approx(right / 1000)
    assert [list(line.x) for line in chart.lines] == [[0, 1], [0, 1]]
    assert chart.lines[1].y == [run.metrics["mlp_0"], run.metrics["mlp_1"]]


@torch.no_grad()
def test_surest_mistakes_come_first_and_confusions_add_up(run):
    _, gallery, confused = cnn_shift(run, farthest=1, model="cnn", baseline="mlp")
    assert gallery.images.shape == (2, 8, 28, 28)
    assert gallery.captions[0][0].startswith("a ") and "CNN: " in gallery.captions[0][0]
    wrong = round(1000 * (1 - run.metrics["cnn_0"]))
    assert np.nansum(confused.maps[0].values) == wrong
    assert np.isnan(np.diag(confused.maps[0].values)).all()
    difference = run.metrics["cnn_alone"] - run.metrics["mlp_alone"]
    assert difference == round(1000 * (run.metrics["cnn_0"] - run.metrics["mlp_0"]))


def test_shift_moves_whole_pixels_and_brings_in_paper():
    from _digits import shift

    x = torch.arange(1.0, 10).view(1, 1, 3, 3)
    assert shift(x, right=1)[0, 0].tolist() == [[0, 1, 2], [0, 4, 5], [0, 7, 8]]
    assert shift(x, right=-1)[0, 0].tolist() == [[2, 3, 0], [5, 6, 0], [8, 9, 0]]
    assert shift(x, down=2)[0, 0].tolist() == [[0, 0, 0], [0, 0, 0], [1, 2, 3]]
    assert shift(x, down=-1, right=1)[0, 0].tolist() == [[0, 4, 5], [0, 7, 8], [0, 0, 0]]
    assert shift(x, right=5).sum() == 0


@torch.no_grad()
def test_classifiers_survive_being_saved(run, tmp_path):
    from _classifiers import DigitsCNN, DigitsMLP

    x = torch.rand(2, 1, 28, 28)
    for name, kind in (("cnn", DigitsCNN), ("mlp", DigitsMLP)):
        net = model_of(run, name)
        net.save_pretrained(tmp_path / name)
        assert torch.equal(net(x), kind.from_pretrained(tmp_path / name).eval()(x))


def read_held_out():
    from _digits import read_digits

    return read_digits()
