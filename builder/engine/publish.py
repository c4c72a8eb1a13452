"""Publishing: the rendered site takes the place of the old one as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from builder.engine import SiteFile
from builder.engine._ledger import sha256
from builder.errors import EngineError, Problem, Source

MARK = ".studylog-site"  # in a directory that we made, so that nothing else is ever thrown away


def publish(files: Mapping[str, SiteFile], site_dir: Path) -> bool:
    """Make the site of `files` (by path) at `site_dir`; return False if it was there already, byte for byte.

    It is made beside `site_dir`, under the name `.NAME.new`, of links to the rendered files, which are never written to
    again; then the old site steps aside to `.NAME.old`, and the new one takes its name. A crash at any moment leaves a
    complete site under one of the names; the next call puts it back or sweeps it. Raises EngineError if `site_dir`
    holds something that studylog did not make.
    """
    new, old = _sibling(site_dir, "new"), _sibling(site_dir, "old")
    recover(site_dir)
    _refuse_foreign(site_dir)
    if _is_published(files, site_dir):
        return False
    _make(files, new)
    if site_dir.exists():
        site_dir.rename(old)
    new.rename(site_dir)
    _sync(site_dir.parent)
    shutil.rmtree(old, ignore_errors=True)
    return True


def refresh(files: Mapping[str, SiteFile], folder: Path, shown: dict[str, str]) -> None:
    """Make `folder`, which only a server of this process reads, the site of `files`, touching what differs from before.

    shown: path -> digest of what is there; empty at first, and kept by the caller. Each file is replaced whole; while
    this works, the folder is part old and part new.
    """
    before = dict(shown) if (folder / MARK).is_file() else {}
    shown.clear()  # until all is done
    if not before:
        publish(files, folder)
    for path in before.keys() - files.keys():
        (folder / path).unlink()
        _remove_empty((folder / path).parent, folder)
    for path, file in files.items() if before else ():
        if before.get(path) != file.digest:
            temporary = folder / f"{MARK}.new"
            _place(file.source, temporary)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(folder / path)
    shown.update((path, file.digest) for path, file in files.items())


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove a folder and those above it, as long as nothing is in them."""
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _place(source: Path, target: Path) -> None:
    """Put a file that is never written to again somewhere else, by a link where that is possible."""
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _is_published(files: Mapping[str, SiteFile], site_dir: Path) -> bool:
    """Tell whether `site_dir` has exactly these files with exactly these bytes."""
    found = {}
    for folder, folders, names in os.walk(site_dir):
        if not folders and not names:
            return False
        found |= {f"{folder}/{name}": name for name in names}
    paths = {f"{site_dir}/{path}": file for path, file in files.items()}
    if found.keys() - {f"{site_dir}/{MARK}"} != paths.keys():
        return False
    return all(_has_bytes(path, file) for path, file in paths.items())


def _has_bytes(path: str, file: SiteFile) -> bool:
    """Tell whether a published file is what was rendered; the rendered one has been verified."""
    here, there = os.lstat(path), os.lstat(file.source)
    if (here.st_ino, here.st_dev) == (there.st_ino, there.st_dev):
        return True
    return here.st_size == there.st_size and not os.path.islink(path) and sha256(Path(path).read_bytes()) == file.digest


def _make(files: Mapping[str, SiteFile], folder: Path) -> None:
    """Make a folder of links to the files, or of copies where links are not possible."""
    place = os.link
    folder.mkdir(parents=True)
    (folder / MARK).write_bytes(b"")
    made = {""}
    for path, file in files.items():
        parent = path.rpartition("/")[0]
        if parent not in made:
            (folder / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        try:
            place(file.source, folder / path)
        except OSError:  # another file system, or one without links
            place = shutil.copyfile
            place(file.source, folder / path)


def recover(site_dir: Path) -> None:
    """Undo what a crash left: give the old site its name back, sweep half-made ones."""
    new, old = _sibling(site_dir, "new"), _sibling(site_dir, "old")
    if old.exists() and not site_dir.exists():
        old.rename(site_dir)
    for stale in (new, old):
        if stale.exists():
            shutil.rmtree(stale)


def _sibling(site_dir: Path, suffix: str) -> Path:
    return site_dir.with_name(f".{site_dir.name}.{suffix}")


def _refuse_foreign(site_dir: Path) -> None:
    """Stop before something is replaced that is not a site of ours."""
    if site_dir.is_symlink() or (site_dir.exists() and not site_dir.is_dir()):
        what = f"'{site_dir.name}' is not a directory"
    elif site_dir.is_dir() and any(site_dir.iterdir()) and not (site_dir / MARK).is_file():
        what = f"'{site_dir.name}' has files that studylog did not write"
    else:
        return
    hint = "move it away, or choose another place with --site-dir DIR"
    raise EngineError(Problem(Source("site_config.yml"), "site-dir", what, hint))


def _sync(folder: Path) -> None:
    """Make renames durable, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
