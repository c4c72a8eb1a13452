"""An energy-based model: one number for every point, low where there are data."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from _zoo.plane import mlp

STEPS = 20  # between two frames
STEP = 0.1  # standard deviation of the noise in one step
SPREAD = 2.0  # standard deviation of the cloud that Langevin dynamics starts from


class Energy(nn.Module):
    """p(x) = exp(-E(x)) / Z, with a Z that nobody knows.

    Trained by persistent contrastive divergence. Sources: LeCun et al. 2006, A Tutorial on Energy-Based Learning;
    Tieleman 2008, https://doi.org/10.1145/1390156.1390290
    """

    def __init__(self, *, width: int = 96, frames: int = 15) -> None:
        super().__init__()
        self.frames = frames
        self.network = mlp(2, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the energies (N,) of points (N, 2). The square keeps Z finite: far away it wins over the network."""
        return self.network(x).squeeze(1) + x.square().sum(dim=1) / (2 * SPREAD**2)

    def langevin(self, x: Tensor, steps: int, generator: torch.Generator | None = None) -> Tensor:
        """Walk downhill through noise: x <- x - step^2 / 2 dE/dx + step * noise. In the limit it draws from p."""
        for _ in range(steps):
            x = x.detach().requires_grad_()
            with torch.enable_grad():
                slope = torch.autograd.grad(self(x).sum(), x)[0]
            x = x - STEP**2 / 2 * slope + STEP * torch.randn(x.shape, generator=generator)
        return x.detach()

    def loss(self, x: Tensor, walkers: Tensor) -> Tensor:
        """Return E(data) - E(walkers), whose gradient is that of -log p if the walkers are draws from p."""
        data, made = self(x), self(walkers)
        return data.mean() - made.mean() + 1e-3 * (data.square().mean() + made.square().mean())

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw points (frames, count, 2): a wide cloud, and where it is after each twenty steps of Langevin dynamics."""
        frames = [SPREAD * torch.randn(count, 2, generator=generator)]
        for _ in range(self.frames - 1):
            frames.append(self.langevin(frames[-1], STEPS, generator))
        return torch.stack(frames)

    def grid(self, *, reach: float = 8.0, cells: int = 400) -> tuple[Tensor, Tensor, Tensor]:
        """Add up exp(-E) on a grid from -reach to reach: possible in the plane, and hardly beyond.

        Returns: the middles of the cells (cells^2, 2), the probability of each cell, and log Z.
        """
        middle = (torch.arange(cells) + 0.5) * (2 * reach / cells) - reach
        x = torch.cartesian_prod(middle, middle)
        log_mass = 2 * math.log(2 * reach / cells) - self(x)
        log_z = log_mass.logsumexp(dim=0)
        return x, (log_mass - log_z).exp(), log_z

    def log_density(self, x: Tensor) -> Tensor:
        """Return log p (N,), with Z from the grid."""
        return -self(x) - self.grid()[2]
