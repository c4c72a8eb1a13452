"""The closed form, the loop, and the learning rate between converging and diverging."""

import numpy as np
import pytest

from builder.outputs import OUTPUTS
from demos.line_fit import line_fit

pytestmark = pytest.mark.torch


def largest_rate(run):
    line_fit(run, steps=1)
    return run.metrics["largest_rate"]


def test_loop_ends_at_the_closed_form(run):
    *_, table = line_fit(run, learning_rate=0.3)
    loop, closed_form = table.rows[-2:]
    assert loop[0] == 60 and closed_form[0] == "closed form"
    assert loop[1:] == pytest.approx(closed_form[1:], abs=1e-8)
    assert run.metrics["error"] < 1e-8
    assert run.metrics["loss"] == pytest.approx(run.metrics["closed_form_loss"])


def test_closed_form_is_the_line_that_numpy_finds(run):
    scatter, *_, table = line_fit(run)
    x, y = np.asarray(scatter.panels[0].points[0].positions).T
    assert table.rows[-1][1:3] == pytest.approx(np.polyfit(x, y, deg=1))


def test_just_below_the_largest_rate_the_loop_converges(run):
    line_fit(run, learning_rate=0.99 * largest_rate(run), steps=100)
    assert 0.9 < run.metrics["growth"] < 1
    assert run.metrics["loss"] < run.metrics["first_loss"]


def test_just_above_the_largest_rate_the_loop_diverges(run):
    line_fit(run, learning_rate=1.01 * largest_rate(run), steps=100)
    assert run.metrics["growth"] == pytest.approx(1.02)
    assert run.metrics["loss"] > run.metrics["first_loss"]


def test_noise_does_not_move_the_largest_rate(run):
    line_fit(run, noise=0.1)
    quiet = dict(run.metrics)
    line_fit(run, noise=3.0)
    assert run.metrics["largest_rate"] == quiet["largest_rate"]
    assert run.metrics["closed_form_loss"] > quiet["closed_form_loss"]


def test_at_the_fastest_rate_both_errors_shrink_alike(run):
    line_fit(run, steps=1)
    line_fit(run, learning_rate=run.metrics["fastest_rate"])
    rate, largest = run.metrics["fastest_rate"], run.metrics["largest_rate"]
    assert run.metrics["growth"] == pytest.approx(2 * rate / largest - 1)


def test_a_line_that_leaves_the_frame_is_drawn_at_its_edge(run):
    scatter, loss, *_ = line_fit(run, learning_rate=0.6)
    data, parameters = scatter.panels
    heights = np.asarray(data.curves[1].positions)[:, :, 1]
    assert heights.min() == heights[-1].min() and heights.max() == heights[-1].max() < 6
    assert abs(np.asarray(parameters.points[1].positions)).max() < 8
    assert loss.lines[0].y[-1] > 1e20


def test_outputs_are_finite_whatever_the_rate(run):
    kinds = {output.type: output for output in OUTPUTS.values()}
    for value in line_fit(run, learning_rate=0.6, steps=100):
        assert "nan" not in kinds[type(value)].encode(value).alt.lower()


def test_each_step_is_a_frame(run):
    scatter, *_ = line_fit(run, steps=2)
    assert scatter.frame_labels == ["step 0", "step 1", "step 2"]
    assert (np.asarray(scatter.panels[0].curves[1].positions)[0, :, 1] == 0).all()  # a flat line
