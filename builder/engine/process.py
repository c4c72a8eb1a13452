"""Running an engine as a process of its own, in a clean environment, and reading what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import EngineError, Problem, Source

if TYPE_CHECKING:
    from builder.stage import Staged

EPOCH = "315532800"  # 1980-01-01: engines stamp files with a date, and the clock must not show in a site
KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_MESSAGE = re.compile(r"^(?:WARNING|ERROR)\s*-\s*(.+)")
_STAGED_FILE = re.compile(r"[\w./-]+/?index\.md")


def clean_environment(home: Path) -> dict[str, str]:
    """What an engine may know of the machine that it runs on."""
    return {key: os.environ[key] for key in KEPT if key in os.environ} | {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": EPOCH,
    }


def run_engine(name: str, arguments: Sequence[str], *, staged: Staged) -> None:
    """Run `python -m NAME ARGUMENTS` in the staged folder. Raises EngineError with the engine's own words."""
    result = subprocess.run(
        [sys.executable, "-P", "-m", name, *arguments],
        cwd=staged.folder,
        env=clean_environment(staged.folder),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode:
        output = result.stdout + result.stderr
        raise EngineError(*problems_in(name, output, sources=staged.sources, status=result.returncode))


def problems_in(name: str, output: str, *, sources: Mapping[str, Source], status: int) -> tuple[Problem, ...]:
    """What an engine complained about, located in the author's files where it names a staged one (see `sources`)."""
    problems = []
    for line in output.splitlines():
        said = _MESSAGE.match(line)
        if said:
            problems.append(Problem(_source(said[1], sources), "engine", f"{name}: {said[1].strip()}"))
    if problems:
        return tuple(problems)
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no message")
    hint = f"see what it says: {Path(sys.executable).name} -m {name} build -f mkdocs.yml in .build/"
    return (Problem(Source("site_config.yml"), "engine", f"{name} ended with status {status}: {last}", hint),)


def _source(message: str, sources: Mapping[str, Source]) -> Source:
    for path in _STAGED_FILE.findall(message):
        if path in sources:
            return Source(sources[path].path)
    return Source("site_config.yml")
