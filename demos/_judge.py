"""The digit classifier that judges what an image model draws."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn


class DigitsJudge(nn.Module):
    """A small convolutional classifier of handwritten digits.

    Shapes: images (B, 1, 28, 28) in -1..1, ink is 1 -> logits (B, 10).
    """

    def __init__(self, *, width: int = 16) -> None:
        super().__init__()
        self.width = width
        self.features = nn.Sequential(
            nn.Conv2d(1, width, 3, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, padding=1),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(2 * width, 4 * width, 3, padding=1),
            nn.BatchNorm2d(4 * width),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.3), nn.Linear(4 * width * 7 * 7, 10))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the logits of the ten digits."""
        return self.classifier(self.features(images))

    @classmethod
    def from_pretrained(cls, path: str | Path, **_options: object) -> DigitsJudge:
        """Read `config.json` and `model.safetensors` from a folder.

        Accepts and ignores the options of other loaders, such as `use_safetensors`: it knows no other way.
        """
        config = json.loads((Path(path) / "config.json").read_text())
        judge = cls(width=config["width"])
        judge.load_state_dict(load_file(Path(path) / "model.safetensors"))
        return judge

    def save_pretrained(self, path: str | Path) -> None:
        """Write `config.json` and `model.safetensors` to a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        config = {"architecture": "DigitsJudge", "width": self.width}
        (Path(path) / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        save_file(self.state_dict(), Path(path) / "model.safetensors")
