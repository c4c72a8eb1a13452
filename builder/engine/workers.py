"""The processes that render pages: each has its share of what changed, whoever asks waits for all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from builder.cores import cores
from builder.engine._ledger import Ledger, Record
from builder.engine.process import clean_environment, problems_in
from builder.errors import EngineError
from builder.shelf import cache_folder

if TYPE_CHECKING:
    from builder.model import Json
    from builder.stage import Staged

SHARE = 30  # pages that take about as long as starting a process
_BOOT = "import sys; sys.path.append(sys.argv[1]); from builder.engine._worker import main; main()"


class Workers:
    """At most `jobs` processes, one per core if that is None. They start when first needed and stay until `close`."""

    def __init__(self, jobs: int | None = None) -> None:
        self._jobs = jobs or cores()
        self._workers: list[_Worker] = []
        self._job: Json = {}  # the last one, but for its pages
        self._begun = 0  # pages since then

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, pages: int = 1) -> None:
        """Start as many processes as so many pages take before there is work for them: they load the engine meanwhile."""
        while len(self._workers) < max(1, min(self._jobs, pages // SHARE)):
            self._workers.append(_Worker())

    @property
    def are_waiting(self) -> bool:
        """Whether there are processes that were never told anything."""
        return any(worker.is_waiting for worker in self._workers)

    def prepare(self, settings: Path, *, ledger: Ledger, mark: str) -> None:
        """Have a process that is waiting load settings that will probably be those of its first job."""
        self._job = {"settings": str(settings), "ledger": str(ledger.folder), "fingerprint": mark}
        for worker in self._workers:
            worker.send(self._job)

    @property
    def can_begin(self) -> bool:
        """Whether a page can be rendered before all are known: settings are loaded, and it is not too much for one process."""
        return bool(self._job and self._workers) and self._begun < SHARE

    def begin(self, page: str) -> None:
        """Have a page rendered that will be asked for, if all that it depends on is as it was the last time."""
        self._begun += 1
        self._workers[0].send(self._job | {"ahead": page})

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        while self._workers:
            self._workers.pop().end()

    def render(
        self,
        staged: Staged,
        pages: Mapping[str, int],
        *,
        ledger: Ledger,
        mark: str,
        frame: bool,
        meanwhile: Callable[[], object],
    ) -> list[Record]:
        """Render pages (staged file -> bytes of it), and with `frame` what the theme brings; `mark` is the fingerprint.

        `meanwhile` is called once the processes are at work. Raises EngineError with all that the engine complained about.
        """
        shares = share_out(pages, min(self._jobs, len(pages) // SHARE))
        self._begun = 0
        self._job = job = {"settings": str(staged.settings), "ledger": str(ledger.folder), "fingerprint": mark}
        self.start(len(pages))
        busy = self._workers[: len(shares)]
        try:
            for number, (worker, share) in enumerate(zip(busy, shares, strict=True)):
                worker.send(job | {"pages": share, "frame": frame and number == 0})
            meanwhile()
            said = [worker.wait() for worker in busy]
        except BaseException:
            self.close()  # what they are doing now is not for the next who asks
            raise
        if any(text for text, _ in said):
            self.close()
            text, status = "\n".join(text for text, _ in said), max(status for _, status in said)
            raise EngineError(*problems_in("mkdocs", text, sources=staged.sources, status=status))
        return [record for worker in busy for record in Ledger(worker.out).read(mark).values()]


def share_out(sizes: Mapping[str, int], count: int) -> list[list[str]]:
    """Split names into `count` lists (at least one) of about the same size each."""
    shares: list[list[str]] = [[] for _ in range(max(1, count))]
    totals = [0] * len(shares)
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        lightest = totals.index(min(totals))
        shares[lightest].append(name)
        totals[lightest] += sizes[name]
    return shares


class _Worker:
    """A process that renders. What it says goes to a file, so that nobody has to listen while it works."""

    def __init__(self) -> None:
        self.out = Path(tempfile.mkdtemp(prefix="studylog-"))
        self._said = self.out / "said"
        self.is_waiting = True  # for the first thing that it is told
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT, str(Path(__file__).resolve().parents[2])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=self.out,
                env=clean_environment(self.out) | _user_cache(),
            )

    def send(self, job: Json) -> None:
        """Hand over a job; that a process is dead is noticed by `wait`."""
        self.is_waiting = False
        try:
            self._process.stdin.write(json.dumps(job | {"out": str(self.out)}).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return

    def wait(self) -> tuple[str, int]:
        """Wait until the job is done; return what the engine complained about, and its status if it died."""
        answer = self._process.stdout.readline()
        if answer:
            return "\n".join(json.loads(answer)["complaints"]), 0
        status = self._process.wait()
        return self._said.read_text("utf-8", "replace") or "no message", status

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        shutil.rmtree(self.out, ignore_errors=True)


def _user_cache() -> dict[str, str]:
    """Where to find the templates that earlier processes compiled."""
    try:
        return {"XDG_CACHE_HOME": str(cache_folder().parent)}
    except RuntimeError:
        return {}
