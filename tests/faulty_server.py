"""A web server of one folder that does, path by path, what a bad one might."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Fault = Callable[[BaseHTTPRequestHandler, bytes], None]


def status(code: int) -> Fault:
    """Answer with an error."""
    return lambda handler, data: handler.send_error(code)


def truncated(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    """Announce everything, send half."""
    _head(handler, len(data))
    handler.wfile.write(data[: len(data) // 2])


def changed(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    """Send as many bytes, one of them another: the first 1 is a 2."""
    _head(handler, len(data))
    at = data.find(b"1")
    handler.wfile.write(data[:at] + b"2" + data[at + 1 :])


def endless(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    """Never stop sending."""
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"x" * 65536)


def hanging(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    """Promise a body, then say nothing."""
    _head(handler, len(data))
    time.sleep(3)


def dripping(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    """Send a byte now and then, so that no single wait is long."""
    _head(handler, len(data))
    with contextlib.suppress(OSError):
        for byte in data:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.05)


def redirect(to: str) -> Fault:
    """Lead elsewhere."""

    def answer(handler: BaseHTTPRequestHandler, data: bytes) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def _head(handler: BaseHTTPRequestHandler, length: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


@contextlib.contextmanager
def serving(folder: Path, faults: Mapping[str, Fault]) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder; `faults` says, by how a path starts, what goes wrong. Yields the address and the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            file = folder / self.path.lstrip("/")
            data = file.read_bytes() if file.is_file() else b""
            fault = next((fault for start, fault in faults.items() if self.path.startswith(start)), None)
            if fault:
                fault(self, data)
            elif file.is_file():
                _head(self, len(data))
                self.wfile.write(data)
            else:
                self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are not news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
