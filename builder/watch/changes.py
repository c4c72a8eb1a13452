"""Waits for changes of a log's files, whatever editors and version control do to them.

Only that something changed is told, never what: a build reads contents, and needs no list of events that might have
been missed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import watchfiles

FOLDERS = ("content", "demos")
TOP = (*FOLDERS, "site_config.yml")
STEP_MS = 20  # of silence after a change: several saves at once are one change
TICK_MS = 500  # after which a folder that was replaced as a whole is noticed
_OWN = ("_runs", "__pycache__")
_DROPPINGS = ("~", ".swp", ".swx", ".tmp")


def watch_files(root: Path, changed: threading.Event, stop: threading.Event) -> None:
    """Set `changed` whenever a source of the log changes, until `stop` is set; returns when the watch is on."""
    for watch in (_watch_top, _watch_folders):
        begun = threading.Event()
        threading.Thread(target=watch, args=(root, changed, stop, begun.set), daemon=True).start()
        begun.wait(5)


def _watch_top(root: Path, changed: threading.Event, stop: threading.Event, begun: Callable[[], None]) -> None:
    """The configuration, and folders that come and go."""
    for changes in _changes(root, recursive=False, stop=stop):
        begun()
        if any(Path(path).name in TOP for _, path in changes):
            changed.set()


def _watch_folders(root: Path, changed: threading.Event, stop: threading.Event, begun: Callable[[], None]) -> None:
    """What is in the folders. A folder that was replaced is another one, and has to be watched anew."""
    first = True
    while not stop.is_set():
        folders = _identities(root)
        if not folders:
            begun()
            stop.wait(TICK_MS / 1000)
        for changes in _changes(*folders, recursive=True, stop=stop) if folders else ():
            begun()
            if not first or any(_is_source(Path(path).relative_to(root)) for _, path in changes):
                changed.set()  # when the watch is on again, something may have been missed
            first = True
            if _identities(root) != folders:
                break
        first = False


def _changes(*paths: Path, recursive: bool, stop: threading.Event):
    return watchfiles.watch(
        *paths, watch_filter=None, step=STEP_MS, debounce=10 * STEP_MS, rust_timeout=TICK_MS, yield_on_timeout=True,
        stop_event=stop, raise_interrupt=False, recursive=recursive,
    )  # fmt: skip


def _identities(root: Path) -> dict[Path, tuple[int, int]]:
    found = {}
    for folder in (root / name for name in FOLDERS):
        if folder.is_dir():
            status = folder.stat()
            found[folder] = (status.st_dev, status.st_ino)
    return found


def _is_source(path: Path) -> bool:
    """Leave out what a build itself writes, what editors keep for themselves (`.obsidian/`), and their droppings."""
    return not any(part in _OWN or part.startswith(".") or part.endswith(_DROPPINGS) for part in path.parts)
