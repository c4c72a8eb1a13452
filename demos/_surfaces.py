"""Three surfaces to walk down on, for `optimisers`."""

import torch
from contourpy import contour_generator
from torch import Tensor

STEEP = 100  # times the curvature along the ravine is that across it
START = {"ravine": (-3.0, 1.0), "diagonal": (-(8**0.5), -(2**0.5)), "banana": (-1.5, 1.5)}
LOWEST = {"ravine": (0.0, 0.0), "diagonal": (0.0, 0.0), "banana": (1.0, 1.0)}
REACH = {  # what is shown along x and along y
    "ravine": ((-3.6, 1.2), (-1.5, 1.5)),
    "diagonal": ((-3.4, 1.2), (-2.4, 1.4)),
    "banana": ((-2.0, 1.8), (-0.9, 2.6)),
}


def height(surface: str, theta: Tensor) -> Tensor:
    """Return the loss (...) at points (..., 2). The diagonal is the ravine, turned by 45 degrees."""
    x, y = theta[..., 0], theta[..., 1]
    if surface == "banana":
        return (1 - x) ** 2 / 5 + 2 * (y - x**2) ** 2
    if surface == "diagonal":
        x, y = (x + y) / 2**0.5, (y - x) / 2**0.5
    return (x**2 + STEEP * y**2) / 2


def slope(surface: str, theta: Tensor) -> Tensor:
    """Return the gradient (..., 2) of the loss at points (..., 2)."""
    theta = theta.detach().requires_grad_()
    return torch.autograd.grad(height(surface, theta).sum(), theta)[0]


def level_curves(surface: str, *, shares: tuple[float, ...]) -> Tensor:
    """Return points (M, 2) along the curves where the loss is a share of the largest one shown, NaN between two curves."""
    (left, right), (low, high) = REACH[surface]
    x, y = torch.linspace(left, right, 121).double(), torch.linspace(low, high, 121).double()
    loss = height(surface, torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1))
    contours = contour_generator(x.numpy(), y.numpy(), loss.numpy())
    pieces = [piece for share in shares for piece in contours.lines(share * loss.max().item())]
    gap = torch.full((1, 2), torch.nan)
    return torch.cat([part for piece in pieces for part in (torch.from_numpy(piece)[::2], gap)])
