"""References to blocks: Logseq's `((id))` means the text of the block with `id:: …`, Obsidian's `[[note#^id]]` a line's end."""

from __future__ import annotations

import functools
import re
from pathlib import Path

_ID = re.compile(r"^\s*(?:[-*]\s+)?id::\s*([0-9a-f-]{36})\s*$", re.IGNORECASE)


_WANTED = re.compile(r"#\^([A-Za-z0-9-]+)")


@functools.lru_cache(maxsize=8)
def wanted_marks(root: Path) -> frozenset[str]:
    """The marks of blocks that some note of a vault refers to."""
    pages = (path for path in sorted(root.rglob("*.md")) if not path.is_symlink())
    return frozenset(name for path in pages for name in _WANTED.findall(path.read_text("utf-8", "replace")))


@functools.lru_cache(maxsize=8)
def blocks_of(root: Path) -> dict[str, tuple[str, str]]:
    """Every block of a graph that has an id: the page it is on, and its text."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted([*root.glob("pages/*.md"), *root.glob("journals/*.md")]):
        if path.is_symlink():
            continue
        text = ""
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if identity := _ID.match(line):
                found[identity[1].lower()] = (path.stem, text)
            elif line.lstrip().startswith(("- ", "* ")):
                text = line.strip()[2:].strip()
    return found
