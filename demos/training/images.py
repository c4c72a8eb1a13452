"""Train `digits-unet`: a diffusion model that draws the digit it is asked for.

    python demos/training/judge.py                  # first, the classifier that judges the drawings
    python demos/training/images.py                 # 50 minutes on 2 CPU cores
    python demos/training/images.py --minutes 5     # on a GPU
    python demos/training/images.py --resume        # another 50 minutes for the model in the folder

Writes `demos/weights/digits-unet/`: averaged weights, configuration, noise schedule, samples, the loss curve and the
model card. The weights are written every few minutes, so that the folder can be used while training goes on.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from card import today, write_card, write_training_log
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DModel
from judge import WEIGHTS as JUDGE_WEIGHTS
from judge import DigitsJudge, read_digits
from PIL import Image

WEIGHTS = Path(__file__).parent.parent / "weights" / "digits-unet"
NO_LABEL = 10  # the eleventh class stands for "any digit"; guidance needs it
GUIDANCE = 2.0  # v = v_any + guidance * (v_label - v_any): 1 is the label alone
SAMPLING_STEPS = 50
SAMPLES = """## Samples

![Ten rows of the digits 0 to 9](samples.png)

DDIM, {steps} steps, guidance {guidance:g}, seed 0; none were picked. Read right by digit: {each}.

"""
LIMITS = """## What not to conclude

The model draws 28x28 grey digits in the manner of its 9,000 examples; it says nothing about large image models. A
drawing that is read right is legible, not original: nobody checked how close the drawings come to the examples.
"""


def make_unet(width: int) -> UNet2DModel:
    """A U-Net over 28x28, 14x14 and 7x7, told the timestep and the digit."""
    return UNet2DModel(
        sample_size=28,
        in_channels=1,
        out_channels=1,
        block_out_channels=(width, 2 * width, 4 * width),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "DownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "UpBlock2D", "UpBlock2D"),
        norm_num_groups=8,
        attention_head_dim=32,  # the one attention layer is in the middle, at 7x7
        num_class_embeds=11,
    )


def shift(images: torch.Tensor, pixels: int = 1) -> torch.Tensor:
    """Shift each image (B, 1, 28, 28) by up to `pixels` in each direction; the border is paper: -1."""
    B, _, H, W = images.shape
    padded = F.pad(images, [pixels] * 4, value=-1.0)[:, 0]
    rows = torch.randint(0, 2 * pixels + 1, (B, 1)) + torch.arange(H)
    columns = torch.randint(0, 2 * pixels + 1, (B, 1)) + torch.arange(W)
    return padded[torch.arange(B)[:, None, None], rows[:, :, None], columns[:, None, :]].unsqueeze(1)


def learning_rate(progress: float, step: int, peak: float) -> float:
    """Linear warm-up over 100 steps, then a cosine over the time that was given."""
    return peak * min(1.0, (step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))


@torch.no_grad()
def average(ema: UNet2DModel, model: UNet2DModel, step: int) -> None:
    """Move the averaged weights towards the model's, faster at first."""
    decay = min(0.998, (1 + step) / (10 + step))
    for kept, new in zip(ema.parameters(), model.parameters(), strict=True):
        kept.lerp_(new, 1 - decay)


@torch.no_grad()
def held_out_loss(ema: UNet2DModel, scheduler: DDPMScheduler, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Mean squared error of the predicted velocity on held-out images, always with the same noise and timesteps."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(images.shape, generator=generator)
    steps = torch.randint(0, len(scheduler.betas), (len(images),), generator=generator)
    noisy, velocity = scheduler.add_noise(images, noise, steps), scheduler.get_velocity(images, noise, steps)
    total = 0.0
    parts = (whole.split(250) for whole in (noisy, steps, labels, velocity))
    for x, t, y, target in zip(*parts, strict=True):
        guess = ema(x.to(ema.device), t.to(ema.device), class_labels=y.to(ema.device)).sample
        total += F.mse_loss(guess, target.to(ema.device), reduction="sum").item()
    return total / velocity.numel()


@torch.no_grad()
def sample(unet: UNet2DModel, scheduler: DDPMScheduler, labels: torch.Tensor, seed: int) -> torch.Tensor:
    """Draw one digit for each label with DDIM and guidance: -> (N, 1, 28, 28) in -1..1."""
    ddim = DDIMScheduler.from_config(scheduler.config)
    ddim.set_timesteps(SAMPLING_STEPS)
    x = torch.randn(len(labels), 1, 28, 28, generator=torch.Generator().manual_seed(seed)).to(unet.device)
    labels = labels.to(unet.device)
    for t in ddim.timesteps:
        both = torch.cat([torch.full_like(labels, NO_LABEL), labels])
        free, told = unet(torch.cat([x, x]), t, class_labels=both).sample.chunk(2)
        x = ddim.step(
            free + GUIDANCE * (told - free), t, x, use_clipped_model_output=True
        ).prev_sample  # v is linear in eps: guidance is the same
    return x.clamp(-1, 1).cpu()


def save(ema: UNet2DModel, scheduler: DDPMScheduler, folder: Path) -> None:
    """Write the averaged weights as float16 safetensors, and the noise schedule beside them."""
    model = copy.deepcopy(ema).half()
    model.register_to_config(
        _name_or_path=""
    )  # else a training that was resumed leaves its folder in the configuration
    model.save_pretrained(folder)
    scheduler.save_config(folder)


def train(options: argparse.Namespace) -> None:
    """Train for the time that was given, then write the model and its card."""
    torch.manual_seed(0)
    images, labels, held_images, held_labels = read_digits()
    # Cosine: on small images the linear schedule is pure noise for the last third of its steps (Nichol & Dhariwal 2021).
    # Velocity: where there is nearly nothing but noise, naming the noise is easy and teaches nothing about the image;
    # naming v makes the network guess the image there, so that shapes come in a fraction of the steps.
    scheduler = DDPMScheduler(beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction")
    model, curve, earlier_seconds = make_unet(options.width), [], 0.0
    if options.resume:
        model = UNet2DModel.from_pretrained(options.output).float()
        log = json.loads((options.output / "training.json").read_text())
        curve, earlier_seconds = log["curve"], log["seconds"]
        torch.manual_seed(curve[-1]["step"])  # noise and order that it has not seen
    model = model.to(options.device, memory_format=torch.channels_last).train()
    ema = copy.deepcopy(model).eval().requires_grad_(False)
    predict = torch.compile(model) if options.compile else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, weight_decay=0.01)
    print(f"{model.num_parameters():,} parameters, {len(images):,} images, {len(held_images):,} held out", flush=True)

    first = step = curve[-1]["step"] if curve else 0
    epoch = curve[-1]["epoch"] if curve else 0
    started, saved, running = time.monotonic(), 0.0, 0.0
    progress, per_epoch = 0.0, len(images) // options.batch
    while progress < 1:
        epoch += 1
        for batch in torch.randperm(len(images))[: per_epoch * options.batch].split(options.batch):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(progress, step - first, options.lr)
            x0 = shift(images[batch])
            # x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps; asked for is v = sqrt(abar_t) eps - sqrt(1 - abar_t) x_0
            noise = torch.randn_like(x0)
            t = torch.randint(0, 1000, (len(x0),))
            noisy = scheduler.add_noise(x0, noise, t).to(options.device, memory_format=torch.channels_last)
            velocity = scheduler.get_velocity(x0, noise, t).to(options.device)
            # one label in ten is taken away, so that the same network also learns to draw any digit
            y = torch.where(torch.rand(len(x0)) < 0.1, NO_LABEL, labels[batch])
            with torch.autocast(options.device, dtype=torch.bfloat16):
                guess = predict(noisy, t.to(options.device), class_labels=y.to(options.device)).sample
            loss = F.mse_loss(guess.float(), velocity)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            average(ema, model, step)
            step += 1
            running = loss.item() if step == first + 1 else 0.98 * running + 0.02 * loss.item()
            seconds = time.monotonic() - started
            progress = seconds / (60 * options.minutes)
            if progress >= 1 or seconds - saved > 120:
                saved = seconds
                save(ema, scheduler, options.output)
                value = held_out_loss(ema, scheduler, held_images, held_labels)
                row = {"step": step, "epoch": epoch, "train_loss": round(running, 4), "held_out_loss": round(value, 4)}
                curve.append(row)
                write_training_log(options.output, options, curve, earlier_seconds + seconds)
                speed = (step - first) * options.batch / seconds
                print(f"{progress:4.0%}  step {step}  epoch {epoch}  train {running:.4f}  held-out {value:.4f}  {speed:.0f} images/s", flush=True)  # fmt: skip
            if progress >= 1:
                break
    report(ema, scheduler, options, curve, earlier_seconds + time.monotonic() - started)


def report(ema: UNet2DModel, scheduler: DDPMScheduler, options: argparse.Namespace, curve: list, seconds: float):
    """Draw samples (none picked), let the judge read them, and write the model card."""
    judge = DigitsJudge.from_pretrained(JUDGE_WEIGHTS).eval()
    asked = torch.arange(options.samples) % 10
    drawn = torch.cat([sample(ema, scheduler, part, seed) for seed, part in enumerate(asked.split(100))])
    read = judge(drawn).argmax(dim=1) == asked
    each = ", ".join(f"{digit}: {read[asked == digit].float().mean():.0%}" for digit in range(10))
    sheet = ((drawn[:100].view(-1, 10, 28, 28).permute(0, 2, 1, 3).reshape(-1, 280) + 1) * 127.5).round()
    Image.fromarray(sheet.byte().numpy()).resize((560, 2 * len(sheet))).save(options.output / "samples.png")
    last, channels = curve[-1], "/".join(map(str, ema.config.block_out_channels))
    write_card(
        options.output,
        title="digits-unet",
        summary="A class-conditional diffusion model of handwritten digits, trained from scratch.",
        facts={
            "Architecture": f"`UNet2DModel`, 28x28, channels {channels}, attention at 7x7; label 10 means no label",
            "Parameters": f"{ema.num_parameters():,} (float16 on disk, averaged over training)",
            "Data": "9,000 MNIST digits, shifted by up to one pixel; 1,000 more held out, 100 of each (CC BY-SA 3.0, `../../training/data/LICENSE-mnist.txt`)",
            "Noise": "1,000 timesteps, cosine schedule (`scheduler_config.json`); the model predicts the velocity (Salimans & Ho 2022)",
            "Training": f"{last['step']:,} steps of {options.batch} images ({last['epoch']} epochs), AdamW, peak learning rate {options.lr:g}, bfloat16 autocast, label dropped one time in ten",
            "Device": options.device_name,
            "Time": f"{seconds / 60:.0f} minutes",
            "Held-out loss": f"{last['held_out_loss']:.4f} (mean squared error of the velocity)",
            "Read right": f"{read.float().mean():.1%} of {options.samples} drawings, by `digits-judge` (DDIM, {SAMPLING_STEPS} steps, guidance {GUIDANCE:g})",
            "Made on": today(),
        },
        body=SAMPLES.format(steps=SAMPLING_STEPS, guidance=GUIDANCE, each=each) + LIMITS,
        recipe="demos/training/images.py",
    )  # fmt: skip
    print(f"read right {read.float().mean():.1%}; {each}")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=50, help="time to train; the learning rate follows the clock")
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=1.5e-3)
    parser.add_argument("--samples", type=int, default=500, help="drawings for the judge to read")
    parser.add_argument("--resume", action="store_true", help="go on with the model in the output folder")
    parser.add_argument("--no-compile", dest="compile", action="store_false", help="do not compile the network")
    parser.add_argument("--smoke", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    if options.smoke:
        options.minutes, options.width, options.samples, options.compile = 0.05, 8, 10, False
    on_gpu = options.device == "cuda"
    options.device_name = torch.cuda.get_device_name() if on_gpu else f"CPU, threads: {torch.get_num_threads()}"
    train(options)


if __name__ == "__main__":
    main()
