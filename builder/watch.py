"""`studylog serve`: build, serve on 127.0.0.1, rebuild and reload when something changes.

The page holds an event stream open; a rebuild sends `reload`, a failed one sends the problems, which the page shows as
an overlay while the last good site stays. Demos that changed run in the background build, not in the request.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import mimetypes
import queue
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import watchfiles

from builder.errors import BuilderError, ConfigError, Problem, Source
from builder.pipeline import Options, Policy, build
from builder.report import Reporter, print_problems, reporter_for
from builder.summaries import summary

WATCHED = ("content", "demos", "site_config.yml")
EVENTS = "/_studylog/events"
SCRIPT = """<script>(function () {
  var events = new EventSource("EVENTS");
  events.addEventListener("reload", function () { location.reload(); });
  events.addEventListener("problems", function (event) {
    var box = document.getElementById("sl-overlay") || document.createElement("pre");
    box.id = "sl-overlay"; box.setAttribute("role", "alert"); box.textContent = JSON.parse(event.data);
    box.style.cssText = "position:fixed;inset:auto 0 0 0;max-height:50vh;overflow:auto;margin:0;padding:1rem;z-index:99;" +
      "background:#3b0d0d;color:#fff;font:13px/1.5 monospace;white-space:pre-wrap";
    document.body.appendChild(box);
  });
})();</script>""".replace("EVENTS", EVENTS)


class Channel:
    """Tells every open page what happened; a page that opens late hears the last problems."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[queue.Queue[tuple[str, str]]] = set()
        self._problems = ""

    def listen(self) -> queue.Queue[tuple[str, str]]:
        """Open a queue of (event, data)."""
        events: queue.Queue[tuple[str, str]] = queue.Queue()
        with self._lock:
            self._listeners.add(events)
            if self._problems:
                events.put(("problems", self._problems))
        return events

    def close(self, events: queue.Queue[tuple[str, str]]) -> None:
        """Forget a queue."""
        with self._lock:
            self._listeners.discard(events)

    def send(self, event: str, data: str = "") -> None:
        """Tell everyone."""
        with self._lock:
            self._problems = data if event == "problems" else ""
            for events in self._listeners:
                events.put((event, data))


def rebuild(root: Path, options: Options, channel: Channel, reporter: Reporter) -> bool:
    """Build once and tell the pages; True if the site was published."""
    try:
        report = build(root, options, reporter)
    except BuilderError as error:
        print_problems(error.problems)
        channel.send("problems", "\n\n".join(str(problem) for problem in error.problems))
        return False
    print_problems(report.problems)
    reporter.said(summary(report))
    channel.send("reload")
    return True


def serve(
    root: Path, *, port: int, policy: Policy, today: dt.date | None, opened: Callable[[str], object] | None
) -> None:
    """Serve until interrupted."""
    root = root.resolve()
    reporter, channel = reporter_for(), Channel()
    options = Options(run=policy, today=today)
    server = make_server(root / "site", port, channel)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    rebuild(root, options, channel, reporter)
    reporter.said(f"serving {address} (Ctrl-C stops)")
    if opened is not None:
        opened(address)
    paths = [root / name for name in WATCHED if (root / name).exists()]
    try:
        for _changes in watchfiles.watch(*paths, watch_filter=_is_source, debounce=200, step=50):
            rebuild(root, options, channel, reporter)
    finally:
        server.shutdown()


def _is_source(change: watchfiles.Change, path: str) -> bool:
    """Leave out what a build itself writes, and editors' droppings."""
    parts = Path(path).parts
    return not any(part in ("_runs", "__pycache__") or part.endswith(("~", ".swp", ".tmp")) for part in parts)


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
        else:
            self._file()

    do_HEAD = do_GET

    def _file(self) -> None:
        written = urlsplit(self.path).path
        file = self._find(unquote(written))
        if file is None:
            return self._missing()
        if file.is_dir():
            return self._redirect(written + "/")
        data = file.read_bytes()
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if kind == "text/html":
            data = data.replace(b"</body>", SCRIPT.encode() + b"</body>", 1)
        text = kind.startswith("text/") or kind in ("application/json", "application/javascript", "application/xml")
        self._answer(200, f"{kind}; charset=utf-8" if text else kind, data)

    def _find(self, path: str) -> Path | None:
        """The file at a path, or its directory where only a slash is missing; None for what is not inside the site."""
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
        page = self.site / "404.html"
        body = page.read_bytes() if page.is_file() else html.escape("not found\n").encode()
        self._answer(404, "text/html; charset=utf-8", body)

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
        events = self.channel.listen()
        try:
            while True:
                try:
                    event, data = events.get(timeout=15)
                    message = f"event: {event}\ndata: {json.dumps(data)}\n\n"
                except queue.Empty:
                    message = ": still here\n\n"
                self.wfile.write(message.encode())
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            self.channel.close(events)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""
