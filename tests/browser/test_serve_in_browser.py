"""What a writer sees of `studylog serve`: new pages at the same place, problems over the last good one, running demos."""

from __future__ import annotations

import threading

import pytest

from builder.errors import Problem, Source
from builder.watch.channel import Channel
from builder.watch.server import make_server

PAGE = (
    "<!doctype html><html lang=en><title>{0}</title><body><h1>{0}</h1><p style='height:4000px'>Long.</p></body></html>"
)
WRONG = Problem(Source("content/log/a.md", 14), "x", "no entry called <'vaswani'>", "did you mean 'vaswani-2017'?")
OTHER = Problem(Source("demos/count.py", 3), "x", "not Python: invalid syntax")
WARNED = Problem(Source("content/log/b.md", 2), "x", "something odd", severity="warning")
LIST = "#studylog-serve section"


@pytest.fixture
def channel(tmp_path):
    """A server that is told what to say by the test."""
    (tmp_path / "index.html").write_text(PAGE.format("One"))
    channel = Channel()
    channel.published(())
    server = make_server(tmp_path, 0, channel)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    channel.address = f"http://127.0.0.1:{server.server_address[1]}/"
    yield channel
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(chromium, channel):
    context = chromium.new_context(viewport={"width": 900, "height": 700})
    page = context.new_page()
    page.goto(channel.address)
    page.wait_for_selector("#studylog-serve", state="attached")
    yield page
    context.close()


def test_a_new_site_is_loaded_where_its_reader_was(page, channel, tmp_path):
    page.evaluate("scrollTo(0, 1500)")
    (tmp_path / "index.html").write_text(PAGE.format("Two"))
    channel.published(())
    page.wait_for_function("document.title === 'Two'")
    page.wait_for_function("scrollY === 1500")


def test_problems_lie_over_the_page_until_they_are_mended(page, channel):
    channel.refused((WRONG, OTHER, WARNED))
    page.wait_for_selector(f"{LIST}:visible")
    assert page.inner_text(f"{LIST} h2") == "2 errors, 1 warning"
    shown = page.locator(f"{LIST} li").all_inner_texts()
    assert [" ".join(text.split()) for text in shown] == [
        "content/log/a.md:14: error: no entry called <'vaswani'> did you mean 'vaswani-2017'?",
        "demos/count.py:3: error: not Python: invalid syntax",
        "content/log/b.md:2: warning: something odd",
    ]
    channel.refused(())
    page.wait_for_selector(LIST, state="hidden")


def test_escape_folds_the_problems_until_there_are_others(page, channel):
    channel.refused((WRONG,))
    page.wait_for_selector(f"{LIST}:visible")
    page.keyboard.press("Escape")
    assert not page.is_visible(LIST)
    page.reload()
    page.wait_for_selector("#studylog-serve .badge:visible")
    assert page.inner_text("#studylog-serve .badge") == "1 error" and not page.is_visible(LIST)
    page.click("#studylog-serve .badge")
    assert page.is_visible(LIST)
    page.keyboard.press("Escape")
    channel.refused((OTHER,))
    page.wait_for_selector(f"{LIST}:visible")


def test_warnings_alone_cover_nothing(page, channel):
    channel.refused((WARNED,))
    page.wait_for_selector("#studylog-serve .badge:visible")
    assert page.inner_text("#studylog-serve .badge") == "1 warning" and not page.is_visible(LIST)


def test_a_demo_that_runs_is_named(page, channel):
    channel.running(("count", "count", "attention"))
    page.wait_for_selector("#studylog-serve .running:visible")
    assert page.inner_text("#studylog-serve .running") == "running count, attention…"
    channel.running(())
    page.wait_for_selector("#studylog-serve .running", state="hidden")


def test_a_page_that_missed_a_site_loads_it_when_it_hears_of_it(page, channel, tmp_path):
    page.route("**/events", lambda route: route.abort())
    page.reload()
    (tmp_path / "index.html").write_text(PAGE.format("Two"))
    channel.published(())
    page.unroute("**/events")
    page.evaluate("void setTimeout(() => document.dispatchEvent(new Event('visibilitychange')))")  # the page goes away
    page.wait_for_function("document.title === 'Two'")
