"""The other side of a worker: start it, hand it a job, watch it, and end it with everything it started."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from builder.model import Json
from builder.run.records import MAX_STDOUT_BYTES
from builder.run.strays import end_strays
from builder.terminal import plain_text

START_SECONDS = 120.0  # for a fresh interpreter on a busy machine, before a job's own time starts
TERM_SECONDS = 2.0  # between SIGTERM and SIGKILL
_MESSAGE_BYTES = 4 * 1024 * 1024
_TAIL_BYTES = 4096
_KEPT = re.compile(r"(?:PATH|LANG|TZ|LC_.*|CUDA_.*|NVIDIA_.*|OMP_NUM_THREADS|MKL_NUM_THREADS|LD_LIBRARY_PATH)\Z")
_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from builder.run.worker import main; main(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])"
)


class Worker:
    """A process that runs one job at a time, in a session and a scratch folder of its own."""

    def __init__(self, *, root: Path, device: str) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="studylog-")).resolve()
        job_end, self._jobs = os.pipe()
        self._replies, reply_end = os.pipe()
        package = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, str(package), str(job_end), str(reply_end), device, str(root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(job_end, reply_end),
            start_new_session=True,
            cwd=self.scratch,
            env=_environment(self.scratch),
        )
        os.close(job_end)
        os.close(reply_end)
        self._stdout, self._stderr = self._process.stdout.fileno(), self._process.stderr.fileno()
        self.descriptors = {self._replies, self._stdout, self._stderr}  # what to wait for in `select`
        for descriptor in self.descriptors:
            os.set_blocking(descriptor, False)
        self._begin()

    def send(self, job: Json) -> None:
        """Hand over a job. A worker that is already dead is noticed by `poll`."""
        self._begin()
        with contextlib.suppress(BrokenPipeError):
            os.write(self._jobs, (json.dumps(job) + "\n").encode())

    def poll(self) -> tuple[Json, ...]:
        """Read what has arrived: messages are returned, what was printed is kept up to a limit."""
        for data in self._read(self._stdout):
            self._printed += len(data)
            self._head += data[: max(0, MAX_STDOUT_BYTES - len(self._head))]
        for data in self._read(self._stderr):
            self._tail = (self._tail + data)[-_TAIL_BYTES:]
        for data in self._read(self._replies):
            self._partial += data
            if len(self._partial) > _MESSAGE_BYTES:
                self.end()
                return ()
        *lines, self._partial = self._partial.split(b"\n")
        return tuple(json.loads(line) for line in lines)

    def death(self) -> str:
        """How the process ended, as in `SIGKILL` or `exit 3`; empty while it lives."""
        status = self._process.poll()
        if status is None:
            return ""
        return signal.Signals(-status).name if status < 0 else f"exit {status}"

    def printed(self) -> str:
        """What the current job printed, as clean text."""
        dropped = self._printed - len(self._head)
        return clean(bytes(self._head)) + (f"\n… {dropped:,} more bytes were printed\n" if dropped else "")

    def complaints(self) -> str:
        """The last lines of what the current job wrote to stderr, as clean text."""
        return "\n".join(clean(self._tail).strip().splitlines()[-8:])

    def end(self) -> None:
        """End the process and its whole group: politely, then within seconds for certain."""
        if self._process.poll() is None:
            _signal(self._process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(TERM_SECONDS)
        _signal(self._process.pid, signal.SIGKILL)  # also what the demo left behind
        self._process.wait()
        end_strays(str(self.scratch))

    def close(self) -> None:
        """End the process and remove its scratch folder."""
        self.end()
        self._process.stdout.close()
        self._process.stderr.close()
        os.close(self._jobs)
        os.close(self._replies)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _read(self, descriptor: int) -> Iterator[bytes]:
        """Yield what a pipe holds now, a few megabytes at most; a pipe whose other end is closed is left alone."""
        for _ in range(64):
            try:
                data = os.read(descriptor, 65536)
            except BlockingIOError:
                return
            if not data:
                self.descriptors.discard(descriptor)
                return
            yield data

    def _begin(self) -> None:
        self._partial, self._tail, self._head, self._printed = b"", b"", bytearray(), 0


def clean(data: bytes) -> str:
    """Make plain text of terminal output."""
    return plain_text(data.decode("utf-8", "replace"))


def _environment(scratch: Path) -> dict[str, str]:
    """The few variables that a demo may see; no secret is among them."""
    kept = {name: value for name, value in os.environ.items() if _KEPT.match(name)}
    if site.ENABLE_USER_SITE:
        kept["PYTHONUSERBASE"] = site.getuserbase()
    return kept | {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "HF_HUB_OFFLINE": "1",
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
