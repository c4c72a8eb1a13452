"""Publishing: the rendered site takes the place of the old one as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from builder.errors import EngineError, Problem, Source

MARK = ".studylog-site"  # in a directory that we made, so that nothing else is ever thrown away


def publish(rendered: Path, site_dir: Path) -> None:
    """Move the site in `rendered` to `site_dir`.

    It is first moved next to `site_dir`, under the name `.NAME.new`; then the old site steps aside to `.NAME.old`, and
    the new one takes its name. A crash at any moment leaves a complete site in one of the three; the next call puts it
    back or sweeps it. Raises EngineError if `site_dir` holds something that studylog did not make.
    """
    new, old = _sibling(site_dir, "new"), _sibling(site_dir, "old")
    recover(site_dir)
    _refuse_foreign(site_dir)
    site_dir.parent.mkdir(parents=True, exist_ok=True)
    (rendered / MARK).write_bytes(b"")
    try:
        rendered.rename(new)
    except OSError:  # another file system
        shutil.copytree(rendered, new)
        shutil.rmtree(rendered)
    if site_dir.exists():
        site_dir.rename(old)
    new.rename(site_dir)
    _sync(site_dir.parent)
    shutil.rmtree(old, ignore_errors=True)


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
