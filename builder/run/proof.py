"""Whether what runs is still, and everywhere, what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import DemoError
from builder.model import RunKey
from builder.run.job import Job
from builder.run.models import Models
from builder.run.notebooks import read_again
from builder.run.plan import key_of

if TYPE_CHECKING:
    from builder.config import ModelConfig


def key_here(job: Job, *, root: Path, models: Mapping[str, ModelConfig] | None) -> RunKey | None:
    """The key that a job's run has in the log at `root` as it stands now; None if it cannot be run there."""
    try:
        spec = read_again(job.spec, root)
        if spec is None:
            return None
        return key_of(spec, job.params, models=Models(root, models), root=root, source=job.source)
    except (FileNotFoundError, DemoError):
        return None
