"""The far side of a run on another machine: what a worker of `dask.distributed` does for the studylog that asks it.

An order is JSON, the answer JSON and files as bytes. The log has to lie at the same path there; before and after a run
the key is made from what lies there, so that another checkout, other weights or other inputs cannot answer.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter

from builder import __version__
from builder.config import CONFIG_NAME, read_config
from builder.errors import BuilderError, Source
from builder.model import DemoSpec, Json, RunKey
from builder.run.device import slots
from builder.run.job import Ended, Job, Progress
from builder.run.key import explain, make_key
from builder.run.models import Models, file_digest
from builder.run.notebooks import read_again
from builder.run.plan import key_of, models_of
from builder.run.slot import Slot, wait

Tell = Callable[[Progress], None]
Answer = tuple[str, dict[str, bytes]]


class _Seat:
    """A device of this machine, for one run at a time."""

    def __init__(self, root: Path, device: str) -> None:
        self.slot, self.lock = Slot(root=root, device=device), threading.Lock()

    def leave(self) -> bool:
        """End the worker, and tell whether it was idle; else it works on."""
        idle = self.lock.acquire(blocking=False)
        if idle:
            self.slot.close()
            self.lock.release()
        return idle


_seats: dict[str, list[_Seat]] = {}  # session -> one for each device
_taking = threading.Lock()


def introduce(root: Path, device: str) -> str:
    """What `greet` compares, as JSON: the version, and the demos of the log here."""
    return json.dumps({"root": str(root), "device": device, "version": __version__, "demos": _demos(root)})


def greet(text: str) -> tuple[int, str]:
    """How many runs this machine makes at a time, and why it makes none of this log. Ends what others left idle."""
    for session in list(_seats):
        dismiss(session)
    asked = json.loads(text)
    root = Path(asked["root"])
    if asked["version"] != __version__:
        return 0, f"has studylog {__version__}, not {asked['version']}"
    if not (root / CONFIG_NAME).is_file():
        return 0, f"has no log at {root}; put the same checkout there, or share the folder"
    demos = _demos(root)
    others = sorted(name for name in {*demos, *asked["demos"]} if demos.get(name) != asked["demos"].get(name))
    if others:
        return 0, f"has another checkout: {', '.join(others[:3])}{' …' if len(others) > 3 else ''} differ"
    return len(slots(asked["device"])), ""


def _demos(root: Path) -> dict[str, str]:
    return {f"demos/{path.name}": file_digest(path) for path in sorted((root / "demos").glob("*.py"))}


def dismiss(session: str) -> None:
    """End the idle workers of a session: a worker that stays would remember code that may change."""
    if all([seat.leave() for seat in _seats.get(session, ())]):
        _seats.pop(session, None)


def order(job: Job, *, root: Path, device: str, session: str, seat: int) -> str:
    """A job as JSON, for `perform`. `seat` counts the places of one machine."""
    models = {model.name: model.digests for model in job.models}
    inputs = {path: file_digest(Path(file)) for path, file in job.inputs.items()}
    return json.dumps(
        {
            "spec": asdict(job.spec),
            "source": [job.source.path, job.source.line],
            "call": job.call,
            "params": dict(job.params),
            "smoke": job.smoke,
            "key": dict(make_key(job.spec, job.params, models=models, inputs=inputs).parts),
            "root": str(root),
            "device": device,
            "session": session,
            "seat": seat,
        }
    )


def perform(text: str, tell: Tell, is_wanted: Callable[[], bool]) -> Answer:
    """Make the run that was ordered: JSON with how it ended, or why it was refused, and its files."""
    asked = json.loads(text)
    root = Path(asked["root"])
    try:
        job, fault = _job(asked, root)
        if fault:
            return json.dumps({"refused": fault}), {}
        ended = _run(job, _seat(asked, root), tell, is_wanted)
        fault = _job(asked, root)[1]
    except BuilderError as error:
        return json.dumps({"refused": error.problems[0].message}), {}
    if fault:
        return json.dumps({"refused": f"changed while it ran: {fault}"}), {}
    facts = {name: getattr(ended, name) for name in Ended.__slots__ if name != "files"}
    return json.dumps({"ended": facts}), dict(ended.files)


def _job(asked: Mapping[str, Json], root: Path) -> tuple[Job, str]:
    """The job as the log at `root` has it, and in words how that differs from what was asked. Raises BuilderError."""
    sent = TypeAdapter(DemoSpec).validate_python(asked["spec"])
    spec = read_again(sent, root) if sent.cells or (root / "demos" / f"{sent.name}.py").is_file() else None
    models, source = Models(root, read_config(root).models), Source(*asked["source"])
    wanted = RunKey("", asked["key"])
    key = key_of(spec or sent, asked["params"], models=models, root=root, source=source)
    job = Job(
        key=key,
        spec=spec or sent,
        source=source,
        call=asked["call"],
        params=asked["params"],
        models=models_of(spec or sent, asked["params"], models=models, source=source),
        inputs={path: str((root / path).resolve()) for path in sent.inputs},
        smoke=asked["smoke"],
    )
    if spec is None:
        return job, f"no demo called '{sent.name}' there"
    refused = [model.refusal for model in job.models if model.refusal]
    if refused or key.parts == wanted.parts:
        return job, ", ".join(refused)
    return job, f"another checkout there: {', '.join(explain(key, wanted))}"


def _run(job: Job, seat: _Seat, tell: Tell, is_wanted: Callable[[], bool]) -> Ended:
    with seat.lock:
        seat.slot.begin(job)
        while is_wanted():
            wait([seat.slot])
            for event in seat.slot.step():
                if isinstance(event, Ended):
                    return event
                tell(event)
        seat.slot.close()
        seat.slot.job = None
        return Ended(reply={}, outcome="cancelled", message="nobody waits for it", seconds=0.0, started_at=0.0)


def _seat(asked: Mapping[str, Json], root: Path) -> _Seat:
    with _taking:
        seats = _seats.setdefault(asked["session"], [_Seat(root, name) for name in slots(asked["device"])])
    return seats[asked["seat"] % len(seats)]
