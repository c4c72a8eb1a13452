"""Texts made of recorded files, kept between builds: making one takes longer than all the rest of its page.

A text is named by what it depends on: the recorded files, the code of the outputs, and the libraries that draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from builder import harmless, outputs
from builder.kept import Kept, code_digest, digest
from builder.model import Artifact, OutputRecord
from builder.outputs import Memo, View

DRAWING = ("matplotlib", "mkdocs-jupyter", "nbconvert")


def memo_for(output: OutputRecord, kept: Kept) -> Memo:
    """Return what keeps the texts made of an output's files."""
    files = [(artifact.name, artifact.sha256) for artifact in output.artifacts]
    code = code_digest(Path(outputs.__file__).parent, Path(harmless.__file__), *DRAWING)
    return lambda name, make: kept.text("drawings", digest(code, output.kind, name, files), make)


def to_html(kind: str, view: View) -> str:
    """An output as a page shows it."""
    return view.memo(digest("html", *_seen(view)), lambda: outputs.OUTPUTS[kind].to_html(view))


def to_text(kind: str, view: View) -> str:
    """An output in words."""
    return view.memo(digest("text", *_seen(view)), lambda: outputs.OUTPUTS[kind].to_text(view))


def _seen(view: View) -> tuple[object, ...]:
    """All that a view shows besides its files."""
    return view.id, view.alt, dict(view.params), dict(view.urls)


class Files(Mapping[str, bytes]):
    """The files of an output, each read when somebody needs it."""

    def __init__(self, output: OutputRecord, read: Callable[[Artifact], bytes]) -> None:
        self._artifacts = {artifact.name: artifact for artifact in output.artifacts}
        self._read = read

    def __getitem__(self, name: str) -> bytes:
        return self._read(self._artifacts[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._artifacts)

    def __len__(self) -> int:
        return len(self._artifacts)
