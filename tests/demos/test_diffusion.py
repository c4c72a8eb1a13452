"""Sampling, guidance and frames."""

import numpy as np
import pytest
import torch

from demos.diffusion import diffusion, to_bytes

pytestmark = pytest.mark.torch


def draw(run, **params):
    frames, _ = diffusion(run, **{"digits": [3, 7], "steps": 3, "model": "unet", "judge": "judge", **params})
    return frames


def test_first_frame_is_noise_of_the_seed_and_last_is_the_result(run):
    frames = draw(run)
    noise = torch.randn(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    assert frames.images.shape == frames.predicted.shape == (4, 2, 28, 28)
    assert frames.frame_labels == ["t = 666", "t = 333", "t = 0", "result"]
    assert (frames.images[0] == to_bytes([noise])[0]).all()
    assert (frames.images[-1] == frames.predicted[-1]).all()


def test_many_steps_are_shown_in_seventeen_frames(run):
    assert len(draw(run, digits=[1], steps=40).frame_labels) == 17


def test_guidance_of_one_is_the_label_alone(run):
    unet = model_of(run)
    with_label = draw(run, guidance=1.0).images[-1].astype(int)
    labels = torch.tensor([3, 7])
    alone = run_ddim(lambda x, t: unet(x, t, class_labels=labels).sample)
    assert abs(with_label - alone).max() <= 1


def test_guidance_of_zero_ignores_the_label(run):
    one, other = draw(run, guidance=0.0, digits=[3]), draw(run, guidance=0.0, digits=[7])
    assert (one.images == other.images).all()


def test_ddim_steps_follow_the_equation(run):
    from diffusers import DDIMScheduler, DDPMScheduler

    scheduler = DDIMScheduler.from_config(run.load(DDPMScheduler, "unet").config)
    scheduler.set_timesteps(50)
    t, s = scheduler.timesteps[10:12]
    x, v = torch.randn(2, 1, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    at, as_ = scheduler.alphas_cumprod[t], scheduler.alphas_cumprod[s]
    x0 = (at.sqrt() * x - (1 - at).sqrt() * v).clamp(-1, 1)
    eps = (x - at.sqrt() * x0) / (1 - at).sqrt()
    step = scheduler.step(v, t, x, use_clipped_model_output=True)
    assert torch.allclose(step.prev_sample, as_.sqrt() * x0 + (1 - as_).sqrt() * eps, atol=1e-6)


def test_ddpm_noise_comes_from_the_seed(run):
    first, again, other = (draw(run, sampler="ddpm", seed=seed).images for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()


def test_metrics_count_calls_and_right_readings(run):
    draw(run)
    assert run.metrics["steps"] == 3 and run.metrics["network_calls"] == 6
    assert run.metrics["read_right"] in (0.0, 0.5, 1.0)


def test_chart_shows_the_schedule_and_the_steps_that_are_visited(run):
    _, chart = diffusion(run, digits=[3], steps=3, model="unet", judge="judge")
    image, noise, image_dots, noise_dots = chart.lines
    assert list(image_dots.x) == list(noise_dots.x) == [666, 333, 0]
    assert list(image.x)[::37] == [0, 333, 666, 999] and len(image.x) == len(image.y) == 112
    assert image_dots.y == [image.y[74], image.y[37], image.y[0]]
    assert [a**2 + b**2 for a, b in zip(image.y, noise.y, strict=True)] == pytest.approx([1] * 112)
    assert run.metrics["signal_at_start"] == image_dots.y[0]


def test_what_is_no_digit_is_refused(run):
    with pytest.raises(ValueError, match=r"digits are a list of numbers from 0 to 9, not \[10\]"):
        draw(run, digits=[10])


def test_pixels_are_cut_to_black_and_white():
    pixels = to_bytes([torch.tensor([-2.0, -1, 0, 1, 2]).view(1, 1, 1, 5)])
    assert pixels.dtype == np.uint8
    assert pixels.ravel().tolist() == [0, 0, 128, 255, 255]


def test_judge_survives_being_saved(run, tmp_path):
    from _judge import DigitsJudge

    judge = run.load(DigitsJudge, "judge")
    judge.save_pretrained(tmp_path)
    x = torch.zeros(1, 1, 28, 28)
    assert torch.equal(judge(x), DigitsJudge.from_pretrained(tmp_path).eval()(x))
    assert judge(x).shape == (1, 10)


def model_of(run):
    draw(run)
    from diffusers import UNet2DModel

    return run.load(UNet2DModel, "unet")


@torch.no_grad()
def run_ddim(predict):
    """Draw with one prediction a step, in three steps from the noise of seed 0."""
    from diffusers import DDIMScheduler

    scheduler = DDIMScheduler(beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction")
    scheduler.set_timesteps(3)
    x = torch.randn(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    for t in scheduler.timesteps:
        x = scheduler.step(predict(x, t), t, x, use_clipped_model_output=True).prev_sample
    return to_bytes([x])[0].astype(int)
