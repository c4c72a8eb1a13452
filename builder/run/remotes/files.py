"""A shared store behind any address that fsspec knows: a folder, a bucket, another machine."""

from __future__ import annotations

import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from builder.errors import ConfigError, Problem, Source
from builder.run.remotes import NAME, SECONDS, cannot, remote_damage

T = TypeVar("T")
_LISTING_SECONDS = 300.0


class FileRemote:
    """See `builder.run.remotes.Remote`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._files, self._folder = _open(url)

    def read(self, path: str, *, limit: int) -> bytes | None:
        """Read a file."""

        def read() -> bytes | None:
            try:
                return self._files.cat_file(self._place(path), start=0, end=limit + 1)
            except FileNotFoundError:
                return None

        data = self._in_time(f"reading {path}", read, seconds=SECONDS)
        if data is not None and len(data) > limit:
            raise remote_damage(self.url, path, f"has more than the {limit:,} bytes that are allowed")
        return data

    def sizes(self) -> Mapping[str, int]:
        """List the store, without what does not belong in one."""
        start = len(self._folder.rstrip("/")) + 1

        def find() -> Mapping[str, Any]:
            try:
                return self._files.find(self._folder, detail=True)
            except FileNotFoundError:
                return {}

        found = self._in_time("listing it", find, seconds=_LISTING_SECONDS)
        return {place[start:]: facts["size"] for place, facts in found.items() if NAME.match(place[start:])}

    def add(self, path: str, data: bytes, *, replace: bool = False) -> None:
        """Write a file; in a folder under another name first, so that nobody reads half of it."""

        def add() -> None:
            place = self._place(path)
            self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
            if not replace and self._files.exists(place):
                return
            if "file" in self._files.protocol:
                part = f"{place}.{uuid.uuid4().hex}.part"
                self._files.pipe_file(part, data)
                self._files.mv(part, place)
            else:
                self._files.pipe_file(place, data)

        self._in_time(f"writing {path}", add, seconds=SECONDS)

    def _place(self, path: str) -> str:
        return f"{self._folder.rstrip('/')}/{path}"

    def _in_time(self, doing: str, work: Callable[[], T], *, seconds: float) -> T:
        """What `work` returns. Whatever goes wrong, hanging included, is a RemoteError: each file system has its own."""
        answers: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

        def answer() -> None:
            try:
                answers.put((work(), None))
            except Exception as error:
                answers.put((None, error))

        threading.Thread(target=answer, daemon=True).start()
        try:
            value, error = answers.get(timeout=seconds)
        except queue.Empty:
            raise cannot(self.url, f"does not answer: {doing} takes longer than {seconds:g} s") from None
        if error:
            raise cannot(self.url, f"cannot be used: {doing}: {error or type(error).__name__}") from error
        return value


def _open(url: str) -> tuple[Any, str]:
    """The file system of an address and the folder in it. Raises ConfigError with what to install."""
    source = Source("--remote")
    try:
        import fsspec
    except ImportError:
        message = f"{url} needs a package that is not installed"
        raise ConfigError(Problem(source, "remote", message, "pip install 'studylog[remote]'")) from None
    try:
        return fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        hint = "fsspec names the package for each kind of address: https://filesystem-spec.readthedocs.io"
        raise ConfigError(Problem(source, "remote", f"{url} cannot be used: {error}", hint)) from None
