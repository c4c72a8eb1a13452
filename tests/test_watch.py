"""`studylog serve`: a server for this machine only, and what it tells the pages while somebody writes."""

import http.client
import json
import shutil
import socket
import threading

import counting_log
import pytest

from builder.errors import ConfigError, ContentError, Problem, Source
from builder.pipeline import Options
from builder.watch import workshop as workshop_
from builder.watch.changes import watch_files
from builder.watch.channel import Channel
from builder.watch.server import EVENTS, LIVE, make_server
from builder.watch.workshop import Workshop

WRONG = Problem(Source("a.md", 1), "x", "wrong", "mend it")


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


def test_a_page_is_served_with_the_live_script_and_the_number_of_its_site(server):
    server[1].published(())
    status, headers, body = get(server, "/")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "text/html; charset=utf-8", "no-store")
    assert body == b'<html><body>home<script src="/_studylog/live.js" data-site="1" defer></script></body></html>'
    assert b"EventSource" in get(server, LIVE)[2]


def test_a_file_that_is_no_page_is_served_as_it_is(server):
    assert get(server, "/style.css?v=1")[2] == b"body{}"


def test_a_folder_redirects_to_its_slash(server):
    status, headers, _ = get(server, "/log")
    assert (status, headers["Location"]) == (301, "/log/")


def test_a_page_that_is_not_there_is_404(server):
    status, _, body = get(server, "/nowhere/")
    assert status == 404 and body.startswith(b"<body>lost<script")


def test_a_page_that_cannot_be_there_yet_still_hears_of_problems(server, tmp_path):
    shutil.rmtree(tmp_path / "site")
    status, _, body = get(server, "/")
    assert status == 404 and b"(yet)" in body and LIVE.encode() in body


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
    assert get(server, EVENTS, method="HEAD")[0] == 200


def test_S6_the_live_files_answer_to_this_machine_only(server):
    assert [get(server, path, "evil.example")[0] for path in (EVENTS, LIVE)] == [421, 421]


def test_a_page_hears_the_present_state_and_each_new_one(server):
    channel = server[1]
    channel.refused((WRONG,))
    connection = socket.create_connection(("127.0.0.1", server[0].server_address[1]), timeout=5)
    connection.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    stream = connection.makefile("rb")
    states = (json.loads(line.removeprefix(b"data: ")) for line in stream if line.startswith(b"data: "))
    problem = {"place": "a.md:1", "severity": "error", "message": "wrong", "hint": "mend it"}
    assert next(states) == {"site": 0, "problems": [problem], "running": []}
    channel.running(("count",))
    assert next(states) == {"site": 0, "problems": [problem], "running": ["count"]}
    channel.published(())
    assert next(states) == {"site": 1, "problems": [], "running": ["count"]}
    stream.close()
    connection.close()


def test_nothing_is_told_twice():
    channel = Channel()
    states = channel.listen()
    channel.running(())
    channel.refused(())
    assert states.get() == channel.state and states.empty()


def test_a_port_that_is_taken_is_a_problem(server, tmp_path):
    with pytest.raises(ConfigError, match=r"port \d+ cannot be used"):
        make_server(tmp_path, server[0].server_address[1], Channel())


class Quiet(workshop_.Silent):
    """A reporter that remembers."""

    def __init__(self):
        self.lines = []

    def said(self, text):
        self.lines.append(text)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ContentError(WRONG), "a.md:1: error: wrong\n  hint: mend it"),
        (ZeroDivisionError("x"), "serve: error: studylog itself failed: ZeroDivisionError: x\n  hint: the terminal says more"),
    ],
)  # fmt: skip
def test_a_build_that_fails_is_told_and_the_last_good_site_stays(monkeypatch, tmp_path, error, told):
    def fail(*given, **told):
        raise error

    monkeypatch.setattr(workshop_, "build", fail)
    channel = Channel()
    assert Workshop(tmp_path, Options(), channel, Quiet()).build() is False
    assert channel.state.site == 0 and [str(problem) for problem in channel.state.problems] == [told]


def test_the_site_comes_first_and_the_results_of_demos_as_soon_as_they_are_recorded(make_site):
    root = make_site(counting_log.FILES)
    channel = Channel()
    workshop, page = Workshop(root, Options(), channel, Quiet()), root / "site/log/2024/01/01/first/index.html"
    told = channel.listen()
    assert workshop.build() and workshop.due.is_set()
    assert "Not run yet" in page.read_text()
    workshop.run()
    assert workshop.changed.is_set() and workshop.build()
    assert "It said it <span" in page.read_text() and "Not run yet" not in page.read_text()
    heard = [told.get() for _ in range(5)]
    assert [(state.site, state.running) for state in heard] == [(0, ()), (1, ()), (1, ("count",)), (1, ()), (2, ())]

    (root / "demos/count.py").write_text(counting_log.COUNT.replace('word == "fail"', 'word == "go"'))
    assert workshop.build()
    workshop.run()
    assert workshop.build()
    (problem,) = channel.state.problems
    assert str(problem).startswith("content/log/2024-01-01-first.md:7: error: demo 'count' failed (raised): ValueError")


@pytest.fixture
def watched(make_site):
    """A log whose changes are waited for, and what is set by them."""
    root = make_site({"content/log/a.md": "a", "content/log/b.md": "b", "demos/x.py": "x"})
    changed, stop = threading.Event(), threading.Event()
    watch_files(root, changed, stop)
    yield root, changed
    stop.set()


def replace(path, text: str) -> None:
    """Save as careful editors do."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def check_out(folder) -> None:
    """Replace a folder by another, as version control may do."""
    shutil.copytree(folder, folder.with_name("other"))
    shutil.rmtree(folder)
    folder.with_name("other").rename(folder)


CHANGES = {
    "an entry": lambda root: (root / "content/log/a.md").write_text("new"),
    "an entry, by renaming": lambda root: replace(root / "content/log/a.md", "new"),
    "a new folder": lambda root: (root / "content/notes").mkdir(),
    "an entry that goes": lambda root: (root / "content/log/a.md").unlink(),
    "a demo": lambda root: (root / "demos/x.py").write_text("new"),
    "the configuration": lambda root: (root / "site_config.yml").write_text("title: new"),
    "the configuration, by renaming": lambda root: replace(root / "site_config.yml", "title: new"),
    "everything": lambda root: check_out(root / "content"),
    "the demos, gone": lambda root: shutil.rmtree(root / "demos"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_noticed_and_the_next_one_too(watched, what):
    root, changed = watched
    CHANGES[what](root)
    assert changed.wait(5)
    while changed.is_set():  # until it is quiet
        changed.clear()
        changed.wait(1.2)
    (root / "content/log/b.md").write_text("again")
    assert changed.wait(5)


@pytest.mark.parametrize("path", ["demos/_runs/records/a.json", "demos/__pycache__/a.pyc", "content/.a.swp", "content/a.md~", "site/x"])  # fmt: skip
def test_what_is_no_source_is_not_noticed(watched, path):
    root, changed = watched
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    changed.wait(0.3)
    changed.clear()
    (root / path).write_text("x")
    assert not changed.wait(0.7)
