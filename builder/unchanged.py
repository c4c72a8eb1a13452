"""A build of which nothing changed: all that it would read, and the site, are as the last one found and left them.

That is known from digests alone, and nothing that builds has to be loaded for it. Where there is no telling (models that
are not in the log, runs that are missing or failed, a very large log), the build is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import Problem, Source
from builder.kept import digest

if TYPE_CHECKING:
    from builder.model import Json

REPORT = ".build/report.json"
NAME = ".build/unchanged"
LIMIT_BYTES = 512_000_000
_ELSEWHERE = re.compile(rb"^models\s*:", re.MULTILINE)  # weights may be anywhere


def read_state(root: Path, site_dir: Path, told: Mapping[str, Json]) -> str | None:
    """A digest of what a build would read: the log, studylog itself, its libraries, and what it was told.

    None if that cannot be told.
    """
    try:
        if _ELSEWHERE.search((root / "site_config.yml").read_bytes()):
            return None
        log = _tree_digest(root, leave_out=site_dir)
        code = _tree_digest(Path(__file__).parent)
    except OSError:
        return None
    libraries = sorted(name for path in sys.path if os.path.isdir(path) for name in os.listdir(path) if "-" in name)
    return log and code and digest(log, code, libraries, platform.python_version(), sorted(told.items()))


def last_report(root: Path, site_dir: Path, state: str) -> Json | None:
    """The report of a build that does nothing, if the last one read the same state and its site is as it left it."""
    started = time.monotonic()
    try:
        before, _, site = (root / NAME).read_text(encoding="utf-8").partition(" ")
        if before != state or site != _tree_digest(site_dir):
            return None
        report = json.loads((root / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    runs = report["runs"]
    runs["ran"], runs["reused"] = [], [*runs["ran"], *runs["reused"]]
    seconds = round(time.monotonic() - started, 3)
    return report | {"rendered": 0, "reused_pages": report["pages"], "runs": runs, "seconds": seconds}


def problems_of(report: Json) -> tuple[Problem, ...]:
    """The problems that a report has."""
    return tuple(
        Problem(Source(p["path"], p["line"]), p["code"], p["message"], p["hint"], p["severity"])
        for p in report["problems"]
    )


def remember(root: Path, state: str | None, report: Json, files: Mapping[str, str]) -> None:
    """Write the report of a build that began with `state`, and what the next one may go by.

    files: path -> sha256 of each file of the site that was published.
    """
    (root / NAME).unlink(missing_ok=True)
    (root / REPORT).write_text(json.dumps(report) + "\n", encoding="utf-8")
    if state and not report["runs"]["failed"] and not report["runs"]["missing"]:
        shown = {path: own for path, own in files.items() if not any(map(_is_hidden, path.split("/")))}
        (root / NAME).write_text(f"{state} {_whole(shown)}", encoding="utf-8")


def _tree_digest(folder: Path, leave_out: Path | None = None) -> str | None:
    """One digest for the paths and bytes of all files below a folder that are not hidden; None if they are too large."""
    digests, size = {}, 0
    for path in _files(str(folder), str(leave_out)):
        with open(path, "rb") as file:
            size += os.fstat(file.fileno()).st_size
            if size > LIMIT_BYTES:
                return None
            digests[path[len(str(folder)) + 1 :].replace(os.sep, "/")] = hashlib.file_digest(file, "sha256").hexdigest()
    return _whole(digests)


def _whole(digests: Mapping[str, str]) -> str:
    """One digest for files of which each has its own, by path below one folder."""
    return digest(sorted(digests.items()))


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _files(folder: str, leave_out: str) -> Iterator[str]:
    """Every file below a folder. Raises OSError if something there is neither file nor folder."""
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if _is_hidden(entry.name) or entry.path == leave_out:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, leave_out)
        elif entry.is_file():
            yield entry.path
        else:
            raise OSError(f"'{entry.path}' is no file")
