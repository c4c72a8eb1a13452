"""Train the zoo: six kinds of generative model on one distribution of points in the plane.

    python demos/training/zoo.py --data ring           # about four minutes on one CPU core
    python demos/training/zoo.py --data moons

Writes `demos/weights/zoo-ring/` or `zoo-moons/`: weights, configuration, the loss curves and the model card.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from card import today, write_card, write_training_log
from torch import Tensor, nn

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from _zoo import Zoo  # noqa: E402
from _zoo.energy import SPREAD, Energy  # noqa: E402
from _zoo.gan import Gan  # noqa: E402
from _zoo.plane import draw, log_density, sliced_distance  # noqa: E402

STEPS = {"gan": 8000, "vae": 5000, "autoregressive": 3000, "flow": 2500, "diffusion": 10_000, "energy": 5000}
RATES = {"gan": 1e-3, "vae": 2e-3, "autoregressive": 3e-3, "flow": 3e-3, "diffusion": 3e-3, "energy": 1e-2}
LOGGED = 20  # points of each loss curve
WALKERS = 4000  # points that Langevin dynamics keeps moving through the whole training of the energy
LANGEVIN_STEPS = 10  # of the walkers in a batch, before each step of training
REBORN = 0.05  # share of the walkers in a batch that start afresh

LIMITS = """## What not to conclude

Each model was given about as many parameters as the others, its own number of steps, and little tuning. One seed
trained each. So this is no contest. With momentum and a learning rate that does not fall, for one, the same GAN
covered the ring early and then left most of it; and an energy trained for half as long found the circle but not the
eight points on it. All of them saw fresh points in every batch, so nothing here is about learning from few examples or
about copying them. And two numbers are not a million: what is easy in the plane (a grid, every digit of a coordinate,
a Langevin walk that starts near everything) may be impossible for images, and the other way round.
"""


class Recorder:
    """Keeps the mean loss of each twentieth of a training."""

    def __init__(self, name: str, steps: int) -> None:
        self.name, self.steps, self.every = name, steps, max(1, steps // LOGGED)
        self.curve: list[dict] = []
        self._total = 0.0

    def add(self, step: int, loss: Tensor) -> None:
        """Take the loss of a step, counted from 1."""
        self._total += loss.item()
        if step % self.every == 0:
            self.curve.append({"step": step, "loss": round(self._total / self.every, 4)})
            print(f"{self.name}  step {step}/{self.steps}  loss {self.curve[-1]['loss']:.3f}", flush=True)
            self._total = 0.0


def train_gan(gan: Gan, batch: Callable[[], Tensor], steps: int) -> list[dict]:
    """Train both networks in turn, and keep the generator more often at the start, where it changes most."""
    generator, slower = make_optimizer(gan.generator, "gan", steps, betas=(0.0, 0.9))
    discriminator, slower_too = make_optimizer(gan.discriminator, "gan", steps, betas=(0.0, 0.9))
    kept = {round(steps * (k / len(gan.snapshots)) ** 2): k for k in range(len(gan.snapshots))}
    recorder = Recorder("gan", steps)
    for step in range(steps):
        if step in kept:
            gan.keep(kept[step])
        x = batch()
        update(discriminator, gan.discriminator_loss(x))
        loss = gan.generator_loss(len(x))
        update(generator, loss)
        slower.step()
        slower_too.step()
        recorder.add(step + 1, loss)
    return recorder.curve


def train_energy(energy: Energy, batch: Callable[[], Tensor], steps: int) -> list[dict]:
    """Train by persistent contrastive divergence: the walkers go on from where the last steps left them."""
    optimizer, schedule = make_optimizer(energy, "energy", steps)
    walkers = SPREAD * torch.randn(WALKERS, 2)
    recorder = Recorder("energy", steps)
    for step in range(steps):
        x = batch()
        rows = torch.randperm(WALKERS)[: len(x)]
        reborn = torch.rand(len(x), 1) < REBORN
        start = torch.where(reborn, SPREAD * torch.randn(len(x), 2), walkers[rows])
        walkers[rows] = energy.langevin(start, LANGEVIN_STEPS)
        loss = energy.loss(x, walkers[rows])
        update(optimizer, loss)
        schedule.step()
        recorder.add(step + 1, loss)
    return recorder.curve


def train_by_loss(name: str, model: nn.Module, batch: Callable[[], Tensor], steps: int) -> list[dict]:
    """Train a model whose `loss` says all there is to say."""
    optimizer, schedule = make_optimizer(model, name, steps)
    recorder = Recorder(name, steps)
    for step in range(steps):
        loss = model.loss(batch())
        update(optimizer, loss)
        schedule.step()
        recorder.add(step + 1, loss)
    return recorder.curve


def make_optimizer(
    model: nn.Module, name: str, steps: int, *, betas: tuple[float, float] = (0.9, 0.999)
) -> tuple[torch.optim.Adam, torch.optim.lr_scheduler.CosineAnnealingLR]:
    """Adam, and its learning rate falling to zero along a cosine."""
    optimizer = torch.optim.Adam(model.parameters(), lr=RATES[name], betas=betas)
    return optimizer, torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)


def update(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """Take one step against the gradient of the loss."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    torch.nn.utils.clip_grad_norm_(parameters, 5.0)
    optimizer.step()


def train(options: argparse.Namespace) -> None:
    """Train the six models, then write them and their card."""
    torch.manual_seed(0)
    zoo = Zoo(data=options.data)
    points = torch.Generator().manual_seed(0)

    def batch() -> Tensor:
        return draw(options.data, options.batch, points)

    curve, seconds = [], {}
    for name, model in zoo.named_children():
        started, steps = time.process_time(), steps_of(name, options)
        if name == "gan":
            losses = train_gan(model, batch, steps)
        elif name == "energy":
            losses = train_energy(model, batch, steps)
        else:
            losses = train_by_loss(name, model, batch, steps)
        curve += [{"model": name, **point} for point in losses]
        seconds[name] = round(time.process_time() - started, 1)
    zoo.config["seconds"] = seconds
    zoo.save_pretrained(options.output)
    write(zoo, options, curve)


def steps_of(name: str, options: argparse.Namespace) -> int:
    """The number of steps that a model is trained for."""
    return max(LOGGED, round(STEPS[name] * options.scale))


@torch.no_grad()
def write(zoo: Zoo, options: argparse.Namespace, curve: list[dict]) -> None:
    """Write the loss curves and the card, with the distance of 5,000 points of each model from the data."""
    data, seconds = options.data, zoo.config["seconds"]
    test, other = (draw(data, 5_000, torch.Generator().manual_seed(seed)) for seed in (1, 2))
    facts = {"Distribution": f"`{data}` in `demos/_zoo/plane.py`, fresh points in every batch of {options.batch}"}
    for name, model in zoo.named_children():
        parameters = sum(p.numel() for part, p in model.named_parameters() if not part.startswith("snapshots"))
        distance = sliced_distance(model.sample(5_000, torch.Generator().manual_seed(3))[-1], test)
        facts[f"`{name}`"] = (
            f"{parameters:,} parameters, {steps_of(name, options):,} steps in {seconds[name]:.0f} s of processor time,"
            f" Adam up to {RATES[name]:g}; distance from the data {distance:.3f}"
        )
    facts["Distance of other data"] = (
        f"{sliced_distance(other, test):.3f} (5,000 points against 5,000, sliced Wasserstein-1)"
    )
    facts["Surprise of the data under the truth"] = f"{-log_density(data, test).mean():.3f} nats a point"
    facts["Weights"] = (
        f"float16; {sum(p.numel() for p in zoo.gan.snapshots.parameters()):,} more for the GAN's generator as it was on the way"
    )
    facts["Device"] = f"CPU, threads: {torch.get_num_threads()}"
    facts["Made on"] = today()
    write_training_log(options.output, options, curve, sum(seconds.values()))
    summary = f"Six small generative models of one distribution in the plane: {'two moons' if data == 'moons' else 'eight Gaussians in a ring'}."
    write_card(
        options.output, title=f"zoo-{data}", summary=summary, facts=facts, body=LIMITS, recipe="demos/training/zoo.py"
    )


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", choices=["moons", "ring"], default="ring")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the steps to take, to try something quickly")
    parser.add_argument("--output", type=Path, help="default: demos/weights/zoo-DATA")
    options = parser.parse_args()
    if options.output is None:
        options.output = HERE.parent / "weights" / f"zoo-{options.data}"
    train(options)


if __name__ == "__main__":
    main()
