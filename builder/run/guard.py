"""What a demo may not do in its worker: use the network, open files of the log that it does not declare, write elsewhere."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_CODE = (".py", ".pyc", ".so", ".pyd", ".dylib")
_NETWORK = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_CHANGES = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SYSTEM = ("/dev/", "/proc/")


class NetworkClosed(RuntimeError):
    """A demo tried to use the network."""


class UndeclaredFile(RuntimeError):
    """A demo opened a file of the log that is not in its inputs, so that its key does not know about it."""


class WrittenElsewhere(RuntimeError):
    """A demo tried to change something outside its scratch folder."""


class Guard:
    """Watches what Python opens, from `install` until the worker ends; there is no way to take it off again."""

    def __init__(self, root: Path, *, declare: str = '@demo(inputs=["{path}"])') -> None:
        self._declare = declare  # how the author names a file
        self._closed = (f"{os.path.abspath(root)}{os.sep}", f"{root.resolve()}{os.sep}")
        self._always = tuple(f"{prefix}{os.sep}" for prefix in {sys.prefix, sys.base_prefix, str(_builder_folder())})
        self._open: tuple[str, ...] = ()
        self._scratch: tuple[str, ...] = ()
        self.attempts: list[tuple[RuntimeError, str]] = []  # what was refused, and the demo's line that tried it
        self.active = False

    def allow(self, paths: Iterable[Path], *, scratch: Iterable[Path]) -> None:
        """Open these files and folders, and no others, of the log; only below `scratch` may anything be changed."""
        self._scratch = _forms(scratch)
        self._open = (*_forms(paths), *self._scratch)
        self.attempts.clear()

    def install(self) -> None:
        """Start watching. Nothing is refused while `active` is false."""
        sys.addaudithook(self._watch)

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.active:
            return
        if event == "open":
            self._check_file(arguments[0], writes=bool((arguments[2] or 0) & _WRITING))
        elif event in _CHANGES:
            for name in arguments[: 2 if event in ("os.rename", "os.link") else 1]:
                self._check_file(name, writes=True)
        elif event in _NETWORK and isinstance(arguments[1], tuple):  # addresses of local sockets are paths
            error = NetworkClosed(f"a demo has no network: {event.removeprefix('socket.')} to {arguments[1]}")
            self._refuse(error, reaches_out=event != "socket.bind")
        elif event in _LOOKUPS:
            self._refuse(NetworkClosed(f"a demo has no network: look-up of {arguments[0]!r}"))

    def _check_file(self, name: object, *, writes: bool) -> None:
        if not isinstance(name, (str, bytes)):
            return
        path = os.path.abspath(os.fsdecode(name))
        if writes and not path.startswith(_SYSTEM) and not _is_below(path, self._scratch):
            shown = os.path.relpath(path, self._closed[0]) if path.startswith(self._closed) else path
            self._refuse(WrittenElsewhere(f"it changes '{shown}', which is not in its scratch folder"))
        if not path.startswith(self._closed) or path.startswith(self._always) or path.endswith(_CODE):
            return
        if not _is_below(path, self._open):
            relative = os.path.relpath(path, self._closed[0])
            declare = self._declare.format(path=relative)
            self._refuse(UndeclaredFile(f"it opens '{relative}', which it does not declare: {declare}"))

    def _refuse(self, error: RuntimeError, *, reaches_out: bool = True) -> None:
        """Refuse, and remember it: a demo may catch the error, and its key would still not know what it looked at.

        Libraries bind a socket of their own to see whether there is IPv6: that alone is refused and forgotten.
        """
        if reaches_out:
            self.attempts.append((error, self._line()))
        raise error

    def _line(self) -> str:
        """The innermost line of the log's own code that is being executed; "" if there is none."""
        folder = f"{self._closed[1]}demos{os.sep}"
        frame = sys._getframe(1)
        while frame is not None and not frame.f_code.co_filename.startswith((folder, "<code cell ")):
            frame = frame.f_back
        if frame is None:
            return ""
        name, line = frame.f_code.co_filename, frame.f_lineno
        place = f"demos/{name.removeprefix(folder)}" if name.startswith(folder) else name
        return f"{place}:{line}, in {frame.f_code.co_name}\n  {linecache.getline(name, line).strip()}"


def _forms(paths: Iterable[Path]) -> tuple[str, ...]:
    """Paths as they are written and as they resolve."""
    return tuple(form for path in paths for form in {os.path.abspath(path), str(path.resolve())})


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return path in folders or path.startswith(tuple(f"{folder}{os.sep}" for folder in folders))


def _builder_folder() -> Path:
    return Path(__file__).resolve().parents[1]
