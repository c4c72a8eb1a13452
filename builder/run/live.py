"""The `Run` that a demo is given in its worker."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from builder.errors import DemoError, Problem, Source
from builder.model import Json
from builder.run import device as devices

_PROGRESS_SECONDS = 0.1
_REFUSED = ("trust_remote_code", "use_safetensors", "local_files_only", "revision", "custom_pipeline", "token")


class Workbench:
    """What lasts from run to run in one worker: the device, once chosen, and the networks that were loaded."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._chosen: tuple[str, str] | None = None
        self._modules: dict[str, tuple[Any, tuple]] = {}

    def choose_device(self) -> str:
        """The device; torch is imported when it is first asked for."""
        if self._chosen is None:
            self._chosen = devices.choose(self._wanted)
            devices.reset_peak(self._chosen[0])
        return self._chosen[0]

    @property
    def device(self) -> str:
        """The device as far as it was chosen; a demo that never asks runs on the CPU."""
        return self._chosen[0] if self._chosen else "cpu"

    @property
    def fallback(self) -> str:
        """Why a better device was not used."""
        return self._chosen[1] if self._chosen else ""

    def keep(self, folders: Collection[str]) -> None:
        """Drop the networks of all other folders: runs are ordered by model, so their turn is over."""
        self._modules = {name: loaded for name, loaded in self._modules.items() if json.loads(name)[2] in folders}

    def load(self, loader: type, folder: str, options: Mapping[str, Any]) -> Any:
        """Load what `loader` makes of a folder; networks whose weights nobody changed are shared."""
        name = json.dumps([loader.__module__, loader.__qualname__, folder, sorted(options.items())], default=repr)
        module, state = self._modules.get(name, (None, ()))
        if module is not None and devices.weights_state(module) == state:
            return module.eval()
        value = loader.from_pretrained(folder, **devices.load_options(loader), **options)
        if devices.is_module(value):
            value = devices.place(value, self.choose_device())
            self._modules[name] = value, devices.weights_state(value)
        return value


class LiveRun:
    """One run: see `builder.demo.Run`."""

    def __init__(self, job: Mapping[str, Json], bench: Workbench, send: Callable[[Json], None]) -> None:
        self.smoke: bool = job["smoke"]
        self.metrics: dict[str, float] = {}
        self.parameters: dict[str, int] = {}  # model -> how many it has
        self.bench = bench
        self._job, self._send = job, send
        self._reported = 0.0

    @property
    def device(self) -> str:
        """`cuda:0`, `mps` or `cpu`."""
        return self.bench.choose_device()

    def generator(self, seed: int) -> Any:
        """A generator on the CPU."""
        return devices.generator(seed)

    def load(self, loader: type, model: str, **options: Any) -> Any:
        """Load a model that a parameter names."""
        folder = self._job["models"].get(model)
        if folder is None:
            raise self._error(f"model '{model}' is not a parameter of the demo", "give it a parameter `model: Model`")
        for name in _REFUSED:
            if name in options:
                raise self._error(f"'{name}' cannot be set when a model is loaded", "leave it out")
        value = self.bench.load(loader, folder, options)
        if devices.is_module(value):
            self.parameters[model] = devices.parameter_count(value)
        return value

    def input(self, path: str) -> Path:
        """The path of a declared input."""
        if path not in self._job["inputs"]:
            raise self._error(f"input '{path}' is not declared", f'@demo(..., inputs=["{path}"])')
        return Path(self._job["inputs"][path])

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Report how far the run has come, ten times a second at most."""
        now = time.monotonic()
        if now - self._reported >= _PROGRESS_SECONDS or done >= total:
            self._reported = now
            self._send({"event": "progress", "done": int(done), "total": int(total), "note": str(note)[:200]})

    def metric(self, name: str, value: float) -> None:
        """Record a number."""
        number = float(value)
        if not name.isidentifier() or not name.isascii() or len(name) > 80:
            raise self._error(f"a metric cannot be called {name!r}", "use letters, digits and underscores")
        if not math.isfinite(number):
            raise self._error(f"metric '{name}' is {number}", "record only numbers that exist")
        self.metrics[name] = number

    def _error(self, message: str, hint: str) -> DemoError:
        return DemoError(Problem(Source(f"demos/{self._job['demo']}.py"), "demo", message, hint))
