from typing import Annotated, Literal

from builder.demo import Model, Range, Run, demo
from builder.outputs import Chart, Frames, Line


@demo(smoke={"digits": [3, 7], "steps": 4})
def diffusion(
    run: Run,
    digits: list[int] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],  # noqa: B006
    steps: Annotated[int, Range(1, 1000)] = 50,
    sampler: Literal["ddim", "ddpm"] = "ddim",
    guidance: Annotated[float, Range(0, 20)] = 2.0,
    seed: int = 0,
    model: Model = "digits-unet",
    judge: Model = "digits-judge",
) -> tuple[Frames, Chart]:
    r"""Draw digits out of noise with a diffusion model.

    In training, an image $x_0$ is mixed with noise $\epsilon$, a little at $t = 0$ and almost entirely at $t = 999$:

    $$x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon$$

    The network sees $x_t$ and learns to name the *velocity* $v = \sqrt{\bar\alpha_t}\, \epsilon - \sqrt{1 -
    \bar\alpha_t}\, x_0$ (Salimans & Ho 2022): the noise where there is little of it, the image where there is
    nothing else. Who knows $x_t$ and $v$ knows both.

    To draw, start from nothing but noise and go the other way. At each step the network gives a guess of the clean
    image; move towards it a little, and ask again. Two samplers say how:

    - **ddpm** (Ho et al. 2020) puts fresh noise back in after each step. It was made for all 1,000 steps and
      degrades when it has to jump.
    - **ddim** (Song et al. 2020) adds none: the starting noise decides the drawing, and few steps suffice.

    **guidance** is classifier-free guidance (Ho & Salimans 2022). The network is asked twice, told the digit and not
    told, and the difference is exaggerated: $v = v_\varnothing + w\,(v_c - v_\varnothing)$. In this convention, the
    one of the diffusers library, 0 ignores the digit, 1 is the label alone, and above 1 the drawings become more
    typical and less varied. (In the paper's own convention $w$ is one less.)

    ## How to read it

    Each row is a digit, each column a moment, from pure noise to the result. The second picture shows what the
    network believed the clean image to be at that moment: a grey guess at first, the finished digit long before the
    noise is gone. A second network, `digits-judge`, reads the results; `read_right` is the share that it reads as
    the digit asked for. `network_calls` counts the predictions made for each drawing, two per step. The same seed
    means the same starting noise for every sampler, number of steps and guidance, on every device.

    The chart is the noise schedule: how much of the image, $\sqrt{\bar\alpha_t}$, and how much noise, $\sqrt{1 -
    \bar\alpha_t}$, there is in $x_t$. Dots are the steps that the sampler visits. `signal_at_start` is the
    amplitude of the image at the first of them: so much the network expects there, and it is given pure noise.

    ## What not to conclude

    The model has 1.4 million parameters and has seen 9,000 handwritten digits; text-to-image models differ in size,
    data and design. A digit that the judge reads right is legible, not beautiful and not necessarily new: nobody
    looked for near copies among the examples. Ten drawings are too few to rank two settings: a difference of one is
    chance.
    """
    import torch
    from _judge import DigitsJudge
    from diffusers import DDIMScheduler, DDPMScheduler, UNet2DModel

    unet = run.load(UNet2DModel, model).float()
    scheduler = run.load(DDPMScheduler, model)
    if sampler == "ddim":
        scheduler = DDIMScheduler.from_config(scheduler.config)
    options = {"use_clipped_model_output": True} if sampler == "ddim" else {}
    scheduler.set_timesteps(steps)

    if not digits or not set(digits) <= set(range(10)):
        raise ValueError(f"digits are a list of numbers from 0 to 9, not {digits}")
    labels = torch.tensor(digits, device=run.device)
    no_label = torch.full_like(labels, unet.config.num_class_embeds - 1)

    # All randomness comes from this generator on the CPU. Its first numbers are the noise that the drawings start from.
    generator = run.generator(seed)
    x = torch.randn(len(digits), 1, 28, 28, generator=generator).to(run.device)

    shown = {round(i * steps / 16) for i in range(17)}  # after so many steps a frame is kept
    images, predicted, frame_labels = [], [], []
    for done, t in enumerate(scheduler.timesteps):
        with torch.no_grad():
            # 1. Ask the network, told the digit and not told.
            v_label = unet(x, t, class_labels=labels).sample
            v_free = unet(x, t, class_labels=no_label).sample

        # 2. Guidance: v = v_free + w (v_label - v_free)
        v = v_free + guidance * (v_label - v_free)

        # 3. x_0 = sqrt(abar_t) x_t - sqrt(1 - abar_t) v, cut to -1..1, and eps = (x_t - sqrt(abar_t) x_0) / sqrt(1 - abar_t)
        #    from the cut x_0: with the eps of the uncut one, guidance drives the drawing off the paper.
        #    Then one step back in time, from t to s:
        #    DDIM: x_s = sqrt(abar_s) x_0 + sqrt(1 - abar_s) eps;  DDPM: the mean of q(x_s | x_t, x_0), plus noise.
        output = scheduler.step(v, t, x, generator=generator, **options)
        if done in shown:
            images.append(x)
            predicted.append(output.pred_original_sample)
            frame_labels.append(f"t = {t}")
        x = output.prev_sample
        run.progress(done + 1, steps)

    # The result is the last frame, and its own prediction.
    images.append(x)
    predicted.append(x)
    frame_labels.append("result")

    # 4. Another network reads the drawings.
    with torch.no_grad():
        read = run.load(DigitsJudge, judge)(x.clamp(-1, 1)).argmax(dim=1).tolist()
    print("asked for:", *digits)
    print("read as:  ", *read)
    run.metric("read_right", sum(r == d for r, d in zip(read, digits, strict=True)) / len(digits))
    run.metric("steps", steps)
    run.metric("network_calls", 2 * steps)

    # 5. The schedule: x_t = signal x_0 + noise eps, and the squares of the two add to one.
    signal = scheduler.alphas_cumprod.sqrt()
    noise = (1 - scheduler.alphas_cumprod).sqrt()
    visited, times = scheduler.timesteps.tolist(), list(range(0, 1000, 9))  # 0 to 999
    run.metric("signal_at_start", signal[visited[0]].item())

    return (
        Frames(
            images=to_bytes(images),
            predicted=to_bytes(predicted),
            frame_labels=frame_labels,
            items=[str(digit) for digit in digits],
            title=f"{sampler.upper()}, {steps} steps, guidance {guidance:g}, seed {seed}",
        ),
        Chart(
            title="The noise schedule, and where this sampler visits it",
            x_label="timestep t (denoising goes from right to left)",
            y_label="amplitude in x_t",
            lines=[
                Line(name="image", x=times, y=signal[times].tolist()),
                Line(name="noise", x=times, y=noise[times].tolist(), style="dashed"),
                Line(name="image, at a visited step", x=visited, y=signal[visited].tolist(), style="dots"),
                Line(name="noise, at a visited step", x=visited, y=noise[visited].tolist(), style="dots"),
            ],
        ),
    )


def to_bytes(frames):
    """Turn frames (N, 1, H, W) in -1..1 into one uint8 array (F, N, H, W), ink white."""
    import torch

    pixels = (torch.stack(frames)[:, :, 0].clamp(-1, 1) + 1) * 127.5
    return pixels.round().to(torch.uint8).cpu().numpy()
