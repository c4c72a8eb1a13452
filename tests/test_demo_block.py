"""What a reader sees of a demo call: its result, its states, and the pages of demos."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from builder.config import SiteConfig
from builder.errors import Source
from builder.kept import Kept
from builder.model import (
    Artifact,
    Decision,
    DemoCall,
    DemoSpec,
    Document,
    Failure,
    Library,
    OutputRecord,
    Page,
    Parameter,
    Provenance,
    RunKey,
    RunRecord,
    StaticFile,
)
from builder.outputs import OUTPUTS, Text, Token
from builder.pages import Site
from builder.pages._numbers import count, duration, size
from builder.pages._source import annotate
from builder.pages.demo_block import render_call
from builder.pages.demos import make

SOURCE = '''"""Continue a prompt."""

from builder.demo import demo


@demo(smoke={})
def speak(run, prompt: str, seed: int = 0):
    """Continue a prompt."""
    # Draw a **token**,
    # then go on.
    word = draw(seed)  # not prose

    return word
'''
SPEC = DemoSpec(
    "speak",
    "Speaking",
    "Continue a prompt.",
    "## Why\n\nBecause.",
    (Parameter("prompt", "str", required=True), Parameter("seed", "int", 0, minimum=0, maximum=9)),
    ("Text",),
    {},
    (),
    600,
    Source("demos/speak.py", 6),
    SOURCE,
    {},
)
CALL = DemoCall("speak", "hello", {"prompt": "Hi"}, {"seed": (0, 3)}, "A greeting.", "", Source("content/log/a.md", 7))
PAGE_URL = "log/2026/01/02/a/"


class Log:
    """A site with one entry that calls `speak`; runs are recorded into memory."""

    def __init__(self, call: DemoCall = CALL) -> None:
        meta = SimpleNamespace(tags=(), labels=(), categories=(), pin=False)
        self.call, self.blobs = call, {}
        source = Source("content/log/a.md", 1)
        self.document = Document(
            "log", "a", "First words", dt.date(2026, 1, 2), PAGE_URL, source, meta, None, calls=(call,)
        )
        self.decisions: list[Decision] = []

    def record(self, text: str, key: str) -> RunRecord:
        """Record a run that said `text`; `key` is two hexadecimal digits."""
        encoded = OUTPUTS["text"].encode(Text(tokens=[Token(text=text, probability=0.25)]))
        artifacts = []
        for file in encoded.files:
            digest = hashlib.sha256(file.data).hexdigest()
            self.blobs[digest] = file.data
            artifacts.append(Artifact(file.name, file.media_type, digest, len(file.data)))
        made = Provenance(
            "cpu",
            {"torch": "2.13"},
            {"tiny": {"digest": "d" * 64, "parameters": 6_912_000}},
            "2026-01-02T03:04:05Z",
            3.14,
            1_200_000_000,
        )
        output = OutputRecord("text", encoded.alt, tuple(artifacts))
        return RunRecord(
            RunKey(key * 32, {"seed": 0}), "speak", None, "hello", (output,), {"loss": 0.5}, "done\n", made
        )

    def decide(self, record: RunRecord | None = None, *, key: str = "ee", **more: object) -> None:
        """Add the decision about the next state."""
        state = len(self.decisions)
        params = {**self.call.states()[state], "model": "tiny"}
        run_key = record.key if record else RunKey(key * 32, {})
        facts = {"action": "reuse" if record else "missing", "reasons": (), "record": record, **more}
        self.decisions.append(Decision(self.document, self.call, state, params, run_key, **facts))

    def site(self) -> Site:
        """The site as it stands."""
        library = Library((self.document,), {}, {}, {}, {}, {}, (), (), {}, {})
        config = SiteConfig(title="Log", root=Path("/nowhere"))
        return Site(
            library, tuple(self.decisions), {"speak": SPEC}, config, lambda artifact: self.blobs[artifact.sha256]
        )

    def html(self) -> str:
        """The demo call on the entry's page."""
        return render_call(self.site(), self.document, self.call)

    def made(self) -> dict[str, str]:
        """The pages and files of the demos, as text."""
        items = list(make(self.site()))
        pages = {item.url: item.html for item in items if isinstance(item, Page)}
        return pages | {item.path: item.data.decode() for item in items if isinstance(item, StaticFile)}


@pytest.fixture
def log() -> Log:
    """A log whose two states are recorded."""
    log = Log()
    log.decide(log.record("Hi there", "aa"))
    log.decide(log.record("Hi you", "bb"))
    return log


def test_recorded_call_shows_result_metrics_and_what_made_it(log):
    html = log.html()
    assert html.startswith('<figure class="sl-demo" id="demo-hello" data-demo="speak" data-call="hello">')
    assert "Hi there" in html and "A greeting." in html and "<span>loss</span> 0.5" in html
    assert "<summary>Recorded 2 January 2026 on cpu in 3.1 s, tiny (6.91 M parameters)</summary>" in html
    assert "<dt>peak memory</dt><dd>1.2 GB</dd>" in html and "6,912,000 parameters" in html
    assert '<a href="../../../../../demos/speak/">Speaking: how this was made</a>' in html
    assert "<li>model: <bdi>tiny</bdi></li>" in html and "studylog run speak --force" in html


def test_model_whose_parameters_were_not_counted_is_only_named():
    log = Log(replace(CALL, sweep={}))
    record = log.record("Hi", "aa")
    log.decide(replace(record, provenance=replace(record.provenance, models={"words": {"digest": "d" * 64}})))
    assert "in 3.1 s, words</summary>" in log.html() and "<dd>words, digest <code>" in log.html()


def test_states_are_listed_as_text_with_links_and_selectors(log):
    html = log.html()
    assert '<select name="seed" autocomplete="off" disabled><option value="0" selected>0</option>' in html
    assert (
        '<td>3</td><td><bdi>Hi you</bdi> <a href="../../../../../runs/bbbbbbbbbbbbbbbb.html" data-state="seed=3">'
        in html
    )


def test_call_without_sweep_has_no_selectors():
    log = Log(replace(CALL, sweep={}))
    log.decide(log.record("Hi", "aa"))
    assert "sl-controls" not in log.html() and "sl-states" not in log.html()


def test_every_state_has_a_page_of_its_own(log):
    page = log.made()["runs/bbbbbbbbbbbbbbbb.html"]
    assert page.startswith("<!doctype html>") and "Hi you" in page and 'class="sl-provenance"' in page


def test_result_of_each_run_can_be_downloaded(log):
    result = json.loads(log.made()["runs/aaaaaaaaaaaaaaaa.json"])
    assert result["outputs"][0]["files"]["tokens.json"]["tokens"] == [{"text": "Hi there", "probability": 0.25}]
    assert result["metrics"] == {"loss": 0.5} and result["provenance"]["device"] == "cpu"


def test_missing_result_says_what_to_type():
    log = Log()
    log.decide()
    assert (
        "<strong>Not run yet on this machine.</strong> To see the result, type <code>studylog run speak</code>"
        in log.html()
    )
    assert '<details class="sl-provenance" hidden></details>' in log.html()


def test_older_result_is_shown_and_marked_with_the_reason():
    log = Log()
    log.decide(previous=log.record("Old words", "cc"), reasons=("prompt 'Ho' -> 'Hi'",))
    html = log.html()
    assert "Old words" in html and "model: <bdi>" not in html
    assert (
        "<strong>An older result</strong>, recorded 2 January 2026, before a change: prompt &#39;Ho&#39; -&gt; &#39;Hi&#39;."
        in html
    )
    assert "runs/eeeeeeeeeeeeeeee-cccccccc.html" in log.made()


def test_failure_is_visible_and_its_message_stays_text():
    log = Log()
    failure = Failure("ee", "speak", "oom", "<script>x</script>\u202e", "", "2026-01-02T03:04:05Z", 1.0)
    log.decide(failure=failure, action="failed", previous=log.record("Old words", "cc"))
    html = log.html()
    assert "<strong>The run of <code>speak</code> failed</strong> (oom). Below is an earlier result." in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html and "\u202e" not in html and "Old words" in html


def test_block_has_no_line_that_markdown_could_read(log):
    lines = log.html().splitlines()
    assert all(line.strip() and not line.startswith(("#", " ", "\t")) for line in lines)


def test_page_of_a_demo_shows_result_runs_parameters_and_source(log):
    page = log.made()["demos/speak/"]
    assert 'From <a href="../../log/2026/01/02/a/#demo-hello">First words</a>' in page
    assert "how this was made" not in page
    assert "<td>int</td><td><code>0</code></td><td>at least 0, at most 9</td>" in page
    assert "<td><bdi>prompt Hi, seed 3</bdi></td>\n<td>loss 0.5</td>" in page
    assert log.made()["demos/speak/speak.py"] == SOURCE
    assert page.index("Hi there") < page.index('\n<h2 id="what-it-shows">What it shows</h2>\n')


def test_gallery_counts_runs_and_entries(log):
    gallery = log.made()["demos/"]
    assert "Continue a prompt." in gallery and "2 recorded runs" in gallery and "used in 1 entry" in gallery


def test_comments_stand_beside_the_code_that_follows():
    first, second = annotate(SOURCE, Kept())
    assert first.comment == "" and "smoke" in first.code
    assert second.comment == "<p>Draw a <strong>token</strong>,\nthen go on.</p>"
    assert "not prose" in second.code and "&#10;&#10;" in second.code and "\n" not in second.code


def test_comments_for_tools_stay_in_the_code():
    (passage,) = annotate("x = 1\n# fmt: off\ny = 2\n", Kept())
    assert passage.comment == "" and "fmt: off" in passage.code


def test_numbers_are_written_for_people():
    assert [count(n) for n in (512, 820_000, 6_912_000)] == ["512", "820 k", "6.91 M"]
    assert [size(n) for n in (512, 1_234_000, 1_200_000_000)] == ["512 bytes", "1.23 MB", "1.2 GB"]
    assert [duration(s) for s in (0.42, 3.14, 12.3, 250, 7322)] == [
        "0.42 s",
        "3.1 s",
        "12 s",
        "4 min 10 s",
        "2 h 2 min",
    ]
