"""Six kinds of generative model for points in the plane, each in a file of its own."""

from __future__ import annotations

from _saved import SavedModule

from _zoo.autoregressive import Autoregressive
from _zoo.diffusion import Diffusion
from _zoo.energy import Energy
from _zoo.flow import Flow
from _zoo.gan import Gan
from _zoo.vae import Vae


class Zoo(SavedModule):
    """The six models, trained on one distribution.

    data: `moons` or `ring`, as in `_zoo.plane`. seconds: of processor time that the training of each model took.
    """

    def __init__(self, *, data: str, seconds: dict[str, float] | None = None) -> None:
        super().__init__(data=data, seconds=seconds or {})
        self.gan = Gan()
        self.vae = Vae()
        self.autoregressive = Autoregressive()
        self.flow = Flow()
        self.diffusion = Diffusion()
        self.energy = Energy()
