"""A shared store behind http or https: for reading, with bounded time and size, and never led elsewhere."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from builder import __version__
from builder.run.remotes import SECONDS, cannot, remote_damage

STALL_SECONDS = 5.0  # without a single byte
_CHUNK = 65536


class _SameServer(urllib.request.HTTPRedirectHandler):
    """Follows redirects only to the scheme, host and port that were asked."""

    def http_error_302(self, request: Any, file: Any, code: int, message: str, headers: Any) -> Any:
        to = urljoin(request.full_url, headers.get("Location", ""))
        if urlsplit(to)[:2] != urlsplit(request.full_url)[:2]:
            file.close()
            raise urllib.error.URLError(f"it redirects to {to}, which is not followed")
        return super().http_error_302(request, file, code, message, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class WebRemote:
    """See `builder.run.remotes.Remote`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(_SameServer())

    def read(self, path: str, *, limit: int) -> bytes | None:
        """Fetch a file."""
        request = urllib.request.Request(f"{self.url}/{path}", headers={"User-Agent": f"studylog/{__version__}"})
        try:
            with self._opener.open(request, timeout=STALL_SECONDS) as response:
                return self._body(response, path, limit)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (404, 410):
                    return None
                raise cannot(self.url, f"answers {error.code} {error.reason} for {path}") from None
        except urllib.error.URLError as error:
            raise cannot(self.url, f"cannot be reached: {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            raise cannot(self.url, f"broke off: {error or type(error).__name__}") from None

    def sizes(self) -> Mapping[str, int]:
        """Refuse: a web server does not list what it has."""
        raise cannot(self.url, "is for reading one run after the other: http has no list of files and takes none")

    def add(self, path: str, data: bytes, *, replace: bool = False) -> None:
        """Refuse, as above."""
        self.sizes()

    def _body(self, response: http.client.HTTPResponse, path: str, limit: int) -> bytes:
        deadline, data = time.monotonic() + SECONDS, bytearray()
        announced = response.headers.get("Content-Length", "")
        while chunk := response.read1(_CHUNK):
            data += chunk
            if len(data) > limit:
                raise remote_damage(self.url, path, f"has more than the {limit:,} bytes that are allowed")
            if time.monotonic() > deadline:
                raise cannot(self.url, f"takes longer than {SECONDS:g} s for {path}")
        if announced.isdigit() and len(data) < int(announced):
            raise cannot(self.url, f"broke off after {len(data):,} of {announced} bytes of {path}")
        return bytes(data)
