"""Images and files that come along, into content/assets/, under names that collide with nothing."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from builder.files import ASSETS
from builder.urls import is_portable, slugify

LARGEST = 50 * 1024 * 1024


@dataclass(slots=True)
class Assets:
    """The files to copy: source -> path in the log."""

    root: Path
    copies: dict[Path, str] = field(default_factory=dict)
    taken: dict[str, Path | bytes] = field(default_factory=dict)
    written: dict[str, bytes] = field(default_factory=dict)  # path in the log -> content, of pictures out of notebooks

    def add(self, source: Path) -> str:
        """Choose a place for a file, the same for the same bytes; returns it relative to the log."""
        source = source.resolve()
        if source not in self.copies:
            self.copies[source] = self._name(source, source)
        return self.copies[source]

    def add_bytes(self, name: str, data: bytes) -> str:
        """Choose a place for a file that exists nowhere yet."""
        path = self._name(Path(name), data)
        self.written[path] = data
        return path

    @property
    def paths(self) -> list[str]:
        """Where everything goes."""
        return [*self.copies.values(), *self.written]

    def _name(self, source: Path, content: Path | bytes) -> str:
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", source.stem).strip("-.") or slugify(source.stem) or "file"
        suffix = re.sub(r"[^A-Za-z0-9.]", "", source.suffix)
        number, name = 1, f"{stem[:80]}{suffix}"
        while not self._is_free(f"{ASSETS}/{name}", content) or not is_portable(name):
            number += 1
            name = f"{stem[:80]}-{number}{suffix}"
        path = f"{ASSETS}/{name}"
        self.taken[path.casefold()] = content
        return path

    def _is_free(self, path: str, content: Path | bytes) -> bool:
        other = self.taken.get(path.casefold())
        if other is not None:
            return _same(other, content)
        there = self.root / path
        return not there.exists() or _same(there, content)

    def write(self, *, dry_run: bool) -> list[dict[str, str]]:
        """Write what is not there yet; returns it for the ledger."""
        done = []
        for path, source in [*((path, source) for source, path in self.copies.items()), *self.written.items()]:
            there = self.root / path
            if there.exists():
                continue
            done.append({"from": str(source) if isinstance(source, Path) else "", "path": path})
            if not dry_run:
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, there) if isinstance(source, Path) else there.write_bytes(source)
        return done


def find_asset(folder: Path, root: Path, written: str) -> Path | None:
    """The file that a page in `folder` calls `written`: beside it, or counted from the root of its site."""
    if "\0" in written or len(written) > 500:
        return None
    bare = written.lstrip("/")
    names = [folder / bare] if not written.startswith("/") else []
    names += [
        root / bare,
        root / "static" / bare,
        root / "assets" / bare,
        folder / Path(bare).name if written.startswith("/") else root / bare,
    ]
    for name in names:
        try:
            path = name.resolve()
            inside = path.is_relative_to(root.resolve()) and not name.is_symlink() and path.is_file()
        except (OSError, ValueError):
            continue
        hidden = inside and any(part.startswith(".") for part in path.relative_to(root.resolve()).parts)
        if inside and not hidden and path.stat().st_size <= LARGEST:
            return path
    return None


def _same(one: Path | bytes, other: Path | bytes) -> bool:
    if one == other:
        return True
    if isinstance(one, Path) and isinstance(other, Path) and one.stat().st_size != other.stat().st_size:
        return False
    return _bytes(one) == _bytes(other)


def _bytes(content: Path | bytes) -> bytes:
    return content.read_bytes() if isinstance(content, Path) else content
