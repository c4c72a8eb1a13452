"""What a demo may not do in its worker: use the network, or touch files of the log that it does not declare."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_CODE = (".py", ".pyc", ".so", ".pyd", ".dylib")
_NETWORK = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


class NetworkClosed(RuntimeError):
    """A demo tried to use the network."""


class UndeclaredFile(RuntimeError):
    """A demo opened a file of the log that is not in its inputs, so that its key does not know about it."""


class Guard:
    """Watches what Python opens, from `install` until the worker ends; there is no way to take it off again."""

    def __init__(self, root: Path, *, declare: str = '@demo(inputs=["{path}"])') -> None:
        self._declare = declare  # how the author names a file
        self._closed = (f"{os.path.abspath(root)}{os.sep}", f"{root.resolve()}{os.sep}")
        self._always = tuple(f"{prefix}{os.sep}" for prefix in {sys.prefix, sys.base_prefix, str(_builder_folder())})
        self._open: tuple[str, ...] = ()
        self.active = False

    def allow(self, paths: Iterable[Path]) -> None:
        """Open these files and folders, and no others, of the log."""
        self._open = tuple(form for path in paths for form in {os.path.abspath(path), str(path.resolve())})

    def install(self) -> None:
        """Start watching. Nothing is refused while `active` is false."""
        sys.addaudithook(self._watch)

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.active:
            return
        if event == "open":
            self._check_file(arguments[0])
        elif event in _NETWORK and isinstance(arguments[1], tuple):  # addresses of local sockets are paths
            raise NetworkClosed(f"a demo has no network: {event.removeprefix('socket.')} to {arguments[1]}")
        elif event in _LOOKUPS:
            raise NetworkClosed(f"a demo has no network: look-up of {arguments[0]!r}")

    def _check_file(self, name: object) -> None:
        if not isinstance(name, (str, bytes)):
            return
        path = os.path.abspath(os.fsdecode(name))
        if not path.startswith(self._closed) or path.startswith(self._always) or path.endswith(_CODE):
            return
        if path not in self._open and not path.startswith(tuple(f"{folder}{os.sep}" for folder in self._open)):
            relative = os.path.relpath(path, self._closed[0])
            raise UndeclaredFile(
                f"it opens '{relative}', which it does not declare: {self._declare.format(path=relative)}"
            )


def _builder_folder() -> Path:
    return Path(__file__).resolve().parents[1]
