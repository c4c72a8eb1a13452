"""A normalizing flow: noise, pushed into shape by steps that can be taken back."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from _zoo.plane import gaussian_log_density, mlp


class Flow(nn.Module):
    """Affine couplings: one coordinate stays, and decides how the other is stretched and moved.

    Source: Dinh et al. 2016 (Real NVP), https://arxiv.org/abs/1605.08803
    """

    def __init__(self, *, width: int = 32, frames: int = 15) -> None:
        super().__init__()
        self.couplings = nn.ModuleList(mlp(1, width, 2) for _ in range(frames - 1))
        for coupling in self.couplings:  # at first every step changes nothing
            nn.init.zeros_(coupling[-1].weight)
            nn.init.zeros_(coupling[-1].bias)

    def stretch(self, coupling: int, stays: Tensor) -> tuple[Tensor, Tensor]:
        """Return s and t (N, 1), by which the other coordinate becomes exp(s) x + t."""
        s, t = self.couplings[coupling](stays).chunk(2, dim=1)
        return 2 * torch.tanh(s / 2), t  # no step stretches more than e^2 times

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Turn noise (N, 2) into points: returns all stages (frames, N, 2) and log |det dx/dz| (N,)."""
        stages, log_det = [z], torch.zeros(len(z))
        for k in range(len(self.couplings)):
            a, b = stages[-1].roll(k % 2, dims=1).chunk(2, dim=1)
            s, t = self.stretch(k, a)
            # (a, b) -> (a, exp(s(a)) b + t(a)): triangular, so the determinant is exp(s)
            stages.append(torch.cat([a, s.exp() * b + t], dim=1).roll(-(k % 2), dims=1))
            log_det = log_det + s.squeeze(1)
        return torch.stack(stages), log_det

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Turn points (N, 2) back into noise: returns z and log |det dz/dx| (N,)."""
        log_det = torch.zeros(len(x))
        for k in reversed(range(len(self.couplings))):
            a, b = x.roll(k % 2, dims=1).chunk(2, dim=1)
            s, t = self.stretch(k, a)
            x = torch.cat([a, (b - t) * (-s).exp()], dim=1).roll(-(k % 2), dims=1)
            log_det = log_det - s.squeeze(1)
        return x, log_det

    def log_density(self, x: Tensor) -> Tensor:
        """Return log p (N,), exactly: log p(x) = log N(z; 0, 1) + log |det dz/dx|."""
        z, log_det = self.inverse(x)
        return gaussian_log_density(z, 0.0, 0.0) + log_det

    def loss(self, x: Tensor) -> Tensor:
        """Return the mean negative log-likelihood."""
        return -self.log_density(x).mean()

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw points (frames, count, 2): the noise, and where each coupling has moved it."""
        return self(torch.randn(count, 2, generator=generator))[0]
