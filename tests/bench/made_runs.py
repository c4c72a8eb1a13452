"""Recorded runs, made up: a demo, entries that sweep over its parameter, and a record with files for every state."""

from __future__ import annotations

import hashlib
from pathlib import Path

from made_log import TODAY

from builder.model import Artifact, Decision, OutputRecord, Provenance, RunRecord
from builder.outputs import OUTPUTS
from builder.outputs.text import Text, Token
from builder.pipeline import read_log
from builder.run.store import Store

STATES = 50  # of one sweep
TOKENS = 200  # of one result: about 20 kB
DEMO = '''\
"""Counts."""
from builder.demo import Run, demo
from builder.outputs import Text, Token


@demo(smoke={"times": 1})
def count(run: Run, times: int = 3) -> Text:
    """Say a word several times."""
    return Text(tokens=[Token(text="go ", probability=0.5) for _ in range(times)])
'''


def write_runs(root: Path, runs: int) -> None:
    """Add a demo to the log at `root`, entries that call it, and so many recorded runs."""
    (root / "demos").mkdir(exist_ok=True)
    (root / "demos/count.py").write_text(DEMO, encoding="utf-8")
    for first in range(0, runs, STATES):
        values = ", ".join(str(value) for value in range(first, min(first + STATES, runs)))
        text = f"---\ntitle: Counting from {first}\n---\n\n```demo count\nsweep: {{times: [{values}]}}\n```\n"
        (root / f"content/log/2011-12-01-counting-{first}.md").write_text(text, encoding="utf-8")
    log = read_log(root, policy="never", today=TODAY)
    store = Store(root)
    for decision in log.decisions:
        record, blobs = _made(decision)
        store.put(record, blobs)


def _made(decision: Decision) -> tuple[RunRecord, dict[str, bytes]]:
    """What a run might have recorded."""
    words = [f"{decision.params['times']}.{number} " for number in range(TOKENS)]
    encoded = OUTPUTS["text"].encode(Text(tokens=[Token(text=word, probability=0.5) for word in words]))
    blobs = {_digest(file.data): file.data for file in encoded.files}
    artifacts = tuple(Artifact(f.name, f.media_type, _digest(f.data), len(f.data)) for f in encoded.files)
    made = Provenance("cpu", {"python": "3.11"}, {}, "2026-01-01T00:00:00+00:00", 1.0, 0)
    outputs = (OutputRecord("text", encoded.alt, artifacts),)
    call = decision.call
    record = RunRecord(decision.key, call.demo, call.source, call.name, outputs, {"times": 1.0}, "", made)
    return record, blobs


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
