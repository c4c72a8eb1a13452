"""Train `digits-judge`: the classifier that says which digit a drawing shows.

    python demos/training/judge.py             # about two minutes on 2 CPU cores

Writes `demos/weights/digits-judge/`: weights, configuration, the loss curve and the model card.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from card import today, write_card, write_training_log

HERE = Path(__file__).parent
WEIGHTS = HERE.parent / "weights" / "digits-judge"
sys.path.insert(0, str(HERE.parent))

from _digits import read_digits  # noqa: E402
from _judge import DigitsJudge  # noqa: E402

LIMITS = """## What not to conclude

"Read right" means that this classifier named the digit that was asked for. It always names one of ten digits, also for
a drawing that shows none; it says nothing about beauty or variety, and it learned from the same 9,000 digits as the
model that it judges.
"""


def jitter(images: torch.Tensor) -> torch.Tensor:
    """Turn each image by up to 12 degrees, scale it by up to 10% and shift it by up to 2 pixels."""
    B = len(images)
    angle = (torch.rand(B) * 2 - 1) * math.radians(12)
    scale = 1 + (torch.rand(B) * 2 - 1) * 0.1
    shift = (torch.rand(B, 2) * 2 - 1) * (2 / 14)
    cos, sin = scale * angle.cos(), scale * angle.sin()
    turn = torch.stack([cos, -sin, shift[:, 0], sin, cos, shift[:, 1]], dim=1).view(B, 2, 3)
    grid = F.affine_grid(turn, list(images.shape), align_corners=False)
    return F.grid_sample(images + 1, grid, align_corners=False) - 1  # outside the image is paper: -1


@torch.no_grad()
def accuracy(judge: DigitsJudge, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of images whose most probable digit is the label."""
    judge.eval()
    right = (judge(images).argmax(dim=1) == labels).float().mean().item()
    judge.train()
    return right


def train(options: argparse.Namespace) -> None:
    """Train, then write the model and its card."""
    torch.manual_seed(0)
    images, labels, held_images, held_labels = read_digits()
    judge = DigitsJudge(width=options.width)
    per_epoch = len(images) // options.batch
    optimizer = torch.optim.AdamW(judge.parameters(), lr=options.lr, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, total_steps=options.epochs * per_epoch)
    parameters = sum(p.numel() for p in judge.parameters())
    started, curve = time.monotonic(), []
    print(f"{parameters:,} parameters, {len(images):,} images, {len(held_images):,} held out")
    for epoch in range(1, options.epochs + 1):
        for batch in torch.randperm(len(images))[: per_epoch * options.batch].split(options.batch):
            loss = F.cross_entropy(judge(jitter(images[batch])), labels[batch], label_smoothing=0.05)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        share = accuracy(judge, held_images, held_labels)
        curve.append({"epoch": epoch, "train_loss": round(loss.item(), 4), "held_out_accuracy": round(share, 4)})
        print(f"epoch {epoch}/{options.epochs}  train {loss.item():.3f}  held-out accuracy {share:.3f}", flush=True)
    seconds = time.monotonic() - started
    judge.save_pretrained(options.output)
    write_training_log(options.output, options, curve, seconds)
    write_card(
        options.output,
        title="digits-judge",
        summary="A small convolutional classifier of handwritten digits. It judges what `digits-unet` draws.",
        facts={
            "Architecture": "`DigitsJudge` in `demos/_judge.py`: three convolutions, batch norm, one linear layer",
            "Parameters": f"{parameters:,} (float32)",
            "Data": f"{len(images):,} MNIST digits, turned, scaled and shifted at random; 1,000 more held out, 100 of each (CC BY-SA 3.0, `../../training/data/LICENSE-mnist.txt`)",
            "Training": f"{options.epochs} epochs of batches of {options.batch}, AdamW, one-cycle learning rate up to {options.lr:g}",
            "Device": f"CPU, threads: {torch.get_num_threads()}",
            "Time": f"{seconds / 60:.1f} minutes",
            "Held-out accuracy": f"{curve[-1]['held_out_accuracy']:.1%}",
            "Made on": today(),
        },
        body=LIMITS,
        recipe="demos/training/judge.py",
    )  # fmt: skip


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
