"""The command line in processes of its own, as a shell would start it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PYTHON = [sys.executable, "-P", "-m", "builder"]
PACKAGE = str(Path(__file__).parents[2])


def studylog(
    root: Path, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, **options
) -> subprocess.CompletedProcess:
    """Run the command in a process of its own, in the log's directory unless told."""
    variables = {**os.environ, "PYTHONPATH": PACKAGE, **(env or {})}
    command = [*PYTHON, "--log", str(root), *arguments]
    return subprocess.run(
        command,
        cwd=cwd or root,
        env=variables,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        **options,
    )
