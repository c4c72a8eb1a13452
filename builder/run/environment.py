"""What a run was made with, against what is here: provenance that moved on since."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterable, Mapping

from builder.model import Provenance

DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow"}


def installed(names: Iterable[str]) -> dict[str, str]:
    """The versions of Python and of libraries on this machine, none of which is imported; "" for what is missing."""
    return {name: platform.python_version() if name == "python" else _version(name) for name in sorted(names)}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(DISTRIBUTIONS.get(name, name))
    except importlib.metadata.PackageNotFoundError:
        return ""


def library_changes(made: Mapping[str, str], here: Mapping[str, str]) -> tuple[str, ...]:
    """Say which versions differ, as in `torch 2.12.0 -> 2.13.0`; a library that is not here changes nothing."""
    pairs = [(name, made[name], here.get(name, "")) for name in sorted(made)]
    return tuple(f"{name} {before} -> {now}" for name, before, now in pairs if now and before != now)


def device_change(made: Provenance, devices: Iterable[str]) -> str:
    """Say why a run would be made on another kind of device here; "" if it would not. `devices`: best first."""
    kinds = [device_kind(device) for device in devices]
    if device_kind(made.device) not in kinds:
        return f"made on {made.device}, here is only {kinds[0]}"
    if made.fallback and kinds[0] != device_kind(made.device):
        return f"made on {made.device} because {made.fallback}, here is {kinds[0]}"
    return ""


def device_kind(device: str) -> str:
    """The kind of a device: `cuda:0 (NVIDIA H100)` -> `cuda`."""
    return device.partition(" ")[0].partition(":")[0]
