"""The server of `studylog serve`: the files of one folder and a stream of states, for this machine only."""

from __future__ import annotations

import mimetypes
import queue
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files as package_files
from pathlib import Path
from urllib.parse import unquote, urlsplit

from builder.errors import ConfigError, Problem, Source
from builder.watch.channel import Channel

EVENTS, LIVE = "/_studylog/events", "/_studylog/live.js"
NOTHING_YET = (
    b"<!doctype html><html lang=en><title>Not here</title><body><p>There is no such page (yet).</p></body></html>"
)
SWAP_SECONDS = 0.2  # more than enough for a new site to take the place of the old one


def make_server(site: Path, port: int, channel: Channel) -> ThreadingHTTPServer:
    """A server of the files under `site`, on 127.0.0.1 only. Raises ConfigError if the port is taken."""
    handler = type("Handler", (_Handler,), {"site": site, "channel": channel})
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        problem = Problem(
            Source("serve"), "port", f"port {port} cannot be used: {error.strerror}", "give another --port, or 0"
        )
        raise ConfigError(problem) from None
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    """Serves files of one folder and the event stream."""

    site: Path
    channel: Channel
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = re.sub(r":\d*$", "", self.headers.get("Host") or "").lower()
        if host not in ("127.0.0.1", "localhost"):
            self._answer(421, "text/plain; charset=utf-8", b"this server answers to 127.0.0.1 only\n")
        elif urlsplit(self.path).path == EVENTS:
            self._stream()
        elif urlsplit(self.path).path == LIVE:
            script = (package_files("builder.watch") / "live.js").read_bytes()
            self._answer(200, "text/javascript; charset=utf-8", script)
        else:
            self._file()

    do_HEAD = do_GET

    def _file(self) -> None:
        written, number = urlsplit(self.path).path, self.channel.state.site
        file = self._find(unquote(written))
        if file is None:
            return self._missing()
        if file.is_dir():
            return self._redirect(written + "/")
        data = file.read_bytes()
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if kind == "text/html":
            data = _with_script(data, number)
        text = kind.startswith("text/") or kind in ("application/json", "application/javascript", "application/xml")
        self._answer(200, f"{kind}; charset=utf-8" if text else kind, data)

    def _find(self, path: str) -> Path | None:
        """The file at a path, or its directory where only a slash is missing; None for what is not inside the site."""
        deadline = time.monotonic() + SWAP_SECONDS
        while self.channel.state.site and not self.site.is_dir() and time.monotonic() < deadline:
            time.sleep(0.005)
        site = self.site.resolve()
        if "\\" in path or "\0" in path or len(path) > 1000:
            return None
        try:
            file = (site / path.lstrip("/")).resolve()
            if file.is_dir() and path.endswith("/"):
                file = (file / "index.html").resolve()
            found = file.is_relative_to(site) and (file.is_file() or (file / "index.html").is_file())
        except (OSError, RuntimeError):  # a name that is too long, a loop of links
            return None
        return file if found else None

    def _missing(self) -> None:
        page, number = self.site / "404.html", self.channel.state.site
        body = page.read_bytes() if page.is_file() else NOTHING_YET
        self._answer(404, "text/html; charset=utf-8", _with_script(body, number))

    def _redirect(self, path: str) -> None:
        self.send_response(301)
        self.send_header("Location", "/" + path.lstrip("/"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _stream(self) -> None:
        """Server-sent events until the page goes away."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if self.command == "HEAD":
            return
        states = self.channel.listen()
        try:
            while True:
                try:
                    message = f"data: {states.get(timeout=15).as_json()}\n\n"
                except queue.Empty:
                    message = ": still here\n\n"
                self.wfile.write(message.encode())
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            self.channel.close(states)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""


def _with_script(page: bytes, site: int) -> bytes:
    """A page that hears what happens; `site` is the number of the site that it is from."""
    script = f'<script src="{LIVE}" data-site="{site}" defer></script></body>'
    return page.replace(b"</body>", script.encode(), 1)
