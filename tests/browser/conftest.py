"""This repository's own log, built from its records, served on this machine and opened in a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from served_site import served

from builder.pipeline import Options, build
from builder.report import Silent

REPOSITORY = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published site; nothing is executed to build it."""
    folder = tmp_path_factory.mktemp("own-log") / "site"
    report = build(REPOSITORY, Options(run="never", site_dir=folder), Silent())
    assert not report.missing, [str(decision.call.source) for decision in report.missing]
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; install it, or set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opening(chromium, address: str) -> Iterator[Callable]:
    """Open pages: `page = visit("timeline/", width=390)`. Console errors and outside requests fail the test."""
    contexts, troubles = [], []

    def visit(path: str = "", *, width: int = 1440, dark: bool = False, javascript: bool = True, still: bool = False):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            has_touch=width < 700,
            reduced_motion="reduce" if still else "no-preference",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(f"{path}: console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(f"{path}: {error}"))
        page.on("request", lambda r: troubles.append(f"{path}: asks {r.url}") if _leaves(r.url, address) else None)
        page.on("response", lambda r: troubles.append(f"{path}: {r.status} {r.url}") if r.status >= 400 else None)
        page.goto(address + path, wait_until="load")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def visit(chromium, address):
    """Opens pages for one test: see `opening`."""
    with opening(chromium, address) as visit:
        yield visit


@pytest.fixture(scope="module")
def shown(request, chromium, address):
    """A page, opened once in the narrowest window for all tests of a module that look at it, named by its path."""
    with opening(chromium, address) as visit:
        page = visit(request.param, width=320)
        page.wait_for_load_state("networkidle")
        yield page


@pytest.fixture(scope="module")
def plain(request, chromium, address):
    """As `shown`, without JavaScript."""
    with opening(chromium, address) as visit:
        yield visit(request.param, width=320, javascript=False)


def _leaves(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:", "about:"))
