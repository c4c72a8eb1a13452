"""A variational autoencoder: a Gaussian cloud of codes, and a network that turns each into a point."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from _zoo.plane import gaussian_log_density, mlp


class Vae(nn.Module):
    """An encoder q(z|x), a decoder p(x|z), and a prior p(z) = N(0, 1); all Gaussian, codes of two numbers.

    Source: Kingma & Welling 2013, https://arxiv.org/abs/1312.6114
    """

    def __init__(self, *, width: int = 64, frames: int = 15) -> None:
        super().__init__()
        self.frames = frames
        self.encoder = mlp(2, width, 4)
        self.decoder = mlp(2, width, 2)
        self.log_std = nn.Parameter(torch.tensor(-1.0))  # of p(x|z), the same for every z

    def bound(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return the evidence lower bound (N,), by one draw of z for each point: at most log p(x), on average."""
        mean, log_std = self.encoder(x).chunk(2, dim=1)
        z = mean + log_std.exp() * torch.randn(x.shape, generator=generator)
        # log p(x|z) + log p(z) - log q(z|x)
        reconstruction = gaussian_log_density(x, self.decoder(z), self.log_std)
        return reconstruction + gaussian_log_density(z, 0.0, 0.0) - gaussian_log_density(z, mean, log_std)

    def loss(self, x: Tensor) -> Tensor:
        """Return the mean negative bound."""
        return -self.bound(x).mean()

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw points (frames, count, 2), with the standard deviation of both draws rising from 0 to 1."""
        z, noise = torch.randn(2, count, 2, generator=generator)
        scales = torch.linspace(0, 1, self.frames)
        return torch.stack([self.decoder(s * z) + s * self.log_std.exp() * noise for s in scales])
