"""A generative adversarial network: two networks, one of which learns to fool the other."""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from _zoo.plane import mlp


class Gan(nn.Module):
    """A generator and a discriminator, with copies of the generator as it was on the way.

    Source: Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661
    """

    def __init__(self, *, width: int = 64, frames: int = 15) -> None:
        super().__init__()
        self.generator = mlp(2, width, 2)
        self.discriminator = mlp(2, width, 1)
        self.snapshots = nn.ModuleList(copy.deepcopy(self.generator) for _ in range(frames - 1))

    def discriminator_loss(self, x: Tensor) -> Tensor:
        """Return -log D(x) - log(1 - D(G(z))): low if real and made points are told apart."""
        made = self.generator(torch.randn_like(x)).detach()
        # D is a sigmoid of a logit l: -log D = softplus(-l), and -log(1 - D) = softplus(l).
        return (F.softplus(-self.discriminator(x)) + F.softplus(self.discriminator(made))).mean()

    def generator_loss(self, count: int) -> Tensor:
        """Return -log D(G(z)): low if the discriminator takes made points for real ones (the non-saturating loss)."""
        return F.softplus(-self.discriminator(self.generator(torch.randn(count, 2)))).mean()

    def keep(self, frame: int) -> None:
        """Keep the generator as it is now for this frame of `sample`."""
        self.snapshots[frame].load_state_dict(self.generator.state_dict())

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw points (frames, count, 2): the same noise through the generator at each stage of training."""
        z = torch.randn(count, 2, generator=generator)
        return torch.stack([network(z) for network in [*self.snapshots, self.generator]])
