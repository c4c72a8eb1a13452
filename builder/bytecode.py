"""Compiled templates, kept from one process to the next: compiling them takes longer than filling them in.

They are kept in the user's own folder, never in a log's: bytecode is executed, and a log may be a stranger's.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from builder.kept import digest
from builder.shelf import cache_folder


class _Bytecode(FileSystemBytecodeCache):
    """A file for each name of a template; where none can be written, none is kept."""

    def __init__(self, folder: Path, made_by: str) -> None:
        super().__init__(str(folder), "%s")
        self._made_by = made_by

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return super().get_cache_key(name)  # each log has the theme in a folder of its own

    def get_source_checksum(self, source: str) -> str:
        return digest(self._made_by, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # half a file may raise any, says pickle
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def keep_bytecode(environment: Environment, name: str, made_by: str) -> None:
    """Keep what the environment called `name` compiles; all that decides it besides the text is `made_by`."""
    with contextlib.suppress(OSError, RuntimeError):
        folder = cache_folder() / name
        folder.mkdir(parents=True, exist_ok=True)
        environment.bytecode_cache = _Bytecode(folder, made_by)
