"""The files of the content folders: which are entries, and which are in the wrong place."""

from __future__ import annotations

from pathlib import Path

from builder.errors import Problem, Source, suggest
from builder.kinds import KINDS, Kind
from builder.urls import is_portable

SUFFIXES = (".md", ".markdown")


def content_files(root: Path) -> tuple[list[tuple[Path, Kind]], list[Problem]]:
    """The Markdown files of every kind, sorted. Symbolic links, and names that not every system has, are refused."""
    folders = {kind.folder: kind for kind in KINDS.values()}
    files: list[tuple[Path, Kind]] = []
    problems: list[Problem] = []
    content = root / "content"
    if content.is_symlink():
        return [], [_symlink("content")]
    for path in sorted(content.rglob("*")):
        name = path.relative_to(root).as_posix()
        if any(part.startswith((".", "_")) for part in path.relative_to(root).parts):
            continue
        folder = path.relative_to(content).parts[0]
        if path.is_symlink():
            problems.append(_symlink(name))
        elif path.suffix.lower() in SUFFIXES and path.is_file():
            if not is_portable(name):
                hint = 'avoid < > : " | ? *, names such as CON, and paths longer than 240 characters'
                problems.append(Problem(Source(name), "file-name", "not a file name on every system", hint))
            elif folder in folders:
                files.append((path, folders[folder]))
            elif folder != "assets":
                problems.append(_misplaced(name, folder, folders))
    return files, problems


def _symlink(name: str) -> Problem:
    return Problem(Source(name), "symlink", "a symbolic link", "put the file itself here")


def _misplaced(name: str, folder: str, folders: dict[str, Kind]) -> Problem:
    known = ", ".join(f"content/{known}/" for known in sorted(folders))
    hint = suggest(folder, folders).replace("'", "'content/", 1) or f"entries are kept in {known}"
    return Problem(Source(name), "misplaced", "not in a folder of entries, so it is on no page", hint, "warning")
