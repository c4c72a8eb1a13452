"""What is decided about demo calls, and the reasons in words."""

import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from demo_log import make_call, make_document, make_plan, make_record, write_demo, write_model

from builder.errors import Source
from builder.model import Failure
from builder.run import disk
from builder.run.failures import Failures, problem_of
from builder.run.models import Models
from builder.run.plan import plan
from builder.run.registry import read_demos
from builder.run.store import Store


@pytest.fixture
def log(tmp_path):
    write_demo(tmp_path, "x", ', prompt: str = "a", t: float = 0.7, model: Model = "m"', "return said(prompt)")
    write_model(tmp_path, "m")
    return tmp_path


def record(root, *calls, started_at="2026-01-01T00:00:00Z", **options):
    """Record what would be run, and return the decisions."""
    decisions, _ = make_plan(root, *calls, **options)
    for decision in decisions:
        template, blobs = make_record()
        site, name = decision.call.source, decision.call.name
        provenance = replace(template.provenance, started_at=started_at)
        made = replace(template, key=decision.key, demo="x", site=site, call=name, provenance=provenance)
        Store(root).put(made, blobs)
    return decisions


def decide(root, *calls, **options):
    decisions, problems = make_plan(root, *calls, **options)
    assert problems == ()
    return [(decision.action, decision.reason) for decision in decisions]


def fail(root, key, outcome="timeout"):
    failure = Failure(key, "x", outcome, "took longer than 5 s", "demos/x.py:3, in x\n  y()", "2026-01-01", 5.0)
    Failures(root).put(failure)
    return failure


def test_call_without_a_record_is_run(log):
    assert decide(log, make_call("x")) == [("run", "never run")]


def test_recorded_call_is_reused(log):
    record(log, make_call("x"))
    decisions, _ = make_plan(log, make_call("x"))
    assert (decisions[0].action, decisions[0].reason, decisions[0].record.call) == ("reuse", "", "x-1")


def test_recorded_call_is_reused_when_its_line_or_prose_changes(log):
    record(log, make_call("x"))
    assert decide(log, make_call("x", line=90)) == [("reuse", "")]


def test_changed_parameters_are_the_reason_and_the_last_result_stays(log):
    record(log, make_call("x", {"prompt": "a" * 50}))
    decisions, _ = make_plan(log, make_call("x", {"t": 0.9}))
    assert (decisions[0].action, decisions[0].reason) == ("run", "prompt changed, t 0.7 -> 0.9")
    assert decisions[0].previous.key.parts["param:prompt"] == "a" * 50


def test_changed_code_and_weights_are_the_reason(log):
    record(log, make_call("x"))
    write_model(log, "m", weights=2.0)
    text = (log / "demos/x.py").read_text()
    (log / "demos/x.py").write_text(text.replace("said(prompt)", "said(prompt * 2)"))
    assert decide(log, make_call("x")) == [("run", "weights of m changed, demos/x.py:x changed")]


def test_previous_is_the_closest_and_then_the_newest(log):
    record(log, make_call("x", {"prompt": "b", "t": 0.1}))
    record(log, make_call("x", {"prompt": "a", "t": 0.1}))
    record(log, make_call("x", {"prompt": "a", "t": 0.2}), started_at="2026-02-01T00:00:00Z")
    assert decide(log, make_call("x", {"prompt": "a", "t": 0.3})) == [("run", "t 0.2 -> 0.3")]


def test_record_of_another_call_is_no_previous(log):
    record(log, make_call("x", name="first"))
    assert decide(log, make_call("x", {"t": 0.9}, name="second")) == [("run", "never run")]


def test_added_state_of_a_sweep_was_never_run(log):
    record(log, make_call("x", sweep={"t": [0.1, 0.2]}))
    expected = [("reuse", ""), ("reuse", ""), ("run", "never run")]
    assert decide(log, make_call("x", sweep={"t": [0.1, 0.2, 0.3]})) == expected


def test_never_runs_nothing(log):
    assert decide(log, make_call("x"), policy="never") == [("missing", "never run")]
    assert decide(log, make_call("x"), policy="never", force=True) == [("missing", "never run")]


def test_force_runs_what_is_recorded(log):
    record(log, make_call("x"))
    assert decide(log, make_call("x"), force=True) == [("run", "forced")]


def test_failed_run_is_not_tried_again_until_asked(log):
    key = make_plan(log, make_call("x"))[0][0].key.digest
    fail(log, key)
    assert decide(log, make_call("x")) == [("failed", "failed before: timeout")]
    assert decide(log, make_call("x"), policy="never") == [("failed", "failed before: timeout")]
    assert decide(log, make_call("x"), policy="always") == [("run", "failed before: timeout")]
    assert decide(log, make_call("x"), force=True) == [("run", "failed before: timeout")]


def test_failure_of_other_parameters_does_not_count(log):
    fail(log, make_plan(log, make_call("x", {"t": 0.1}))[0][0].key.digest)
    assert decide(log, make_call("x")) == [("run", "never run")]


def test_failure_is_told_at_the_fence_with_the_lines_of_the_demo(log):
    decision = make_plan(log, make_call("x"))[0][0]
    assert str(problem_of(decision, fail(log, decision.key.digest))) == (
        "content/log/a.md:7: error: demo 'x' failed (timeout): took longer than 5 s\n"
        "  hint: demos/x.py:3, in x\n    y()"
    )


def test_unknown_demo_gets_a_suggestion(log):
    decisions, problems = make_plan(log, make_call("xx"))
    assert decisions == ()
    assert str(problems[0]) == "content/log/a.md:7: error: no demo called 'xx'\n  hint: did you mean 'x'?"


def test_unknown_model_names_the_line_of_the_parameter(log):
    decisions, problems = make_plan(log, make_call("x", {"t": 1, "model": "n"}))
    assert decisions == ()
    assert str(problems[0]) == "content/log/a.md:9: error: no model called 'n'\n  hint: models here: m"


def test_missing_input_names_the_demo(log):
    write_demo(log, "y", "", "return said('a')", settings='smoke={}, inputs=["data/x.csv"]')
    _, problems = make_plan(log, make_call("y"))
    assert str(problems[0]).startswith(
        "demos/y.py:10: error: demo 'y' reads 'data/x.csv', which is not a file of the log"
    )


def test_one_mistake_does_not_hide_another_or_stop_the_rest(log):
    decisions, problems = make_plan(log, make_call("xx"), make_call("x", {"t": "hot"}), make_call("x"))
    assert (len(decisions), len(problems)) == (1, 2)


def test_record_stands_when_its_model_is_not_on_this_machine(log):
    record(log, make_call("x"))
    (log / "demos/weights").rename(log / "elsewhere")
    assert decide(log, make_call("x")) == [("reuse", "unverified: no model called 'm'")]
    decisions, problems = make_plan(log, make_call("x", {"t": 0.9}))
    assert decisions == ()
    assert problems[0].code == "unknown-model"


def test_hub_model_that_is_not_downloaded_is_only_needed_for_a_run(log, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(log / "hub"))
    models = Models(log, {"m": SimpleNamespace(path=None, repo="a/b", revision="0" * 40)})
    decisions, problems = make_plan(log, make_call("x"), models=models)
    assert (decisions[0].action, decisions[0].reason) == ("missing", "model 'm' is not downloaded")
    assert problems[0].hint == f"hf download a/b --revision {'0' * 40} --exclude '*.py'"
    record(log, make_call("x"), models=models)
    assert decide(log, make_call("x"), models=models) == [("reuse", "")]


@pytest.mark.parametrize("path", ["records/*/*.json", "blobs/*/*"])
def test_c5_damage_is_a_problem_that_names_the_file_until_forced(log, path):
    record(log, make_call("x"))
    (file,) = (log / "demos/_runs").glob(path)
    file.write_bytes(b"x")
    decisions, problems = make_plan(log, make_call("x"))
    assert (decisions[0].action, decisions[0].reason) == ("missing", "its record is damaged")
    assert {(problem.code, problem.source) for problem in problems} == {
        ("store-damaged", Source(file.relative_to(log).as_posix()))
    }
    assert decide(log, make_call("x"), force=True) == [("run", "forced")]


def test_planning_imports_no_torch(log):
    code = (
        "import builder.run.plan, builder.run.runner, sys; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_500_recorded_calls_are_planned_in_well_under_half_a_second(log, monkeypatch):
    monkeypatch.setattr(disk.os, "fsync", lambda descriptor: None)
    calls = [make_call("x", {"t": number / 500}, name=f"x-{number}") for number in range(500)]
    record(log, *calls)
    demos, _ = read_demos(log)
    pairs = [(make_document(*calls), call) for call in calls]
    started = time.process_time()
    decisions, problems = plan(pairs, demos, Store(log), models=Models(log), policy="auto")
    seconds = time.process_time() - started
    assert {decision.action for decision in decisions} == {"reuse"} and problems == ()
    assert seconds < 0.5
