"""Executes a notebook's cells through nbclient, in a kernel that is a child of this worker and of its process group."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.model import Json
from builder.outputs import Notebook
from builder.run.kernel import ASK, REPORT, place

if TYPE_CHECKING:
    from nbclient import NotebookClient

START_SECONDS = 60
MAX_PRINTED = 1_000_000  # characters that a cell may print; the rest is dropped
_BOOT = "import sys; sys.path.append(sys.argv[1]); from builder.run.kernel import main; main(*sys.argv[2:])"

Progress = Callable[[int, int, str], None]


class CellFailed(Exception):
    """A cell of a notebook did not end well."""

    def __init__(self, outcome: str, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.outcome, self.traceback = outcome, traceback


def execute_cells(
    job: Mapping[str, Json], *, root: Path, device: str, started: Callable[[], None], progress: Progress
) -> tuple[Notebook, Json]:
    """Execute the cells of a job; return their outputs, and what the kernel says about the run.

    `started` is called when the kernel is ready. Raises CellFailed, which names the file, the cell and the line.
    """
    from nbformat.v4 import new_code_cell, new_notebook

    cells = [new_code_cell(cell["text"], metadata={"tags": cell["tags"]}) for cell in job["cells"]]
    scratch = Path(job["scratch"])
    file = scratch / "job.json"
    file.write_text(json.dumps({**job, "device": device}), encoding="utf-8")
    client = _client(new_notebook(cells=[*cells, new_code_cell()]), _kernel_manager(root, file))
    with client.setup_kernel(cleanup_kc=True, cwd=str(scratch)):
        started()
        began = time.perf_counter()
        for number, cell in enumerate(cells, 1):
            progress(number - 1, len(cells), f"code cell {number}")
            _execute(client, cell, number, job)
        seconds = time.perf_counter() - began
        report = _ask(client, "report()")
    for message, line in report.pop("attempts"):  # refused, and the notebook went on
        name, _, rest = line.partition(":")
        where = place(name, int(rest.partition(",")[0] or 1), [cell["lines"] for cell in job["cells"]], job["source"])
        raise CellFailed("raised", f"{where}: {message}" if where else message, line)
    file.unlink()
    outputs = json.loads(_without_places(json.dumps([cell.outputs for cell in cells]), root, scratch))
    digests = [cell["digest"] for cell in job["cells"]]
    return Notebook(digests=digests, outputs=outputs), {**report, "seconds": round(seconds, 3)}


def _client(notebook: Any, manager: Any) -> NotebookClient:
    """Make what talks to the kernel. It has no clock: the slot that this worker is in watches the deadline."""
    from nbclient import NotebookClient

    printed: Counter[int] = Counter()  # by cell

    class Client(NotebookClient):
        def output(self, outs: list, msg: dict, display_id: str, cell_index: int) -> Any:
            if msg["msg_type"] == "stream":
                text = msg["content"]["text"][: MAX_PRINTED - printed[cell_index]]
                printed[cell_index] += len(text)
                if not text:
                    return None
                msg["content"]["text"] = text
            return super().output(outs, msg, display_id, cell_index)

    return Client(
        notebook,
        km=manager,
        timeout=None,
        startup_timeout=START_SECONDS,
        shutdown_kernel="immediate",
        store_widget_state=False,
        ipython_hist_file="",
        record_timing=False,
    )


def _kernel_manager(root: Path, job_file: Path) -> Any:
    """Start kernels over local sockets, in this process group, so that whatever ends this worker ends them."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    package = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-P", "-c", _BOOT, package, str(root), str(job_file), "{connection_file}"]

    class Manager(AsyncKernelManager):
        kernel_spec = KernelSpec(argv=command, display_name="Python", language="python")

        async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
            environment = {**os.environ, "JPY_PARENT_PID": str(os.getpid())}
            process = subprocess.Popen(kernel_cmd, stdin=subprocess.DEVNULL, cwd=options["cwd"], env=environment)
            self.provisioner.process, self.provisioner.pid = process, process.pid

    # Sockets in the worker's own folder: the address of a local one may not be long.
    return Manager(transport="ipc", connection_file=str(job_file.parent.parent / f"k{time.monotonic_ns() % 10**9}"))


def _execute(client: NotebookClient, cell: Any, number: int, job: Mapping[str, Json]) -> None:
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    try:
        client.execute_cell(cell, number - 1)
    except CellExecutionError:
        told = _ask(client, "failure()")
        lines = [each["lines"] for each in job["cells"]]
        raise _failed(told, lines, job["source"]) from None
    except DeadKernelError:
        status = client.km.provisioner.process.wait()
        death = signal.Signals(-status).name if status < 0 else f"exit {status}"
        where = place(f"<code cell {number}>", 1, [each["lines"] for each in job["cells"]], job["source"])
        raise CellFailed(f"killed({death})", f"{where}: the kernel ended with {death}") from None


def _failed(told: Json, lines: list[list[int]], source: str) -> CellFailed:
    """The failure of a cell: its place first, then the frames of cells and of demos/."""
    frames, where = [], ""
    for filename, line, name, text in told["frames"]:
        here = place(filename, line, lines, source)
        demo = filename.partition(f"{os.sep}demos{os.sep}")[2]
        where = here or where
        if here or demo:
            inside = "" if name == "<module>" else f", in {name}"
            frames.append(f"{here or f'demos/{demo}:{line}'}{inside}\n  {text}")
    return CellFailed(told["outcome"], f"{where}: {told['message']}" if where else told["message"], "\n".join(frames))


def _ask(client: NotebookClient, what: str) -> Json:
    """Have the kernel answer a question, in a cell that is not the notebook's."""
    cell = client.nb.cells[-1]
    cell.source = f"{ASK}{what}"
    client.execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    return next(output["data"][REPORT] for output in cell.outputs if REPORT in output.get("data", {}))


def _without_places(outputs: str, root: Path, scratch: Path) -> str:
    """Hide where libraries, the log and the scratch folders are: it differs from machine to machine."""
    outputs = re.sub(r"(?<![\w.])/[^\s\"']*/(?=site-packages/)", "", outputs)
    for folder, instead in ((scratch, "."), (scratch.parent, "~"), (root, "")):
        written = json.dumps(str(folder))[1:-1]
        outputs = outputs.replace(f"{written}/", f"{instead}/" if instead else "").replace(written, instead or ".")
    return outputs
