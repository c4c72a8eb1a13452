"""Train `digits-ae` and `digits-vae`: two autoencoders of handwritten digits with a latent plane.

    python demos/training/autoencoders.py             # about five minutes on one CPU core

Both have the same layers, data, order and number of steps. The variational one draws its codes and pays for what they
tell; that is the whole difference. Writes `demos/weights/digits-ae/` and `demos/weights/digits-vae/`: weights,
configuration, the loss curve and the model card.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from card import today, write_card, write_training_log

HERE = Path(__file__).parent
WEIGHTS = HERE.parent / "weights"
sys.path.insert(0, str(HERE.parent))

from _autoencoders import DigitsAutoencoder  # noqa: E402
from _digits import read_digits  # noqa: E402

SUMMARIES = {
    "digits-ae": "An autoencoder that keeps two numbers of a handwritten digit.",
    "digits-vae": "A variational autoencoder that keeps two numbers of a handwritten digit, held close to a normal distribution.",
}
LIMITS = """## What not to conclude

Two numbers are chosen so that all codes can be drawn in a plane; they are far too few to tell ten digits apart. The
blur and the mixed-up digits say something about two numbers, not about autoencoders.
"""


def loss_of(model: DigitsAutoencoder, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return reconstruction and KL divergence in nats per image; the second is zero for a plain autoencoder.

    Pixels are grey, so the reconstruction is the mean log-loss over all ways to draw each pixel black with probability
    grey: the two terms together bound the negative log-likelihood of digits binarised like that.
    """
    kl = torch.zeros(())
    if model.variational:
        mean, log_variance = model.posterior(images)
        codes = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
        kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum() / len(images)
    else:
        codes = model.encode(images)
    logits = model.decode_logits(codes)
    return F.binary_cross_entropy_with_logits(logits, images, reduction="sum") / len(images), kl


@torch.no_grad()
def evaluate(model: DigitsAutoencoder, images: torch.Tensor) -> dict[str, float]:
    """Held-out loss in nats per image, and the squared error per pixel of the decoded codes."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # the same draws each time
        reconstruction, kl = loss_of(model, images)
    error = F.mse_loss(model.decode(model.encode(images)), images)
    numbers = {"reconstruction": reconstruction, "kl": kl, "pixel_error": error}
    return {f"held_out_{name}": round(value.item(), 4) for name, value in numbers.items()}


def train(name: str, options: argparse.Namespace) -> None:
    """Train one of the two, then write the model and its card."""
    torch.manual_seed(0)
    images, _, held_out, _ = read_digits()
    images, held_out = (images + 1) / 2, (held_out + 1) / 2
    model = DigitsAutoencoder(variational=name == "digits-vae", width=options.width)
    optimizer = torch.optim.Adam(model.parameters(), lr=options.lr)
    per_epoch = len(images) // options.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, total_steps=options.epochs * per_epoch)
    parameters = sum(p.numel() for p in model.parameters())
    started, curve = time.monotonic(), []
    order = torch.Generator().manual_seed(0)
    print(f"{name}: {parameters:,} parameters, {len(images):,} images, {len(held_out):,} held out")
    for epoch in range(1, options.epochs + 1):
        total = 0.0
        for batch in torch.randperm(len(images), generator=order)[: per_epoch * options.batch].split(options.batch):
            loss = sum(loss_of(model, images[batch]))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() / per_epoch
        if epoch % 5 == 0 or epoch == options.epochs:
            curve.append({"epoch": epoch, "train_loss": round(total, 3), **evaluate(model, held_out)})
            print(", ".join(f"{key} {value}" for key, value in curve[-1].items()), flush=True)
    seconds = time.monotonic() - started
    folder = options.output / name
    model.save_pretrained(folder)
    write_training_log(folder, options, curve, seconds)
    last = evaluate(DigitsAutoencoder.from_pretrained(folder), held_out)  # of the weights as they were saved
    loss = f"{last['held_out_reconstruction'] + last['held_out_kl']:.1f} nats an image, {last['held_out_kl']:.1f} of them KL divergence"
    write_card(
        folder,
        title=name,
        summary=SUMMARIES[name],
        facts={
            "Architecture": f"`DigitsAutoencoder` in `demos/_autoencoders.py`: 784 → {options.width} → 64 → 2 → 64 → 64 → {options.width} → 784, linear layers and ELU",
            "Parameters": f"{parameters:,} (float16)",
            "Data": f"{len(images):,} MNIST digits; 1,000 more held out, 100 of each (CC BY-SA 3.0, `../../training/data/LICENSE-mnist.txt`). No labels",
            "Training": f"{options.epochs} epochs of {per_epoch} batches of {options.batch}, Adam, one-cycle learning rate up to {options.lr:g}; {'negative evidence lower bound' if model.variational else 'cross-entropy of the pixels'}",
            "Device": f"CPU, threads: {torch.get_num_threads()}",
            "Time": f"{seconds / 60:.1f} minutes",
            "Held-out loss": loss if model.variational else f"{last['held_out_reconstruction']:.1f} nats an image",
            "Held-out squared error": f"{last['held_out_pixel_error']:.4f} a pixel",
            "Made on": today(),
        },
        body=LIMITS,
        recipe="demos/training/autoencoders.py",
    )  # fmt: skip


def main() -> None:
    """Read the command line and train both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="the folder that holds the folders of the models")
    options = parser.parse_args()
    for name in SUMMARIES:
        train(name, options)


if __name__ == "__main__":
    main()
