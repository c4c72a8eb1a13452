"""Sound code passes every check; each sabotage fails the checks meant for it."""

import pytest

pytestmark = pytest.mark.torch

torch = pytest.importorskip("torch")

from _suspect import SABOTAGES, Suspect, small_digits  # noqa: E402

from demos import recipe_checks as checks  # noqa: E402

OVERLOOKED = ["big_init", "leaked_labels", "frozen_layer", "dropout_always", "no_seed"]
"""What accuracy does not show."""


@pytest.fixture(scope="module")
def digits():
    return small_digits("demos/training/data/mnist-10k.npz")


@pytest.fixture
def suspect(digits):
    def make(sabotage, seed=0):
        torch.manual_seed(0)
        train_set, held_out, baseline = digits
        return Suspect(sabotage=sabotage, seed=seed, train_set=train_set, held_out=held_out, baseline=baseline)

    return make


@pytest.mark.parametrize("sabotage", [name for name in SABOTAGES if name != "none"])
def test_sabotage_fails_the_checks_meant_for_it(suspect, sabotage):
    _, meant = SABOTAGES[sabotage]
    assert meant
    for name in meant:
        assert getattr(checks, name)(suspect(sabotage))[2] is False, name


@pytest.mark.parametrize("sabotage", OVERLOOKED)
def test_accuracy_overlooks_it(suspect, sabotage):
    assert checks.beats_nearest_mean(suspect(sabotage))[2]


def test_board_has_ten_checks_side_by_side(run):
    table, grid, chart = checks.recipe_checks(run, sabotage="view")
    assert len(table.rows) == 10
    assert table.columns == ["check", "sound", "view", "must be", "sound: measured", "view: measured"]
    assert all(row[1] for row in table.rows)
    assert run.metrics["failed"] == sum(not row[2] for row in table.rows) > 0
    assert table.notes == [f"view: {SABOTAGES['view'][0]}"]
    assert list(grid.rows) == [line.name for line in chart.lines] == ["sound", "view"]


def test_sound_code_stands_alone_and_fails_nothing(run):
    _, grid, chart = checks.recipe_checks(run)
    assert run.metrics["failed"] == 0 and "accuracy" not in run.metrics
    assert run.metrics["sound_accuracy"] > run.metrics["baseline"] > 0.7
    assert len(grid.rows) == len(chart.lines) == 1


def test_view_shows_a_mixture_of_images(suspect):
    sound, labels = suspect("none").first_layer_receives(10)
    mixed, same_labels = suspect("view").first_layer_receives(10)
    assert sound.shape == mixed.shape == (10, 14, 14) and sound.dtype == "uint8"
    assert sorted(sound.ravel()) == sorted(mixed.ravel()) and (sound != mixed).any()
    assert (labels == same_labels).all()


def test_misaligned_labels_stand_beside_the_wrong_images(suspect):
    sound, labels = suspect("none").first_layer_receives(10)
    images, rolled = suspect("misaligned_labels").first_layer_receives(10)
    assert (sound == images).all() and rolled.tolist() == [labels[-1].item(), *labels[:-1].tolist()]


def test_preparing_leaves_the_examples_as_they_are(suspect):
    images, labels = suspect("none").held_out
    before = images.clone()
    suspect("leaked_labels").prepare(images, labels)
    assert torch.equal(images, before)


def test_seeds_of_a_suspect_differ(suspect):
    one, other = (suspect("none", seed).network().last.weight for seed in (0, 1))
    assert (one != other).any()
