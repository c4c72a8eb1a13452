"""A build of which nothing changed says so without building, and only then."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.unchanged import last_report, read_state, remember

RUNS = {"ran": [{"demo": "count"}], "reused": [], "failed": [], "missing": []}
REPORT = {
    "pages": 2,
    "rendered": 2,
    "reused_pages": 0,
    "runs": RUNS,
    "problems": [],
    "seconds": 9.0,
    "site_dir": "site",
}
TOLD = {"run": "auto", "today": "2030-01-01"}


@pytest.fixture
def log(make_site) -> Path:
    files = {"content/log/2024-01-02-a.md": "Text.\n", "demos/x.py": "", "site/a/index.html": "x", ".build/x": ""}
    return make_site(files)


def built(log: Path, report: dict = REPORT) -> None:
    site = {"a/index.html": hashlib.sha256(b"x").hexdigest(), ".nojekyll": "hidden, and not looked at"}
    remember(log, read_state(log, log / "site", TOLD), report, site)


def again(log: Path, told: dict = TOLD) -> dict | None:
    state = read_state(log, log / "site", told)
    return last_report(log, log / "site", state) if state else None


def test_report_of_the_last_build_comes_back_as_one_that_did_nothing(log):
    built(log)
    report = again(log)
    assert (report["rendered"], report["reused_pages"]) == (0, 2)
    assert report["runs"] == {"ran": [], "reused": [{"demo": "count"}], "failed": [], "missing": []}
    assert json.loads((log / ".build/report.json").read_text()) == REPORT


@pytest.mark.parametrize(
    "change",
    [
        lambda log: (log / "content/log/2024-01-02-a.md").write_text("Tent.\n"),
        lambda log: (log / "content/log/2024-01-02-b.md").write_text("Text.\n"),
        lambda log: (log / "demos/x.py").rename(log / "demos/y.py"),
        lambda log: (log / "site_config.yml").write_text("title: Other\n"),
        lambda log: (log / "site_config.yml").write_text("title: Test log\nmodels: {}\n"),
        lambda log: (log / "site/a/index.html").write_text("y"),
        lambda log: (log / "site/a/index.html").unlink(),
        lambda log: (log / ".build/report.json").write_text("{"),
        lambda log: (log / ".build/unchanged").unlink(),
        lambda log: os.mkfifo(log / "content/pipe"),
    ],
)
def test_any_change_means_a_build(log, change):
    built(log)
    change(log)
    assert again(log) is None


def test_other_orders_mean_a_build(log):
    built(log)
    assert again(log, TOLD | {"today": "2030-01-02"}) is None


@pytest.mark.parametrize("runs", [{"failed": [{}]}, {"missing": [{}]}])
def test_build_with_runs_to_do_is_done_again(log, runs):
    built(log, REPORT | {"runs": RUNS | runs})
    assert again(log) is None


def test_second_build_of_the_command_loads_nothing_that_builds(make_site):
    log = make_site({"content/log/2024-01-02-a.md": "---\ntitle: A\n---\nText.\n"})
    script = (
        "import atexit, sys\nfrom builder.cli import main\n"
        "atexit.register(lambda: print([name for name in ('builder.pipeline', 'pydantic') if name in sys.modules]))\n"
        "main(['--log', sys.argv[1], 'build', '--run', 'never'])\n"
    )
    said = []
    for _ in range(2):
        command = [sys.executable, "-c", script, str(log)]
        said.append(subprocess.run(command, capture_output=True, text=True, check=True, cwd=log.parent))
    assert said[0].stdout == "['builder.pipeline', 'pydantic']\n" and "0 reused" in said[0].stderr
    assert said[1].stdout == "[]\n" and "(0 rendered" in said[1].stderr
