"""An autoregressive model: a point is a word of binary digits, written one after the other."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from _zoo.plane import mlp

SIDE = 6.0  # the square from -3 to 3 in which all points lie


class Autoregressive(nn.Module):
    """The probability of a digit, given the digits before it: p(b) = p(b_1) p(b_2 | b_1) p(b_3 | b_1 b_2) …

    The square is halved again and again, left and right, then below and above: digit k says in which half the point
    lies. After the last digit the point may be anywhere in the cell that is left.
    """

    def __init__(self, *, width: int = 96, frames: int = 15) -> None:
        super().__init__()
        self.digits = frames - 1  # one more is known in each frame
        self.network = mlp(self.digits, width, self.digits)

    def logits(self, known: Tensor) -> Tensor:
        """Return the log-odds (N,) that the next digit is 1; known (N, k) holds the k digits so far as -1 and 1."""
        k = known.shape[1]
        return self.network(F.pad(known, (0, self.digits - k)))[:, k]

    def log_density(self, x: Tensor) -> Tensor:
        """Return log p (N,), exactly: the digits' probability, spread evenly over their cell; -inf outside the square."""
        digits = self.write(x)
        log_p = torch.zeros(len(x))
        for k in range(self.digits):
            log_p = log_p + F.logsigmoid(digits[:, k] * self.logits(digits[:, :k]))
        log_area = math.log(SIDE**2) - self.digits * math.log(2)
        inside = (x.abs() < SIDE / 2).all(dim=1)
        return torch.where(inside, log_p - log_area, -torch.inf)

    def loss(self, x: Tensor) -> Tensor:
        """Return the mean surprise of the digits, plus a constant."""
        return -self.log_density(x[(x.abs() < SIDE / 2).all(dim=1)]).mean()

    def write(self, x: Tensor) -> Tensor:
        """Turn points (N, 2) into digits (N, digits) of -1 and 1: first halves, quarters … of x and y in turn."""
        half = self.digits // 2
        cell = ((x / SIDE + 0.5) * 2**half).long().clamp(0, 2**half - 1)  # (N, 2)
        places = 2 ** torch.arange(half - 1, -1, -1)
        return ((cell.unsqueeze(1) // places.unsqueeze(1)) % 2).flatten(1).float() * 2 - 1

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw points (frames, count, 2); in frame k each lies somewhere in the cell that k digits leave."""
        within = torch.rand(count, 2, generator=generator)
        corner, size = torch.full((count, 2), -SIDE / 2), torch.full((2,), SIDE)
        known, frames = torch.zeros(count, 0), [corner + within * size]
        for k in range(self.digits):
            chance = self.logits(known).sigmoid()
            one = torch.rand(count, generator=generator) < chance
            known = torch.cat([known, one.float().unsqueeze(1) * 2 - 1], dim=1)
            axis = k % 2
            size[axis] /= 2
            corner[:, axis] += one * size[axis]
            frames.append(corner + within * size)
        return torch.stack(frames)

    def total(self) -> float:
        """Return the probability of all cells together, which is 1 by construction, from every one of them."""
        known, log_p = torch.zeros(1, 0), torch.zeros(1)
        for _ in range(self.digits):
            logits = self.logits(known)
            log_p = torch.cat([log_p + F.logsigmoid(-logits), log_p + F.logsigmoid(logits)])
            known = torch.cat([F.pad(known, (0, 1), value=digit) for digit in (-1, 1)])
        return log_p.logsumexp(dim=0).exp().item()
