"""Splitting pages over processes: each renders its share, whoever asks waits for all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from builder.engine._ledger import Ledger, Record
from builder.engine.process import clean_environment, problems_in
from builder.errors import EngineError

if TYPE_CHECKING:
    from builder.model import Json
    from builder.stage import Staged

SHARE = 30  # pages that take about as long as starting a process
_BOOT = "import sys; sys.path.append(sys.argv[1]); from builder.engine._worker import main; main()"


def render_pages(
    staged: Staged, pages: Sequence[str], *, ledger: Ledger, fingerprint: str, frame: bool, jobs: int
) -> list[Record]:
    """Render pages (staged files), and with `frame` what the theme brings, in at most `jobs` processes.

    Raises: EngineError with everything that the engine complained about.
    """
    sizes = {page: (staged.folder / "docs" / page).stat().st_size for page in pages}
    shares = share_out(sizes, min(jobs, len(pages) // SHARE))
    scratch = ledger.folder / "work"
    shutil.rmtree(scratch, ignore_errors=True)
    workers: list[_Worker] = []
    try:
        for number, share in enumerate(shares):
            out = scratch / str(number)
            out.mkdir(parents=True)
            job = {"pages": share, "frame": frame and number == 0, "settings": str(staged.settings), "out": str(out)}
            workers.append(_Worker(out))
            workers[-1].send(job | {"ledger": str(ledger.folder), "fingerprint": fingerprint})
        said = [worker.wait() for worker in workers]
        if any(text for text, _ in said):
            text, status = "\n".join(text for text, _ in said), max(status for _, status in said)
            raise EngineError(*problems_in("mkdocs", text, sources=staged.sources, status=status))
        return [record for worker in workers for record in Ledger(worker.out).read(fingerprint).values()]
    finally:
        for worker in workers:
            worker.end()
        shutil.rmtree(scratch, ignore_errors=True)


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
    """A process that renders; what it says goes to a file, so that nobody has to listen while it works."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._said = out / "said"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT, str(Path(__file__).resolve().parents[2])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=out,
                env=clean_environment(out),
            )

    def send(self, job: Json) -> None:
        """Hand over a job; a process that died already is noticed by `wait`."""
        try:
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
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
        self._process.communicate()
