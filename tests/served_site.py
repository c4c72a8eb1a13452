"""A built site on a local server, for tests with a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site under a prefix, as on a project's pages; gives its address."""
    root = site.parent / "served"
    (root / "some").mkdir(parents=True)
    (root / "some" / "prefix").symlink_to(site)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/some/prefix/"
    server.shutdown()
    server.server_close()
