"""Stores of recorded runs that several machines share, laid out as on disk: `records/<kk>/<key>.json` and `blobs/<hh>/<sha256>`.

What comes from there is taken as bytes that may be anything; builder.run.exchange verifies all of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from builder.errors import ConfigError, Problem, RemoteError, Source, StoreError
from builder.urls import store_fault

SECONDS = 20.0  # for one file
NAME = re.compile(r"(?:blobs/([0-9a-f]{2})/\1[0-9a-f]{62}|records/([0-9a-f]{2})/\2[0-9a-f]{62}\.json)\Z")


class Remote(Protocol):
    """A shared store. `url` is its address; every method raises RemoteError if it cannot be used."""

    url: str

    def read(self, path: str, *, limit: int) -> bytes | None:
        """The bytes of a file, None if there is none. Raises StoreError if there are more than `limit`."""

    def sizes(self) -> Mapping[str, int]:
        """Every file of the store with its size."""

    def add(self, path: str, data: bytes, *, replace: bool = False) -> None:
        """Write a file whole; one that is there stays, unless `replace`."""


def open_remote(url: str) -> Remote:
    """The shared store at an address. Raises ConfigError, with what to type, if there is no way to talk to it."""
    if fault := store_fault(url):
        message, _, hint = fault.partition("; ")
        raise ConfigError(Problem(Source("--remote"), "remote", message, hint))
    if url.startswith(("http://", "https://")):
        from builder.run.remotes.web import WebRemote

        return WebRemote(url.rstrip("/"))
    from builder.run.remotes.files import FileRemote

    return FileRemote(url.rstrip("/"))


def cannot(url: str, message: str, hint: str = "") -> RemoteError:
    """The error for a shared store that cannot be used."""
    return RemoteError(Problem(Source(url), "remote", message, hint))


def remote_damage(url: str, path: str, message: str) -> StoreError:
    """The error for a file of a shared store that is not what was written."""
    hint = "remove it there, then `studylog store push` from a machine that has it"
    return StoreError(Problem(Source(f"{url}/{path}"), "remote-damaged", message, hint))
