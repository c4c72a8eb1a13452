"""Train `digits-cnn` and `digits-mlp`: a small convolutional classifier of digits and its baseline.

    python demos/training/classifiers.py            # about ten minutes on one CPU core
    python demos/training/classifiers.py digits-mlp # one of the two

Both have 29 thousand parameters and see the same digits, each where its writer put it: no image is shifted or turned,
so that what the networks do with shifted digits comes from how they are built. The baseline goes through them four
times as often, for it learns less from each pass. Each is trained from three seeds; the first is kept, whatever it
reaches, and the card tells how the three differ.
Writes `demos/weights/digits-cnn/` and `demos/weights/digits-mlp/`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from card import today, write_card, write_training_log
from torch import nn

HERE = Path(__file__).parent
WEIGHTS = HERE.parent / "weights"
sys.path.insert(0, str(HERE.parent))

from _classifiers import DigitsCNN, DigitsMLP  # noqa: E402
from _digits import read_digits  # noqa: E402

KINDS = {"digits-cnn": DigitsCNN, "digits-mlp": DigitsMLP}
EPOCHS = {"digits-cnn": 15, "digits-mlp": 60}
LAYERS = {
    "digits-cnn": "two convolutions (7x7 and 5x5) with ReLU and max pooling, one linear layer",
    "digits-mlp": "one hidden layer of 37 units with ReLU, one linear layer",
}
LIMITS = """## What not to conclude

That a network of this size reads 28x28 digits says little about photographs. Its held-out digits come from the same
collection, centred and scaled in the same way; the {share} is a number for such digits alone, and with 1,000 of them
it is uncertain by about {error:.1%} either way (one standard error). They cannot be compared with the usual test set
of MNIST, which is not in this repository.
"""


@torch.no_grad()
def accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of images whose most probable digit is the label."""
    model.eval()
    right = (model(images).argmax(dim=1) == labels).float().mean().item()
    model.train()
    return right


def fit(name: str, seed: int, options: argparse.Namespace) -> tuple[nn.Module, list[dict]]:
    """Train one network from one seed: -> the network and its loss curve."""
    images, labels, held_out, held_out_labels = read_digits()
    images, held_out = (images + 1) / 2, (held_out + 1) / 2
    torch.manual_seed(seed)
    model, curve = KINDS[name](), []
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, weight_decay=0.01)
    per_epoch = len(images) // options.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, total_steps=EPOCHS[name] * per_epoch)
    order = torch.Generator().manual_seed(seed)
    for epoch in range(1, EPOCHS[name] + 1):
        total = 0.0
        for batch in torch.randperm(len(images), generator=order)[: per_epoch * options.batch].split(options.batch):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() / per_epoch
        share = accuracy(model, held_out, held_out_labels)
        curve.append(
            {"seed": seed, "epoch": epoch, "train_loss": round(total, 4), "held_out_accuracy": round(share, 4)}
        )
    print(f"{name}, seed {seed}: train {total:.4f}, held-out accuracy {share:.3f}", flush=True)
    return model, curve


def train(name: str, options: argparse.Namespace) -> None:
    """Train from every seed, keep the first, and write it with its card."""
    started = time.monotonic()
    runs = [fit(name, seed, options) for seed in range(options.seeds)]
    seconds = time.monotonic() - started
    folder = options.output / name
    runs[0][0].save_pretrained(folder)
    write_training_log(folder, options, [point for _, curve in runs for point in curve], seconds)
    _, _, held_out, labels = read_digits()
    model = KINDS[name].from_pretrained(folder)  # as it was saved
    share = accuracy(model, (held_out + 1) / 2, labels)
    shares = [curve[-1]["held_out_accuracy"] for _, curve in runs]
    spread = f"{min(shares):.1%} to {max(shares):.1%}, mean {statistics.mean(shares):.1%}"
    write_card(
        folder,
        title=name,
        summary=f"A small classifier of handwritten digits: {LAYERS[name]}.",
        facts={
            "Architecture": f"`{KINDS[name].__name__}` in `demos/_classifiers.py`: {LAYERS[name]}",
            "Parameters": f"{sum(p.numel() for p in model.parameters()):,} (float16)",
            "Data": "9,000 MNIST digits, as they are; 1,000 more held out, 100 of each (CC BY-SA 3.0, `../../training/data/LICENSE-mnist.txt`)",
            "Training": f"{EPOCHS[name]} epochs of batches of {options.batch}, AdamW, one-cycle learning rate up to {options.lr:g}",
            "Device": f"CPU, threads: {torch.get_num_threads()}",
            "Time": f"{seconds / options.seeds:.0f} seconds, once for each of {options.seeds} seeds",
            "Held-out accuracy": f"{share:.1%}; of the {options.seeds} seeds {spread}",
            "Made on": today(),
        },
        body=LIMITS.format(share=f"{share:.1%}", error=(share * (1 - share) / len(labels)) ** 0.5),
        recipe="demos/training/classifiers.py",
    )  # fmt: skip


def main() -> None:
    """Read the command line and train both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "names", nargs="*", default=list(KINDS), metavar="NAME", help="digits-cnn or digits-mlp; both if none is named"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="the folder that holds the folders of the models")
    options = parser.parse_args()
    for name in options.names:
        train(name, options)


if __name__ == "__main__":
    main()
