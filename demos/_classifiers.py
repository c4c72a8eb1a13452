"""Two classifiers of handwritten digits, one with convolutions and one without, of nearly the same size."""

from __future__ import annotations

import torch
from _saved import SavedModule
from torch import nn


class DigitsCNN(SavedModule):
    """Two convolutions, each followed by ReLU and pooling, and one linear layer.

    Shapes: images (B, 1, 28, 28) in 0..1, ink is 1, so that the zeros around the border are paper -> logits (B, 10).
    """

    def __init__(self, *, width: int = 16) -> None:
        super().__init__(width=width)
        self.layer1 = nn.Sequential(nn.Conv2d(1, width, 7, padding=3), nn.ReLU())
        self.layer2 = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(width, 2 * width, 5, padding=2), nn.ReLU())
        self.classifier = nn.Sequential(
            nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.3), nn.Linear(2 * width * 7 * 7, 10)
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the logits of the ten digits."""
        return self.classifier(self.layer2(self.layer1(images)))


class DigitsMLP(SavedModule):
    """One hidden layer of units that see all pixels at once, each with a weight of its own.

    Shapes: images (B, 1, 28, 28) in 0..1, ink is 1 -> logits (B, 10).
    """

    def __init__(self, *, hidden: int = 37) -> None:
        super().__init__(hidden=hidden)
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, hidden), nn.ReLU(), nn.Linear(hidden, 10))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the logits of the ten digits."""
        return self.layers(images)
