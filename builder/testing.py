"""For authors of demos: run one at smoke size in a test, in a worker process, as a build would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from builder.config import read_config
from builder.errors import DemoError, Problem, Source, suggest
from builder.model import Decision, DemoCall, Document, Json, RunRecord
from builder.run.failures import problem_of
from builder.run.models import Models
from builder.run.params import complete_params
from builder.run.plan import key_of
from builder.run.registry import read_demos
from builder.run.runner import execute
from builder.run.store import Store


def run_demo(name: str, *, root: Path | str = ".", device: str = "auto", **params: Json) -> RunRecord:
    """Run a demo of the log at `root` with its smoke parameters, and `params` over them; nothing is recorded.

    Raises DemoError if there is no such demo, a parameter is wrong, or the run fails: its message has the demo's lines.
    """
    root = Path(root).resolve()
    demos, problems = read_demos(root)
    if name not in demos:
        known = Problem(Source(f"demos/{name}.py"), "unknown-demo", f"no demo called '{name}'", suggest(name, demos))
        raise DemoError(*(problems or (known,)))
    spec, models = demos[name], read_config(root).models
    source = Source(f"test of {name}")
    call = DemoCall(name, name, {**spec.smoke, **params}, {}, "", "", source)
    states, wrong = complete_params(spec, call)
    if wrong:
        raise DemoError(*wrong)
    key = key_of(spec, states[0], models=Models(root, models), root=root, source=source)
    document = Document("test", name, name, None, "", source, meta=None, body=())
    decision = Decision(document, call, 0, states[0], key, "run", ("tested",))
    spec = replace(spec, smoke=states[0])  # these very parameters are the smoke size
    results = execute(
        (decision,), {name: spec}, Store(root), config_models=models, root=root, device=device, smoke=True
    )
    for failure in results.failures.values():
        raise DemoError(problem_of(decision, failure))
    return results.records[key.digest]
