"""The server of `studylog serve`: files of one folder, to this machine only."""

import http.client
import json
import socket
import threading
import time

import pytest

from builder import watch
from builder.errors import ConfigError, ContentError, Problem, Source
from builder.watch import Channel, make_server, rebuild


@pytest.fixture
def server(tmp_path):
    """A running server of a small site, with its channel."""
    site = tmp_path / "site"
    (site / "log").mkdir(parents=True)
    (site / "index.html").write_text("<html><body>home</body></html>")
    (site / "log/index.html").write_text("<body>log</body>")
    (site / "style.css").write_text("body{}")
    (site / "404.html").write_text("<body>lost</body>")
    (site / "empty").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    (site / "up").symlink_to(tmp_path)
    (site / "loop").symlink_to(site / "loop")
    channel = Channel()
    running = make_server(site, 0, channel)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield running, channel
    running.shutdown()
    running.server_close()
    thread.join()


def get(server, path: str, host: str | None = None, method: str = "GET") -> tuple[int, dict, bytes]:
    port = server[0].server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host if host is not None else f"127.0.0.1:{port}")
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, dict(response.getheaders()), body


def test_S6_it_listens_on_127_0_0_1_only(server):
    assert server[0].server_address[0] == "127.0.0.1"


def test_a_page_is_served_with_the_reload_script(server):
    status, headers, body = get(server, "/")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "text/html; charset=utf-8", "no-store")
    assert b"home<script>" in body and b"EventSource" in body


def test_a_file_that_is_no_page_is_served_as_it_is(server):
    assert get(server, "/style.css?v=1")[2] == b"body{}"


def test_a_folder_redirects_to_its_slash(server):
    status, headers, _ = get(server, "/log")
    assert (status, headers["Location"]) == (301, "/log/")


def test_a_page_that_is_not_there_is_404(server):
    status, _, body = get(server, "/nowhere/")
    assert (status, body) == (404, b"<body>lost</body>")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/../../../../etc/passwd",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/log/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%5c..%5csecret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/link.txt",
        "/up/secret.txt",
        "/up/",
        "/up",
        "/loop",
        "/empty/",
        "/empty",
        "/%00",
        "/" + "a" * 300,
        "/" + "a/" * 2000,
        "/index.html/x",
    ],
)
def test_S6_nothing_outside_the_site_is_served(server, path):
    status, _, body = get(server, path)
    assert status == 404
    assert b"secret" not in body and b"root:" not in body


def test_S6_a_redirect_carries_no_header_of_the_request(server):
    status, headers, _ = get(server, "/x%0d%0aSet-Cookie:a/../log")
    assert "Set-Cookie" not in headers
    assert status in (301, 404)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "0.0.0.0:80", "[::1]:80"]
)
def test_S6_another_host_name_is_refused(server, host):
    status, _, body = get(server, "/", host)
    assert (status, body) == (421, b"this server answers to 127.0.0.1 only\n")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1"])
def test_this_machine_has_several_names(server, host):
    assert get(server, "/", host)[0] == 200


def test_a_head_request_has_no_body(server):
    status, headers, body = get(server, "/", method="HEAD")
    assert (status, body) == (200, b"") and int(headers["Content-Length"]) > 0
    assert get(server, watch.EVENTS, method="HEAD")[0] == 200


def listen(server) -> tuple[socket.socket, object]:
    port = server[0].server_address[1]
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(f"GET {watch.EVENTS} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    stream = connection.makefile("rb")
    while stream.readline().strip():
        pass
    deadline = time.monotonic() + 5
    while not server[1]._listeners and time.monotonic() < deadline:
        time.sleep(0.01)
    return connection, stream


def test_the_event_stream_sends_reload(server):
    connection, stream = listen(server)
    server[1].send("reload")
    assert [stream.readline(), stream.readline()] == [b"event: reload\n", b'data: ""\n']
    stream.close()
    connection.close()


def test_a_page_that_opens_late_hears_the_problems(server):
    server[1].send("problems", "a.md:1: error: x\nhint")
    connection, stream = listen(server)
    assert stream.readline() == b"event: problems\n"
    assert json.loads(stream.readline().removeprefix(b"data: ")) == "a.md:1: error: x\nhint"
    stream.close()
    connection.close()


def test_after_a_good_build_the_problems_are_forgotten():
    channel = Channel()
    channel.send("problems", "x")
    channel.send("reload")
    assert channel.listen().empty()


def test_a_port_that_is_taken_is_a_problem(server, tmp_path):
    with pytest.raises(ConfigError, match=r"port \d+ cannot be used"):
        make_server(tmp_path, server[0].server_address[1], Channel())


class Quiet:
    """A reporter that remembers."""

    def __init__(self):
        self.lines = []

    def said(self, text):
        self.lines.append(text)


def test_a_failed_build_sends_its_problems_and_does_not_end_the_server(monkeypatch, tmp_path, capsys):
    def fail(root, options, reporter):
        raise ContentError(Problem(Source("a.md", 1), "x", "wrong"))

    monkeypatch.setattr(watch, "build", fail)
    channel = Channel()
    events = channel.listen()
    assert rebuild(tmp_path, watch.Options(), channel, Quiet()) is False
    assert events.get_nowait() == ("problems", "a.md:1: error: wrong")


@pytest.mark.parametrize(
    ("path", "watched"),
    [
        ("content/log/a.md", True),
        ("demos/a.py", True),
        ("demos/_helper.py", True),
        ("demos/_runs/records/a.json", False),
        ("demos/__pycache__/a.pyc", False),
        ("content/.a.md.swp", False),
        ("content/a.md~", False),
    ],
)
def test_only_sources_are_watched(path, watched):
    assert watch._is_source(None, path) is watched
