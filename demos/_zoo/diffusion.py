"""A diffusion model: noise is added step by step, and a network learns to take it away."""

from __future__ import annotations

import math

import torch
from diffusers import DDPMScheduler
from torch import Tensor, nn

from _zoo.plane import mlp

STEPS = 10  # between two frames


class Diffusion(nn.Module):
    """A network that names the noise in a point.

    Source: Ho et al. 2020, https://arxiv.org/abs/2006.11239; the schedule: Nichol & Dhariwal 2021,
    https://arxiv.org/abs/2102.09672
    """

    def __init__(self, *, width: int = 80, frames: int = 15) -> None:
        super().__init__()
        steps = STEPS * (frames - 1)
        self.scheduler = DDPMScheduler(
            steps, 2e-4, 0.2, beta_schedule="scaled_linear", variance_type="fixed_large", clip_sample=False
        )
        self.network = mlp(2 + 9, width, 2, layers=3)

    def noise(self, x: Tensor, t: Tensor) -> Tensor:
        """Return the noise (N, 2) that the network sees in x (N, 2) at the times t (N,)."""
        angle = t.unsqueeze(1) / self.scheduler.config.num_train_timesteps * torch.tensor([1.5, 3.0, 6.0, 12.0])
        return self.network(torch.cat([x, t.unsqueeze(1) / 100, angle.sin(), angle.cos()], dim=1))

    def loss(self, x: Tensor) -> Tensor:
        """Return the mean squared error of the noise, at a random time for each point."""
        t = torch.randint(self.scheduler.config.num_train_timesteps, (len(x),))
        epsilon = torch.randn_like(x)
        # x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) epsilon
        return (self.noise(self.scheduler.add_noise(x, epsilon, t), t) - epsilon).square().mean()

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw points (frames, count, 2): the noise, and what is left after each ten steps back."""
        x = torch.randn(count, 2, generator=generator)
        frames = [x]
        for t in self.scheduler.timesteps:
            x = self.scheduler.step(self.noise(x, t.expand(count)), t, x, generator=generator).prev_sample
            if t % STEPS == 0:
                frames.append(x)
        return torch.stack(frames)

    def bound(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Return the variational bound (N,), by one draw of noise for each point and time: at most log p(x), on average.

        -log p(x) <= KL(q(x_T|x) || p(x_T)) + sum_t KL(q(x_{t-1}|x_t,x) || p(x_{t-1}|x_t)) - log p(x_0|x_1). All steps
        count with noise of the variance beta_t; the last one's is left out by `sample`, as samplers do.
        """
        beta, abar = self.scheduler.betas, self.scheduler.alphas_cumprod
        # KL(N(m, v) || N(0, 1)) = (m^2 + v - 1 - log v) / 2 for each coordinate, with m = sqrt(abar_T) x, v = 1 - abar_T
        surprise = (abar[-1] * x.square() - abar[-1] - (1 - abar[-1]).log()).sum(dim=1) / 2
        for t in range(len(beta)):
            epsilon = torch.randn(x.shape, generator=generator)
            times = torch.full((len(x),), t)
            error = epsilon - self.noise(self.scheduler.add_noise(x, epsilon, times), times)
            # The two means differ by beta / sqrt(alpha (1 - abar)) times the error (Ho et al., equation 12).
            gap = beta[t] ** 2 / ((1 - beta[t]) * (1 - abar[t])) * error.square().sum(dim=1)
            if t == 0:
                surprise = surprise + gap / (2 * beta[0]) + (2 * math.pi * beta[0]).log()
            else:
                ratio = (1 - abar[t - 1]) / (1 - abar[t])  # variance of q(x_{t-1}|x_t,x) over beta_t
                surprise = surprise + gap / (2 * beta[t]) + ratio - 1 - ratio.log()
        return -surprise
