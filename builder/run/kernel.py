"""The process in which a notebook's cells run: Jupyter's kernel for Python, guarded, seeded, and quiet.

Started by builder.run.cells. Cells are compiled as `<code cell N>`, so that no message depends on where they ran.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.model import Json
from builder.run import device as devices
from builder.run.figures import describe_figure
from builder.run.guard import Guard
from builder.run.here import JOB, current_run
from builder.run.sources import import_from_text

REPORT = "application/vnd.studylog.report+json"  # how answers of this process travel
ASK = "__import__('builder.run.kernel').run.kernel."  # how it is asked, in a cell of its own
_CELL = re.compile(r"<code cell (\d+)>")
_guards: list[Guard] = []  # the one of this process


def main(root: str, job_file: str, connection_file: str) -> None:
    """Serve as a kernel until told to end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    os.environ |= {JOB: job_file, "MPLBACKEND": "module://matplotlib_inline.backend_inline", "TQDM_DISABLE": "1"}
    warnings.filterwarnings("ignore", message="IProgress not found")  # of progress bars, which are not recorded
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    import_from_text(Path(root) / "demos")
    guard = Guard(Path(root), declare="write `inputs: [{path}]` in the front matter")
    files = [Path(path) for path in [*job["models"].values(), *job["inputs"].values()]]
    guard.allow(files, scratch=[Path(os.environ["HOME"])])
    guard.install()
    _guards.append(guard)
    _start(connection_file, guard)


def _start(connection_file: str, guard: Guard) -> None:
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InlineBackend.figure_formats = {"svg", "retina"}
    config.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
    config.InlineBackend.rc = {"svg.hashsalt": "studylog"}
    app = IPKernelApp.instance(config=config)
    app.initialize(["-f", connection_file])
    app.shell.compile.get_code_name = lambda raw, code, number: f"<code cell {number}>"
    for event in ("pre_execute", "post_execute"):  # in between, matplotlib may take its own back
        app.shell.events.register(event, lambda: _describe_figures(app.shell))
    devices.seed()
    devices.reset_peak("cpu")
    guard.active = True
    app.start()


def _describe_figures(shell: Any) -> None:
    """Have a description stand for a figure where there is only text: it becomes the picture's alternative."""
    formatter = shell.display_formatter.formatters["text/plain"]
    formatter.for_type_by_name("matplotlib.figure", "Figure", lambda figure, p, _: p.text(describe_figure(figure)))


def report() -> None:
    """Answer with what the notebook measured and what it ran on."""
    run = current_run()
    device, fallback = run.bench.device, run.bench.fallback
    _answer(
        {
            "metrics": run.metrics,
            "parameters": run.parameters,
            "device": devices.describe(device),
            "fallback": fallback,
            "versions": devices.versions(),
            "peak_bytes": devices.peak_bytes(device),
            "attempts": [[f"{type(error).__name__}: {error}", line] for error, line in _guards[0].attempts],
        }
    )


def failure() -> None:
    """Answer with what the last cell raised: outcome, message, and the frames of cells and of demos/."""
    error = sys.last_value
    name, message = type(error).__name__, str(error).strip()
    if isinstance(error, BuilderError):
        message = "; ".join(f"{p.message} ({p.hint})" if p.hint else p.message for p in error.problems)
    frames = [(f.filename, f.lineno, f.name, f.line) for f in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        message = error.msg
        frames.append((error.filename, error.lineno, "<module>", (error.text or "").strip()))
    outcome = "oom" if devices.is_out_of_memory(error) else "raised"
    _answer({"outcome": outcome, "message": f"{name}: {message}" if message else name, "frames": frames})


def place(filename: str, line: int, cells: list[list[int]], source: str) -> str:
    """Where a line of a cell stands in the notebook's file: `content/notebooks/a.py:12, code cell 3`; "" for others."""
    match = _CELL.fullmatch(filename)
    if match is None or not 1 <= int(match[1]) <= len(cells):
        return ""
    lines = cells[int(match[1]) - 1]
    return f"{source}:{lines[min(max(line, 1), len(lines)) - 1]}, code cell {match[1]}"


def _answer(content: dict[str, Json]) -> Any:
    from IPython.display import display

    display({REPORT: content}, raw=True)
