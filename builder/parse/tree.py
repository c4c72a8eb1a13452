"""The files of the content folders: which are entries, and which are in the wrong place."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from builder.errors import Problem, Source, suggest
from builder.kinds import KINDS, Kind
from builder.seen import Stamp, stamp_of
from builder.urls import is_portable

SUFFIXES = (".md", ".markdown")
_ENTRIES = {suffix for kind in KINDS.values() for suffix in kind.suffixes}


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file that holds an entry, or a year of them."""

    name: str  # from the log's root: `content/log/2026-02-24-llama.md`
    kind: Kind
    stamp: Stamp | None


def content_files(root: Path) -> tuple[list[ContentFile], list[Problem]]:
    """The files of every kind of entry, sorted. Symbolic links, and names that not every system has, are refused."""
    folders = {kind.folder: kind for kind in KINDS.values()}
    files: list[ContentFile] = []
    problems: list[Problem] = []
    content = root / "content"
    if content.is_symlink():
        return [], [_symlink("content")]
    for inside, found in _walk(content):
        name, suffix = f"content/{inside}", posixpath.splitext(inside)[1].lower()
        folder = inside.partition("/")[0]
        if found.is_symlink():
            problems.append(_symlink(name))
        elif suffix in _ENTRIES and found.is_file():
            if not is_portable(name):
                hint = 'avoid < > : " | ? *, names such as CON, and paths longer than 240 characters'
                problems.append(Problem(Source(name), "file-name", "not a file name on every system", hint))
            elif folder in folders and suffix in folders[folder].suffixes:
                files.append(ContentFile(name, folders[folder], stamp_of(found.stat())))
            elif folder != "assets":
                problems.append(_misplaced(name, folder, suffix))
    return files, problems


def _walk(content: Path, inside: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below `content` that is neither hidden nor a folder, sorted; links to folders too."""
    try:
        with os.scandir(content / inside) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:  # there is none, or it is not for us
        return
    for entry in entries:
        if not entry.name.startswith((".", "_")):
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(content, f"{inside}{entry.name}/")
            else:
                yield inside + entry.name, entry


def _symlink(name: str) -> Problem:
    return Problem(Source(name), "symlink", "a symbolic link", "put the file itself here")


def _misplaced(name: str, folder: str, suffix: str) -> Problem:
    folders = [kind.folder for kind in KINDS.values() if suffix in kind.suffixes]
    known = ", ".join(f"content/{known}/" for known in sorted(folders))
    what = "entries" if len(folders) > 1 else folders[0]
    hint = suggest(folder, set(folders) - {folder}).replace("'", "'content/", 1) or f"{what} are kept in {known}"
    return Problem(Source(name), "misplaced", "not in a folder of entries, so it is on no page", hint, "warning")
