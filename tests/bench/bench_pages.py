"""Lighthouse on five pages of the repository's own log: its scores, and what a reader on a phone waits for.

Lighthouse runs from its npm package, against a host on this machine that compresses as hosts do. It stands in for a phone
by making every task of this machine so many times as long: four times by default, which is meant for a fast desktop
computer (benchmark index 1500 to 2000). Its manual says to take less on a slower machine, so each page is measured twice:
as it is by default, and with `4 * index / 1750`, at least 1, which is the same phone seen from here. The theme's script
waits for a reader to do something; Lighthouse does nothing, and does not see it.

`BENCH_SITE=FOLDER` measures a site that is built already, `CHROMIUM` is the path of the browser.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from rows import CannotMeasure, Row

from builder.pipeline import Options, build
from builder.report import Silent

ROOT = Path(__file__).parents[2]
LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs on Node 20
PAGES = {
    "home": "",
    "timeline": "timeline/",
    "entry": "log/2026/02/22/greedy-loops/",
    "paper": "papers/vaswani-2017/",
    "demo": "demos/attention/",
}
RUNS = 3
GOAL = 95
DEFAULT_SLOWDOWN = 4.0
EXPECTED_INDEX = 1750  # of the computer that the default is meant for
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update"
    " --disable-sync"
)
COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt")
TIMES = {
    "FCP": "first-contentful-paint",
    "LCP": "largest-contentful-paint",
    "TBT": "total-blocking-time",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of Lighthouse says of a page."""

    scores: Mapping[str, int]  # of 100, by category
    milliseconds: Mapping[str, float]  # by the abbreviations in TIMES
    shift: float
    transfer_bytes: int
    index: float  # how fast Lighthouse finds this machine


def measure() -> Iterator[Row]:
    """Yield two rows a page: with the default settings, and calibrated to this machine."""
    tools = {name: shutil.which(name) for name in ("npx", "chromium")}
    chromium = os.environ.get("CHROMIUM") or tools["chromium"] or shutil.which("chromium-browser")
    if not tools["npx"] or not chromium:
        raise CannotMeasure(
            "the bench of pages needs Node (`npx`) and Chromium: install them, or set CHROMIUM to its path"
        )
    with tempfile.TemporaryDirectory() as folder:
        site = Path(os.environ.get("BENCH_SITE") or _build(Path(folder)))
        with hosted(site) as address:
            for name, path in PAGES.items():
                run = partial(_lighthouse, f"{address}/{path}", chromium=chromium)
                default = [run(DEFAULT_SLOWDOWN) for _ in range(RUNS)]
                slowdown = calibrated(statistics.median(report.index for report in default))
                yield row(f"{name}, default settings", default, DEFAULT_SLOWDOWN)
                yield row(f"{name}, calibrated", [run(slowdown) for _ in range(RUNS)], slowdown)


def calibrated(index: float) -> float:
    """The slowdown that makes this machine the phone that the default makes of the expected one."""
    return max(1.0, round(DEFAULT_SLOWDOWN * index / EXPECTED_INDEX, 1))


def read_report(text: str) -> Report:
    """Read the JSON of a run. Raises ValueError if Lighthouse could not measure the page."""
    report = json.loads(text)
    if report.get("runtimeError"):
        raise ValueError(report["runtimeError"]["message"])
    audits = report["audits"]
    return Report(
        scores={name: round(100 * category["score"]) for name, category in report["categories"].items()},
        milliseconds={short: audits[name]["numericValue"] for short, name in TIMES.items()},
        shift=audits["cumulative-layout-shift"]["numericValue"],
        transfer_bytes=audits["total-byte-weight"]["numericValue"],
        index=report["environment"]["benchmarkIndex"],
    )


def row(what: str, reports: Sequence[Report], slowdown: float) -> Row:
    """The medians of some runs; the ratio is that of the goal to the lowest of the scores."""
    scores = {name: statistics.median(report.scores[name] for report in reports) for name in reports[0].scores}
    times = {name: statistics.median(report.milliseconds[name] for report in reports) for name in TIMES}
    runs = ", ".join(str(report.scores["performance"]) for report in reports)
    shift = statistics.median(report.shift for report in reports)
    weight = statistics.median(report.transfer_bytes for report in reports)
    index = statistics.median(report.index for report in reports)
    how = (
        f"{', '.join(f'{name} {score:g}' for name, score in scores.items())} (performance of the runs: {runs});"
        f" {', '.join(f'{name} {value:.0f} ms' for name, value in times.items())}, CLS {shift:.3f}, {weight / 1000:.0f} kB;"
        f" slowdown {slowdown:g} at index {index:.0f}"
    )
    return Row(f"{what}: {GOAL} beside the lowest score", GOAL / min(scores.values()), 1, how)


@contextmanager
def hosted(site: Path) -> Iterator[str]:
    """Serve a site on this machine as a host would; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class _Host(SimpleHTTPRequestHandler):
    """A quiet host that compresses text and lets browsers keep files."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""

    def send_head(self) -> BytesIO | None:
        """Answer with a file, compressed if it is text."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return None
        packed = path.suffix in COMPRESSED
        data = gzip.compress(path.read_bytes()) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        return BytesIO(data)


def _build(folder: Path) -> Path:
    build(ROOT, Options(run="never", site_dir=folder / "site"), Silent())
    return folder / "site"


def _lighthouse(address: str, slowdown: float, *, chromium: str) -> Report:
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    command += [f"--throttling.cpuSlowdownMultiplier={slowdown:g}"]
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise CannotMeasure(f"`{LIGHTHOUSE}` failed: {done.stderr.strip()[-500:]}")
    return read_report(done.stdout)
