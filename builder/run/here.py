"""The `Run` of a notebook: of the one that is being recorded in this process, or of the log around an open one."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

from builder.config import CONFIG_NAME, read_config
from builder.errors import DemoError, Problem, Source
from builder.model import Json
from builder.run.live import LiveRun, Workbench
from builder.run.models import Models

JOB = "STUDYLOG_JOB"  # environment variable: the file that says what is being recorded


@functools.cache
def current_run() -> LiveRun:
    """The one run of this process."""
    file = os.environ.get(JOB)
    if file is None:
        return OpenRun(log_around(Path.cwd()))
    job = json.loads(Path(file).read_text(encoding="utf-8"))
    return RecordedRun(job, Workbench(job["device"]), _say_nothing)


class RecordedRun(LiveRun):
    """The run of a notebook that is being recorded: it has what the front matter declares."""

    def load(self, loader: type, model: str, **options: Any) -> Any:
        """Load a model that the front matter names."""
        if model not in self._job["models"]:
            raise self._error(f"model '{model}' is not declared", f"write `models: [{model}]` in the front matter")
        return super().load(loader, model, **options)

    def input(self, path: str) -> Path:
        """The path of a file that the front matter names."""
        if path not in self._job["inputs"]:
            raise self._error(f"input '{path}' is not declared", f"write `inputs: [{path}]` in the front matter")
        return super().input(path)


class OpenRun(LiveRun):
    """The run of a notebook that is open in Jupyter: everything in the log is at hand, nothing is recorded."""

    def __init__(self, root: Path) -> None:
        super().__init__({"demo": "", "smoke": False, "models": {}, "inputs": {}}, Workbench("auto"), _say_nothing)
        self._root = root
        self.demos = root / "demos"
        self._models = Models(root, read_config(root).models)

    def load(self, loader: type, model: str, **options: Any) -> Any:
        """Load a model of the log by name."""
        found = self._models.find(model, Source("notebook"))
        if found.refusal:
            raise DemoError(Problem(Source("notebook"), "model-refused", found.refusal, found.hint))
        self._job["models"][model] = str(found.folder)
        return super().load(loader, model, **options)

    def input(self, path: str) -> Path:
        """The path of a file of the log."""
        if not (self._root / path).is_file():
            raise self._error(f"no file '{path}' in the log", "give its path from the log's directory")
        return self._root / path


def log_around(folder: Path) -> Path:
    """The log that a folder lies in. Raises DemoError if it lies in none."""
    for place in (folder, *folder.parents):
        if (place / CONFIG_NAME).is_file():
            return place
    message = f"'{folder}' is not inside a log: no {CONFIG_NAME} there or above"
    raise DemoError(Problem(Source("notebook"), "no-log", message, "open the notebook where it is kept"))


def _say_nothing(message: Json) -> None:
    """A kernel has nobody to tell how far it has come."""
