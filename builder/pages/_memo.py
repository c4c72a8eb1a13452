"""Drawings kept between builds in `.build/drawings/`: making one takes longer than all the rest of its page.

A kept drawing is named by what it depends on: the recorded files, the code of the outputs, and the library that draws.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import logging
from collections.abc import Callable
from pathlib import Path

from builder import harmless, outputs
from builder.errors import BuilderError
from builder.model import OutputRecord
from builder.outputs import Memo
from builder.run.disk import write_whole

FOLDER = ".build/drawings"
SCRATCH = ".build/tmp"
DRAWING = ("matplotlib", "mkdocs-jupyter", "nbconvert")
log = logging.getLogger(__name__)


def memo_for(output: OutputRecord, *, root: Path) -> Memo:
    """Return what keeps the drawings of an output below the log's `root`.

    A kept text that was damaged is made anew, and where nothing can be kept every text is.
    """
    files = [f"{artifact.name} {artifact.sha256}" for artifact in output.artifacts]

    def memo(name: str, make: Callable[[], str]) -> str:
        key = _digest("\n".join([_drawn_by(), output.kind, name, *files]))
        path = f"{FOLDER}/{key}"
        kept = _read(root / path)
        if kept is not None:
            return kept
        text = make()
        try:
            write_whole(root, path, f"{_digest(text)}\n{text}".encode(), scratch=root / SCRATCH)
        except (BuilderError, OSError) as error:
            log.info("%s", error)
        return text

    return memo


def _read(path: Path) -> str | None:
    """The text of a file whose first line is its digest, or None if it is not there whole."""
    try:
        digest, _, text = path.read_bytes().decode(errors="replace").partition("\n")
    except OSError:
        return None
    return text if digest == _digest(text) else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _drawn_by() -> str:
    """The code of all outputs and the versions of the libraries that draw, which need not be loaded for this."""
    sources = [*sorted(Path(outputs.__file__).parent.glob("*.py")), Path(harmless.__file__)]
    code = "".join(f"{source.name} {_digest(source.read_text(encoding='utf-8'))}\n" for source in sources)
    return code + "\n".join(f"{name} {importlib.metadata.version(name)}" for name in DRAWING)
