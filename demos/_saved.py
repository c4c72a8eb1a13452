"""Modules that lie in a folder as `config.json` and `model.safetensors`, as the models of the large libraries do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Self

from safetensors.torch import load_file, save_file
from torch import nn


class SavedModule(nn.Module):
    """A module that knows the keyword arguments it was made with, and can be saved and found again by them."""

    def __init__(self, **config: int | bool) -> None:
        super().__init__()
        self.config = config

    @classmethod
    def from_pretrained(cls, path: str | Path, **_options: object) -> Self:
        """Read a folder that `save_pretrained` wrote; weights become float32.

        Accepts and ignores the options of other loaders, such as `use_safetensors`: it knows no other way.
        Raises ValueError if the folder holds another architecture.
        """
        config = json.loads((Path(path) / "config.json").read_text())
        if config.pop("architecture") != cls.__name__:
            raise ValueError(f"'{Path(path).name}' is no {cls.__name__}")
        module = cls(**config)
        module.load_state_dict(load_file(Path(path) / "model.safetensors"))
        return module

    def save_pretrained(self, path: str | Path) -> None:
        """Write `config.json` and `model.safetensors`, the weights in float16."""
        Path(path).mkdir(parents=True, exist_ok=True)
        config = {"architecture": type(self).__name__, **self.config}
        (Path(path) / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        half = {name: tensor.half() for name, tensor in self.state_dict().items()}
        save_file(half, Path(path) / "model.safetensors")
