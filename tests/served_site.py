"""A built site on a local server, for tests with a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Host(SimpleHTTPRequestHandler):
    """A static host: quiet, and for a missing address it answers with the site's own page about that."""

    missing: Path

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that cannot be met."""
        if code != 404:
            super().send_error(code, message, explain)
            return
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.missing.read_bytes())


@contextmanager
def served(site: Path, prefix: str = "some/prefix") -> Iterator[str]:
    """Serve a site under a prefix, as on a project's pages, or alone on its host if that is empty; gives its address."""
    root = site.parent / "served" if prefix else site
    if prefix:
        (root / prefix).parent.mkdir(parents=True)
        (root / prefix).symlink_to(site)
    host = type("Host", (_Host,), {"missing": site / "404.html"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(host, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{prefix}{'/' if prefix else ''}"
    server.shutdown()
    server.server_close()
