"""Publishing: the rendered site takes the place of the old one as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.engine import SiteFile
from builder.engine._ledger import sha256
from builder.errors import EngineError, Problem, Source

MARK = ".studylog-site"  # in a directory that we made, so that nothing else is ever thrown away


@dataclass(frozen=True, slots=True)
class _Difference:
    """What there is in a folder that is not so in a site, and what there should be instead. Paths; `x/` is empty."""

    wrong: frozenset[str]
    lacking: frozenset[str]


def publish(files: Mapping[str, SiteFile], site_dir: Path, spare: Path | None = None) -> bool:
    """Make the site of `files` (by path) at `site_dir`; return False if it was there already, byte for byte.

    It is made beside `site_dir`, under the name `.NAME.new`, of links to the rendered files, which are never written to
    again; then the old site steps aside to `.NAME.old`, and the new one takes its name. A crash at any moment leaves a
    complete site under one of the names; the next call puts it back or sweeps it. `spare` is where the old one is kept
    then, made the same as the new: to become the next one only what differs has to be touched. Raises EngineError if
    `site_dir` holds something that studylog did not make.
    """
    new, old = _sibling(site_dir, "new"), _sibling(site_dir, "old")
    recover(site_dir)
    _refuse_foreign(site_dir)
    spare = spare if spare and _on_one_device(spare.parent, site_dir.parent) else None
    difference = _compare(files, site_dir)
    if site_dir.is_dir() and not (difference.wrong or difference.lacking):
        return False
    if not (spare and _mend_spare(files, spare, new)):
        _make(files, new)
    if site_dir.exists():
        site_dir.rename(old)
    new.rename(site_dir)
    _sync(site_dir.parent)
    if not (spare and old.exists() and _keep_spare(files, old, difference, spare)):
        shutil.rmtree(old, ignore_errors=True)
    return True


def _on_one_device(one: Path, other: Path) -> bool:
    """Tell whether what is in one folder can take its place in the other."""
    return one.is_dir() and other.is_dir() and one.stat().st_dev == other.stat().st_dev


def _mend_spare(files: Mapping[str, SiteFile], spare: Path, new: Path) -> bool:
    """Make the site of a spare one, if there is one and this is possible."""
    if spare.is_symlink() or not (spare / MARK).is_file():
        return False
    try:
        _mend(files, spare, _compare(files, spare))
        spare.rename(new)
    except OSError:
        return False
    return True


def _keep_spare(files: Mapping[str, SiteFile], old: Path, difference: _Difference, spare: Path) -> bool:
    """Make the old site the same as the new one, so that nothing is kept that the log no longer has, and put it aside."""
    try:
        if spare.is_dir() and not spare.is_symlink():
            shutil.rmtree(spare)
        _mend(files, old, difference)
        old.rename(spare)
    except OSError:
        return False
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


def _compare(files: Mapping[str, SiteFile], folder: Path) -> _Difference:
    """Find out where a folder has not exactly these files with exactly these bytes."""
    wrong, right = set(), {MARK}
    for path, entry in _walk(folder) if folder.is_dir() else ():
        if entry is not None and (path == MARK or (path in files and _has_bytes(entry, files[path]))):
            right.add(path)
        else:
            wrong.add(path)
    return _Difference(frozenset(wrong), files.keys() - right)


def _walk(folder: Path, inside: str = "") -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """Everything below a folder that is no folder, by its path, and folders in which nothing is: `x/`."""
    with os.scandir(f"{folder}/{inside}") as found:
        entries = list(found)
    if inside and not entries:
        yield inside, None
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder, f"{inside}{entry.name}/")
        else:
            yield inside + entry.name, entry


def _has_bytes(entry: os.DirEntry[str], file: SiteFile) -> bool:
    """Tell whether a published file is what was rendered; the rendered one has been verified."""
    here, there = entry.stat(follow_symlinks=False), os.lstat(file.source)
    if (here.st_ino, here.st_dev) == (there.st_ino, there.st_dev):
        return True
    if here.st_size != there.st_size or not entry.is_file(follow_symlinks=False):
        return False
    return sha256(Path(entry.path).read_bytes()) == file.digest


def _mend(files: Mapping[str, SiteFile], folder: Path, difference: _Difference) -> None:
    """Do away with the difference."""
    for path in difference.wrong:
        if path.endswith("/"):
            _remove_empty(folder / path, folder)
        else:
            (folder / path).unlink()
            _remove_empty((folder / path).parent, folder)
    _place_all({path: files[path] for path in difference.lacking}, folder)


def _make(files: Mapping[str, SiteFile], folder: Path) -> None:
    """Make a folder of links to the files, or of copies where links are not possible."""
    folder.mkdir(parents=True)
    (folder / MARK).write_bytes(b"")
    _place_all(files, folder)


def _place_all(files: Mapping[str, SiteFile], folder: Path) -> None:
    """Put files where none are."""
    place = os.link
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
