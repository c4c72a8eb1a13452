"""Small logs with fake demos, for the tests of builder.run."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import textwrap
from pathlib import Path
from types import SimpleNamespace

from builder.errors import Source
from builder.model import Artifact, DemoCall, Document, OutputRecord, Provenance, RunKey, RunRecord
from builder.run.key import digest
from builder.run.models import Models
from builder.run.plan import plan
from builder.run.registry import read_demos
from builder.run.store import Store

HEAD = """
from builder.demo import Model, Range, Run, demo
from builder.outputs import Text, Token


def said(text):
    return Text(tokens=[Token(text=text, probability=None, alternatives=[], prompt=False)])


"""


def write(root: Path, files: dict[str, str]) -> Path:
    """Write text files, dedented, below `root`."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text))
    return root


def write_demo(root: Path, name: str, parameters: str, body: str, *, settings: str = "smoke={}") -> None:
    """Write a demo that returns `Text`."""
    indented = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    code = f'@demo({settings})\ndef {name}(run: Run{parameters}) -> Text:\n    """Show {name}."""\n{indented}\n'
    write(root, {f"demos/{name}.py": HEAD.lstrip() + code})


def write_model(root: Path, name: str, *, weights: float = 1.0) -> Path:
    """Write a safetensors file with one number, and a config."""
    folder = root / "demos" / "weights" / name
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    folder.mkdir(parents=True, exist_ok=True)
    value = hashlib.sha256(str(weights).encode()).digest()[:4]
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + value)
    (folder / "config.json").write_text("{}")
    return folder


def make_call(demo: str, params: dict | None = None, *, name: str = "", sweep: dict | None = None, line: int = 7):
    """A demo call in `content/log/a.md`."""
    params, sweep = params or {}, {key: tuple(values) for key, values in (sweep or {}).items()}
    lines = {key: line + 1 + number for number, key in enumerate([*params, *sweep])}
    return DemoCall(demo, name or f"{demo}-1", params, sweep, "", "", Source("content/log/a.md", line), lines)


def make_document(*calls: DemoCall) -> Document:
    """A log entry with these calls."""
    meta = SimpleNamespace(tags=())
    source = Source("content/log/a.md")
    return Document("log", "a", "A", dt.date(2026, 1, 1), "log/2026/01/01/a/", source, meta, None, calls=calls)


def make_plan(root: Path, *calls: DemoCall, policy="auto", force=False, models=None):
    """Plan calls of one document against the log's own demos and store."""
    demos, problems = read_demos(root)
    assert problems == ()
    pairs = [(make_document(*calls), call) for call in calls]
    return plan(pairs, demos, Store(root), models=models or Models(root), policy=policy, force=force)


def make_record(*, parts: dict | None = None, data: bytes = b'{"a": 1}', call: str = "x-1", seconds: float = 1.0):
    """A record with one file, and its blobs."""
    artifact = Artifact("tokens.json", "application/json", hashlib.sha256(data).hexdigest(), len(data))
    parts = {"schema": 1, "demo": "x", **(parts or {})}
    provenance = Provenance("cpu", {"python": "3.11"}, {}, "2026-01-01T00:00:00Z", seconds, 1000)
    outputs = (OutputRecord("text", "a text", (artifact,)),)
    key = RunKey(digest(parts), parts)
    record = RunRecord(key, "x", Source("content/log/a.md", 7), call, outputs, {"accuracy": 0.5}, "", provenance)
    return record, {artifact.sha256: data}
