"""What a demo's author imports.

    from builder.demo import demo, Run, Model
    from builder.outputs import Text

    @demo(smoke={"max_new_tokens": 4})
    def gpt2_generate(run: Run, prompt: str, max_new_tokens: int = 40, model: Model = "gpt2-mini") -> Text:
        '''Continue a prompt with GPT-2.'''

The first parameter is the run; the others are what a fence may set. The file is read, not imported, wherever nothing
is executed, so types and defaults must be literal:

    int, float, bool, str, Model          list[int], list[float], list[str]
    Literal["ddim", "ddpm"]               Annotated[float, Range(0, 2)]

The return type names what comes out: `-> Text` or `-> tuple[Text, Attention]`. The docstring's first line is the
summary, the rest is the demo's page. Heavy libraries are imported inside the function; code shared by several demos
goes to `demos/_name.py` and is imported as `from _name import Block`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import torch

Function = TypeVar("Function", bound=Callable[..., Any])
Loaded = TypeVar("Loaded")

Model = str
"""A parameter of this type names a model: its digest is in the run's key, and the page tells its size."""


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number, both included, as in `temperature: Annotated[float, Range(0, 2)] = 0.8`."""

    minimum: float | None = None
    maximum: float | None = None


def demo(
    *,
    smoke: Mapping[str, Any],
    inputs: Sequence[str] = (),
    timeout_seconds: float = 600,
    tolerances: Mapping[str, float] | None = None,
) -> Callable[[Function], Function]:
    """Mark the one function of a file that is its demo.

    smoke: parameters that make it quick (a few seconds on two CPU cores), used by `run --smoke` and `check --smoke`.
    inputs: files it reads, relative to the log; their digests are in the run's key, and other files of the log are
        closed to it.
    timeout_seconds: after this the run is killed and recorded as failed.
    tolerances: by how much a metric may differ from its record when `check --full` runs the demo again, as a share of
        it: `{"loss": 0.02}`. It is 0.01 for all others, and in no key.
    """

    def mark(function: Function) -> Function:
        function.__demo__ = {
            "smoke": dict(smoke),
            "inputs": tuple(inputs),
            "timeout_seconds": timeout_seconds,
            "tolerances": dict(tolerances or {}),
        }
        return function

    return mark


class Run(Protocol):
    """What a demo is given: the device, seeded randomness, models and inputs, and where to report."""

    device: str
    """`cuda:0`, `mps` or `cpu`, as torch understands it."""

    smoke: bool
    """True when the run only proves that the demo still works."""

    def generator(self, seed: int) -> torch.Generator:
        """A generator on the CPU, whatever the device: a seed means the same noise everywhere."""

    def load(self, loader: type[Loaded], model: str, **options: Any) -> Loaded:
        """Load a model by name with `loader.from_pretrained`; modules arrive on the device, in eval mode.

        A module is loaded once per worker and shared by the runs that name it, until a run changes its weights.
        Options go to `from_pretrained`. Raises DemoError if no such model is to be had here.
        """

    def input(self, path: str) -> Path:
        """The path of a declared input file. Raises DemoError if it was not declared."""

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Report how far the run has come."""

    def metric(self, name: str, value: float) -> None:
        """Record a number about this run, for `{{name.metric}}` and claims in the text."""
