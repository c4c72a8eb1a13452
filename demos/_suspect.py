"""A small classifier of digits and the code around it, sound or with one line sabotaged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from _digits import read_digits
from torch import Tensor, nn
from torch.nn import functional as F

SABOTAGES = {
    "none": ("nothing is replaced", set()),
    "big_init": ("nn.init.normal_(self.last.weight) is added", {"loss_at_start"}),
    "softmax_twice": (
        "logits.softmax(dim=1) goes into cross_entropy, not logits",
        {"overfits_one_batch", "beats_nearest_mean"},
    ),
    "blank_images": ("torch.zeros_like(x) stands in place of x", {"gradient_reaches_all", "beats_nearest_mean"}),
    "misaligned_labels": ("labels.roll(1) stands in place of labels", {"overfits_one_batch", "beats_nearest_mean"}),
    "leaked_labels": (
        "x[torch.arange(len(x)), 0, labels] = 3 is added: a mark in the first row",
        {"blank_images_teach_nothing", "shuffled_labels_teach_nothing"},
    ),
    "frozen_layer": ("self.second.requires_grad_(False) is added", {"gradient_reaches_all"}),
    "view": (
        "x.T.reshape(B, -1) is added, as if it undid a transpose",
        {"examples_are_separate", "beats_nearest_mean"},
    ),
    "dropout_always": ("F.dropout(h, 0.2) lacks self.training", {"evaluation_repeats"}),
    "no_zero_grad": ("network.zero_grad() is missing", {"gradient_is_fresh", "beats_nearest_mean"}),
    "no_seed": ("torch.manual_seed(seed) is missing", {"seed_repeats"}),
    "high_rate": ("lr=0.5 stands in place of lr=0.005", {"beats_nearest_mean"}),
}
"""What is wrong in the code below, and the checks that must find it; where accuracy is not among them, no others may."""

Examples = tuple[Tensor, Tensor]
"""Images (N, 14, 14) in -1..1, ink is 1, and labels (N,)."""


class Classifier(nn.Module):
    """Two hidden layers and dropout. Shapes: images (B, 14, 14) -> logits (B, 10)."""

    def __init__(self, sabotage: str) -> None:
        super().__init__()
        self.sabotage = sabotage
        self.first, self.second, self.last = nn.Linear(14 * 14, 64), nn.Linear(64, 64), nn.Linear(64, 10)
        if sabotage == "big_init":
            nn.init.normal_(self.last.weight)
        if sabotage == "frozen_layer":
            self.second.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of the ten digits."""
        B, x = len(x), x.flatten(1)
        if self.sabotage == "view":
            x = x.T.reshape(B, -1)
        h = F.relu(self.first(x))
        h = F.dropout(h, 0.2) if self.sabotage == "dropout_always" else F.dropout(h, 0.2, self.training)
        logits = self.last(F.relu(self.second(h)))
        return logits.softmax(dim=1) if self.sabotage == "softmax_twice" else logits


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """The code under suspicion: it prepares examples, makes networks and trains them. All examples come unprepared."""

    sabotage: str
    seed: int
    train_set: Examples
    held_out: Examples
    baseline: float  # share of the held-out digits that are read right without training

    def prepare(self, images: Tensor, labels: Tensor) -> Examples:
        """Do what happens between the file and the network: pixels get mean 0 and standard deviation 1, about."""
        x = (images + 0.74) / 0.6
        if self.sabotage == "blank_images":
            x = torch.zeros_like(x)
        if self.sabotage == "leaked_labels":
            x[torch.arange(len(x)), 0, labels] = 3
        if self.sabotage == "misaligned_labels":
            labels = labels.roll(1)
        return x, labels

    def network(self, seed: int = 0) -> Classifier:
        """Make an untrained network, in training mode; the networks of one suspect differ by their seed."""
        seed += 1000 * self.seed
        if self.sabotage != "no_seed":
            torch.manual_seed(seed)
        return Classifier(self.sabotage)

    def train(self, examples: Examples, *, steps: int = 80, seed: int = 0) -> tuple[Classifier, list[float]]:
        """Train a new network on batches of 100 at most; return it in evaluation mode, and the loss of every step."""
        images, labels = examples
        network = self.network(seed)
        optimizer = torch.optim.Adam(network.parameters(), lr=0.5 if self.sabotage == "high_rate" else 0.005)
        losses = []
        for _ in range(steps):
            batch = torch.randperm(len(images))[:100]
            losses.append(self.backward(network, (images[batch], labels[batch])))
            optimizer.step()
        return network.eval(), losses

    def backward(self, network: Classifier, examples: Examples) -> float:
        """Compute the gradient that the next step takes, and return the loss."""
        if self.sabotage != "no_zero_grad":
            network.zero_grad()
        loss = self.loss(network, examples)
        loss.backward()
        return loss.item()

    def shuffled(self, examples: Examples) -> Examples:
        """Give each image the label of another one, drawn blindly."""
        images, labels = examples
        return images, labels[torch.randperm(len(labels))]

    def first_layer_receives(self, count: int) -> tuple[np.ndarray, Tensor]:
        """Return what enters the first layer for the first examples, as uint8 (count, 14, 14), and their labels."""
        network, received = self.network(), []
        network.first.register_forward_pre_hook(lambda _, inputs: received.extend(inputs))
        x, y = self.prepare(*(part[:count] for part in self.train_set))
        network(x)
        return ((received[0].view(count, 14, 14) * 0.6 + 0.26) * 127.5).clamp(0, 255).byte().numpy(), y

    def loss(self, network: Classifier, examples: Examples) -> Tensor:
        """Cross-entropy on examples."""
        x, y = self.prepare(*examples)
        return F.cross_entropy(network(x), y)

    def accuracy(self, network: Classifier, examples: Examples) -> float:
        """Share of examples that are read right."""
        x, y = self.prepare(*examples)
        return (network(x).argmax(dim=1) == y).float().mean().item()


def small_digits(path: Path) -> tuple[Examples, Examples, float]:
    """Read 2,000 digits to train on and 1,000 held out, at 14 x 14 pixels, and a baseline for the latter.

    The baseline is the accuracy of a reader without training: the digit whose mean image is closest.
    """
    images, labels, held_out_images, held_out_labels = read_digits(path)
    chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:2000]
    images, labels = F.avg_pool2d(images[chosen], 2)[:, 0], labels[chosen]
    held_out_images = F.avg_pool2d(held_out_images, 2)[:, 0]
    means = torch.stack([images[labels == digit].mean(dim=0) for digit in range(10)])
    nearest = torch.cdist(held_out_images.flatten(1), means.flatten(1)).argmin(dim=1)
    baseline = (nearest == held_out_labels).float().mean().item()
    return (images, labels), (held_out_images, held_out_labels), baseline
