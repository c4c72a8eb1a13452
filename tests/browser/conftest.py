"""This repository's own log, built from its records, served on this machine and opened in a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from looking import opening
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
