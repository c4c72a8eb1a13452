"""Autoencoders of handwritten digits with two latent numbers, so that all they know lies in a plane."""

from __future__ import annotations

import torch
from _saved import SavedModule
from torch import nn


class DigitsAutoencoder(SavedModule):
    """An autoencoder, plain or variational (Kingma & Welling 2013), with a latent plane.

    Both kinds have the same layers; the variational one also says how unsure it is of a code.
    Images (B, 1, 28, 28) are in 0..1, ink is 1.
    """

    def __init__(self, *, variational: bool, width: int = 96) -> None:
        super().__init__(variational=variational, width=width)
        self.variational = variational
        self.encoder = nn.Sequential(
            nn.Flatten(),
            nn.Linear(28 * 28, width),
            nn.ELU(),
            nn.Linear(width, 64),
            nn.ELU(),
            nn.Linear(64, 4 if variational else 2),
        )
        self.decoder = nn.Sequential(
            nn.Linear(2, 64),
            nn.ELU(),
            nn.Linear(64, 64),
            nn.ELU(),
            nn.Linear(64, width),
            nn.ELU(),
            nn.Linear(width, 28 * 28),
            nn.Unflatten(1, (1, 28, 28)),
        )

    def posterior(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Where a variational encoder puts images, and how precisely: mean (B, 2) and log variance (B, 2)."""
        mean, log_variance = self.encoder(images).chunk(2, dim=1)
        return mean, log_variance

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        """Turn images into their codes (B, 2); of a variational encoder, the means."""
        return self.encoder(images)[:, :2]

    def decode_logits(self, codes: torch.Tensor) -> torch.Tensor:
        """Turn codes (B, 2) into the log-odds of ink, (B, 1, 28, 28)."""
        return self.decoder(codes)

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Turn codes (B, 2) into images."""
        return self.decode_logits(codes).sigmoid()


def pca_error(examples: torch.Tensor, images: torch.Tensor, *, components: int) -> float:
    """Mean squared error of images (B, 1, H, W) projected on the principal components of examples (N, 1, H, W).

    It is the least that any linear autoencoder with as many latent numbers could reach on the examples
    (Baldi & Hornik 1989).
    """
    centre = examples.flatten(1).mean(dim=0)
    X, Y = examples.flatten(1) - centre, images.flatten(1) - centre
    V = torch.linalg.eigh(X.T @ X).eigenvectors[:, -components:]  # (H W, components), of the largest eigenvalues
    return ((Y - Y @ V @ V.T) ** 2).mean().item()
