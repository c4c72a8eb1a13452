"""The files of the content folders: which are entries, and which are in the wrong place."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from builder.errors import Problem, Source, suggest
from builder.kinds import KINDS, Kind
from builder.urls import is_portable

SUFFIXES = (".md", ".markdown")
_ENTRIES = {suffix for kind in KINDS.values() for suffix in kind.suffixes}


def content_files(root: Path) -> tuple[list[tuple[Path, Kind]], list[Problem]]:
    """The files of every kind of entry, sorted. Symbolic links, and names that not every system has, are refused."""
    folders = {kind.folder: kind for kind in KINDS.values()}
    files: list[tuple[Path, Kind]] = []
    problems: list[Problem] = []
    content = root / "content"
    if content.is_symlink():
        return [], [_symlink("content")]
    for inside in _walk(content):
        path, name, suffix = content / inside, f"content/{inside}", posixpath.splitext(inside)[1].lower()
        folder = inside.partition("/")[0]
        if path.is_symlink():
            problems.append(_symlink(name))
        elif suffix in _ENTRIES and path.is_file():
            if not is_portable(name):
                hint = 'avoid < > : " | ? *, names such as CON, and paths longer than 240 characters'
                problems.append(Problem(Source(name), "file-name", "not a file name on every system", hint))
            elif folder in folders and suffix in folders[folder].suffixes:
                files.append((path, folders[folder]))
            elif folder != "assets":
                problems.append(_misplaced(name, folder, suffix))
    return files, problems


def _walk(content: Path) -> list[str]:
    """Everything below `content` that is neither hidden nor a folder, sorted; links to folders too."""
    found = []
    for folder, folders, names in os.walk(content):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        prefix = Path(folder).relative_to(content).as_posix()
        prefix = "" if prefix == "." else f"{prefix}/"
        found += [prefix + name for name in (*links, *names) if not name.startswith((".", "_"))]
    return sorted(found, key=lambda path: path.split("/"))


def _symlink(name: str) -> Problem:
    return Problem(Source(name), "symlink", "a symbolic link", "put the file itself here")


def _misplaced(name: str, folder: str, suffix: str) -> Problem:
    folders = [kind.folder for kind in KINDS.values() if suffix in kind.suffixes]
    known = ", ".join(f"content/{known}/" for known in sorted(folders))
    what = "entries" if len(folders) > 1 else folders[0]
    hint = suggest(folder, set(folders) - {folder}).replace("'", "'content/", 1) or f"{what} are kept in {known}"
    return Problem(Source(name), "misplaced", "not in a folder of entries, so it is on no page", hint, "warning")
