"""Importing what is in demos/ from its text, so that no stale bytecode can stand in for it.

Only there: libraries keep the bytecode they came with, without which a worker would compile all of torch again.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType


class TextLoader(SourceFileLoader):
    """Compiles a module each time, and leaves nothing on disk."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of a module, from its source."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def import_from_text(folder: Path) -> None:
    """Let modules of `folder` and of packages in it be found, last, and imported from their text."""
    inside = os.path.abspath(folder)

    def finder(path: str) -> FileFinder:
        if path != inside and not path.startswith(inside + os.sep):
            raise ImportError(f"{path} is not in {inside}")
        return FileFinder(path, (TextLoader, [".py"]))

    sys.path_hooks.insert(0, finder)
    sys.path.append(inside)
