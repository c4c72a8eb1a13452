"""The handwritten digits, the thousand of them that no model here was trained on, and what a judge reads in others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

DIGITS = Path(__file__).parent / "training" / "data" / "mnist-10k.npz"


def read_digits(path: str | Path = DIGITS) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Read the digits and hold out 100 of each, the same ones every time.

    Returns train images, train labels, held-out images, held-out labels; images (N, 1, 28, 28) in -1..1.
    """
    data = np.load(path)
    images = torch.tensor(data["images"]).unsqueeze(1) / 127.5 - 1
    labels = torch.tensor(data["labels"]).long()
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    images, labels = images[order], labels[order]
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for digit in range(10):
        held_out[torch.nonzero(labels == digit)[:100, 0]] = True
    return images[~held_out], labels[~held_out], images[held_out], labels[held_out]


def readings(judge: nn.Module, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Let a judge read images (B, 1, 28, 28) in 0..1: -> the most probable digits (B,) and their probabilities, on the CPU."""
    probabilities, digits = judge(2 * images - 1).softmax(dim=1).max(dim=1)
    return digits.cpu(), probabilities.cpu()


def to_bytes(images: torch.Tensor) -> np.ndarray:
    """Turn images (B, 1, H, W) in 0..1 into uint8 (B, H, W), ink white."""
    return (images[:, 0].clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()


def shift(images: torch.Tensor, *, right: int = 0, down: int = 0) -> torch.Tensor:
    """Shift images or maps (B, C, H, W) by whole pixels; zeros come in, what leaves is lost."""
    H, W = images.shape[-2:]
    if max(abs(right), abs(down)) >= min(H, W):
        return torch.zeros_like(images)
    padded = F.pad(images, (max(right, 0), max(-right, 0), max(down, 0), max(-down, 0)))
    top, left = max(-down, 0), max(-right, 0)
    return padded[..., top : top + H, left : left + W]
