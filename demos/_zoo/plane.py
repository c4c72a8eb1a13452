"""Two distributions in the plane whose density is known, and what is measured against them."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

SIGMA = 0.12  # standard deviation of the noise around the curve, or around each of the eight centres
RADIUS = 1.5
PIECES = 8


def skeleton(data: str) -> Tensor:
    """Return the points (M, 2) that the noise is added to: the ring's eight centres, or 1,024 along two crescents.

    They come in order, so that the first eighth of them is the first piece, and so on.
    Raises: ValueError if there is no such distribution.
    """
    if data == "ring":
        angle = torch.arange(PIECES) * (2 * math.pi / PIECES)
        return RADIUS * torch.stack([angle.cos(), angle.sin()], dim=1)
    if data == "moons":
        angle = (torch.arange(512) + 0.5) * (math.pi / 512)
        upper = torch.stack([angle.cos() - 0.5, angle.sin() - 0.25], dim=1)
        return RADIUS * torch.cat([upper, -upper])  # the lower crescent is the upper one turned by half a circle
    raise ValueError(f"the distributions are moons and ring, not '{data}'")


def draw(data: str, count: int, generator: torch.Generator) -> Tensor:
    """Draw points (count, 2): a point of the skeleton, and Gaussian noise."""
    centres = skeleton(data)
    chosen = torch.randint(len(centres), (count,), generator=generator)
    return centres[chosen] + SIGMA * torch.randn(count, 2, generator=generator)


def log_density(data: str, x: Tensor) -> Tensor:
    """Return log p (N,) of the points x (N, 2), exactly: p is the mean of the Gaussians around the skeleton."""
    centres = skeleton(data)
    square = torch.cdist(x, centres).square()  # (N, M)
    return (-square / (2 * SIGMA**2)).logsumexp(dim=1) - math.log(len(centres) * 2 * math.pi * SIGMA**2)


def pieces(data: str, x: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the share (8,) of the points, by number or by weight (N,), that is nearest to each eighth of the skeleton."""
    centres = skeleton(data)
    nearest = torch.cdist(x, centres).argmin(dim=1) * PIECES // len(centres)
    counts = torch.bincount(nearest, weights=weights, minlength=PIECES)
    return counts / counts.sum()


def sliced_distance(x: Tensor, y: Tensor, *, directions: int = 64) -> float:
    """Return how far apart two clouds (N, 2) of equal size are, in units of the plane.

    Seen from one direction a cloud is a row of numbers, and the cheapest way to move one row onto another is in order
    of size. This mean distance moved, averaged over directions, is the sliced Wasserstein-1 distance.
    Source: Bonneel et al. 2015, https://doi.org/10.1007/s10851-014-0506-3
    """
    angle = torch.arange(directions) * (math.pi / directions)
    towards = torch.stack([angle.cos(), angle.sin()], dim=1)  # (D, 2)
    return ((towards @ x.T).sort(dim=1).values - (towards @ y.T).sort(dim=1).values).abs().mean().item()


def mlp(inputs: int, width: int, outputs: int, *, layers: int = 2) -> nn.Sequential:
    """Build a network of so many hidden layers, each followed by SiLU."""
    widths = [inputs, *[width] * layers]
    hidden = [part for a, b in pairwise(widths) for part in (nn.Linear(a, b), nn.SiLU())]
    return nn.Sequential(*hidden, nn.Linear(width, outputs))


def gaussian_log_density(x: Tensor, mean: Tensor | float, log_std: Tensor | float) -> Tensor:
    """Return log N(x; mean, std^2), summed over the last axis."""
    log_std = torch.as_tensor(log_std)
    z = (x - mean) * (-log_std).exp()
    return (-z.square() / 2 - log_std - math.log(2 * math.pi) / 2).sum(dim=-1)
