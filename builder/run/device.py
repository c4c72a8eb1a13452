"""The device that demos run on. The only module of the builder that imports torch, and only when a demo needs it."""

from __future__ import annotations

import os
import random
import re
import resource
import sys
from pathlib import Path
from typing import Any

from builder.errors import ConfigError, Problem, Source
from builder.run.environment import DISTRIBUTIONS

_NAME = re.compile(r"(?:auto|cuda(?::\d+)?|mps|cpu)\Z")
_DEFAULT_SEED = 67280421310721  # what torch seeds itself with in a fresh process
_LIBRARIES = (
    "torch",
    "transformers",
    "diffusers",
    "tokenizers",
    "safetensors",
    "numpy",
    "sklearn",
    "PIL",
    "matplotlib",
)


def choose(wanted: str) -> tuple[str, str]:
    """Return the device to use, as torch writes it, and why it is not the wanted or a better one (or "").

    wanted: `auto`, `cuda`, `cuda:N`, `mps` or `cpu`.
    """
    try:
        import torch
    except ImportError:
        return "cpu", "" if wanted == "cpu" else "torch is not installed"
    kind, _, index = wanted.partition(":")
    if kind in ("auto", "cuda") and torch.cuda.is_available():
        number = int(index or 0)
        count = torch.cuda.device_count()
        if number < count:
            return f"cuda:{number}", ""
        return "cuda:0", f"there is no cuda:{number}, only {count} CUDA device{'s' if count > 1 else ''}"
    if kind in ("auto", "mps") and torch.backends.mps.is_available():
        return "mps", ""
    if kind == "cpu":
        return "cpu", ""
    built = "" if torch.version.cuda or torch.backends.mps.is_built() else ", and this torch is built for CPUs only"
    return "cpu", f"no {'GPU' if kind == 'auto' else wanted} is available{built}"


def slots(wanted: str) -> tuple[str, ...]:
    """Return one device per worker that may work at the same time, without importing torch.

    wanted: `auto` is every visible GPU; several devices are separated by commas, as in `cuda:0,cuda:2`.
    Raises: ConfigError for a name that no device has.
    """
    names = tuple(name.strip() for name in wanted.split(","))
    for name in names:
        if not _NAME.match(name):
            hint = "auto, cuda, cuda:N, mps or cpu; several with commas between them"
            raise ConfigError(Problem(Source("--device"), "device", f"no device is called '{name}'", hint))
    return tuple(device for name in names for device in (_visible() if name == "auto" else (name,)))


def _visible() -> tuple[str, ...]:
    """Every GPU that CUDA will show; `auto` where there is none, or only one."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        count = len([name for name in visible.split(",") if name.strip() not in ("", "-1")])
    else:
        count = len(list(Path("/proc/driver/nvidia/gpus").glob("*")))
    return tuple(f"cuda:{number}" for number in range(count)) if count > 1 else ("auto",)


def describe(device: str) -> str:
    """Name a device with its model, as in `cuda:0 (NVIDIA H100)`."""
    if device.startswith("cuda"):
        return f"{device} ({_torch().cuda.get_device_name(device)})"
    return device


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that this process has loaded."""
    import importlib.metadata

    loaded = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in _LIBRARIES:
        if name in sys.modules:
            loaded[name] = importlib.metadata.version(DISTRIBUTIONS.get(name, name))
    return loaded


def seed() -> None:
    """Bring all global randomness into one state, the same whether or not torch is loaded yet."""
    random.seed(0)
    try:
        import numpy
    except ImportError:
        pass
    else:
        numpy.random.seed(0)
    if _torch():
        _torch().manual_seed(_DEFAULT_SEED)


def generator(number: int) -> Any:
    """A seeded generator on the CPU."""
    import torch

    return torch.Generator("cpu").manual_seed(number)


def load_options(loader: type) -> dict[str, Any]:
    """The options of `from_pretrained` that keep it offline, and away from pickles where weights are read."""
    options: dict[str, Any] = {"local_files_only": True}
    module = _torch() and issubclass(loader, _torch().nn.Module)
    if module or "Model" in loader.__name__ or "Pipeline" in loader.__name__:
        options["use_safetensors"] = True
    return options


def is_module(value: object) -> bool:
    """Tell whether a value is a network of torch."""
    return bool(_torch()) and isinstance(value, _torch().nn.Module)


def place(module: Any, device: str) -> Any:
    """Bring a network to the device, in eval mode."""
    return module.to(device).eval()


def inference() -> Any:
    """A context in which nothing is kept for gradients."""
    import torch

    return torch.inference_mode()


def parameter_count(module: Any) -> int:
    """Count the parameters of a network; shared ones count once."""
    return sum(parameter.numel() for parameter in module.parameters())


def weights_state(module: Any) -> tuple[tuple[int, int], ...]:
    """Something that changes when any weight of a network is replaced or written to."""
    tensors = [*module.parameters(), *module.buffers()]
    return tuple((id(tensor), tensor._version) for tensor in tensors)


def reset_peak(device: str) -> None:
    """Start measuring peak memory."""
    if device.startswith("cuda"):
        _torch().cuda.reset_peak_memory_stats(device)
        return
    try:
        Path("/proc/self/clear_refs").write_text("5")  # Linux: forget the peak of the resident set
    except OSError:
        return


def peak_bytes(device: str) -> int:
    """The most memory used since `reset_peak`: of the device for CUDA, else of this process.

    Where the system cannot forget a peak, it is the one since the worker started.
    """
    if device.startswith("cuda"):
        return int(_torch().cuda.max_memory_allocated(device))
    try:
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def total_bytes(device: str) -> int:
    """How much memory there is: of the device for CUDA, else what this process may use."""
    if device.startswith("cuda"):
        return int(_torch().cuda.get_device_properties(device).total_memory)
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return physical if limit == resource.RLIM_INFINITY else min(limit, physical)


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an exception means that memory ran out, of this machine or of its device."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and ("can't allocate memory" in str(error) or "out of memory" in str(error))


def _torch() -> Any:
    return sys.modules.get("torch")
