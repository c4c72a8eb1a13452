"""Running an engine as a process of its own, in a clean environment, and reading what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from builder.errors import EngineError, Problem, Source
from builder.stage import Staged

EPOCH = "315532800"  # 1980-01-01: engines stamp files with a date, and the clock must not show in a site
KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_MESSAGE = re.compile(r"^(?:WARNING|ERROR)\s*-\s*(.+)")
_STAGED_FILE = re.compile(r"[\w./-]+/?index\.md")


def run_engine(name: str, arguments: Sequence[str], *, staged: Staged, extra: Mapping[str, str] | None = None) -> None:
    """Run `python -m NAME ARGUMENTS` in the staged folder. Raises EngineError with the engine's own words."""
    environment = {key: os.environ[key] for key in KEPT if key in os.environ} | {
        "HOME": str(staged.folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": EPOCH,
        **(extra or {}),
    }
    result = subprocess.run(
        [sys.executable, "-P", "-m", name, *arguments],
        cwd=staged.folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode:
        raise EngineError(*problems_in(name, result.stdout + result.stderr, staged=staged, status=result.returncode))


def problems_in(name: str, output: str, *, staged: Staged, status: int) -> tuple[Problem, ...]:
    """What an engine complained about, located in the author's files where it names a staged one."""
    problems = []
    for line in output.splitlines():
        said = _MESSAGE.match(line)
        if said:
            problems.append(Problem(_source(said[1], staged), "engine", f"{name}: {said[1].strip()}"))
    if problems:
        return tuple(problems)
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no message")
    hint = f"see what it says: {Path(sys.executable).name} -m {name} build -f {staged.settings.name} in .build/"
    return (Problem(Source("site_config.yml"), "engine", f"{name} ended with status {status}: {last}", hint),)


def _source(message: str, staged: Staged) -> Source:
    for path in _STAGED_FILE.findall(message):
        if path in staged.sources:
            return Source(staged.sources[path].path)
    return Source("site_config.yml")
