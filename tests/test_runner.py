"""Demos that raise, hang, die, shout or lie, and the ones beside them that must not notice."""

import io
import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import pytest
from demo_log import make_call, make_plan, write, write_demo, write_model

from builder.report import Left, Plain, Silent, reporter_for
from builder.run import process
from builder.run.failures import Failures
from builder.run.registry import read_demos
from builder.run.runner import execute, settle
from builder.run.store import Store

# name: (parameters, settings, body). All of them run in one go: none may disturb another.
DEMOS = {
    "good": (
        ", n: int = 3",
        "",
        """
        print("hello")
        run.progress(1, 2, "half")
        run.metric("accuracy", 0.5)
        return said(f"{n} {run.smoke}")
        """,
    ),
    "raises": ("", "", "import json\njson.loads('{')"),
    "leaves": ("", "", "raise SystemExit(3)"),
    "interrupts": ("", "", "raise KeyboardInterrupt"),
    "sleeps": ("", ", timeout_seconds=1", "import time\ntime.sleep(60)"),
    "is_busy": ("", ", timeout_seconds=1", "while True:\n    pass"),
    "ignores": (
        "",
        ", timeout_seconds=3",
        """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0 and os.fork() == 0:
            os.execvp("sleep", ["sleep", "600.125"])
        time.sleep(600)
        """,
    ),
    "escapes": (
        "",
        ", timeout_seconds=2",
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp("sleep", ["sleep", "600.25"])
            os._exit(0)
        time.sleep(600)
        """,
    ),
    "hides": ("", "", "try:\n    open(ROOT + '/content/data.csv')\nexcept Exception:\n    pass\nreturn said('a')"),
    "hides_network": (
        "",
        "",
        "import socket\ntry:\n    socket.create_connection(('10.0.0.1', 80))\nexcept Exception:\n    pass\nreturn said('a')",
    ),
    "binds": (
        "",
        "",
        "import socket\ntry:\n    socket.socket(socket.AF_INET6).bind(('::1', 0))\nexcept Exception:\n    pass\nreturn said('a')",
    ),
    "writes": ("", "", "open(ROOT + '/content/new.md', 'w')"),
    "removes": ("", "", "import os\nos.remove(ROOT + '/content/data.csv')"),
    "eats": (
        "",
        "",
        """
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, resource.RLIM_INFINITY))
        bytearray(4 << 30)
        """,
    ),
    "is_killed": ("", "", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    "crashes": ("", "", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"),
    "exits": ("", "", "import os\nos._exit(3)"),
    "shouts": ("", "", "for _ in range(1000):\n    print('x' * 10_000)\nreturn said('a')"),
    "plays_terminal": (
        "",
        "",
        r"""
        import os
        os.write(1, b"\x1b[31mred\x1b[0m \xff\n10%\r50%\r100%\n\x07\xe2\x80\xae!\n")
        return said("a")
        """,
    ),
    "closes_output": ("", "", "import os, sys\nsys.stdout.close()\nos.close(1)\nos.close(2)\nreturn said('a')"),
    "looks_around": (
        "",
        "",
        """
        import importlib.util, os, secrets
        from _help import WORD
        open("left.txt", "w").write("x")
        print(os.getcwd(), os.environ["HOME"], WORD, importlib.util.find_spec("only"))
        return said(str(dict(os.environ)))
        """,
    ),
    "peeks": ("", "", "open(ROOT + '/content/data.csv')"),
    "reads": ("", ', inputs=["content/data.csv"]', "return said(run.input('content/data.csv').read_text())"),
    "connects": ("", "", "import socket\nsocket.socket().connect(('127.0.0.1', 9))"),
    "looks_up": ("", "", "import socket\nsocket.getaddrinfo('example.org', 80)"),
    "loads": (', model: Model = "m"', "", "LOADER\nprint(run.load(Loader, model))\nreturn said('a')"),
    "trusts": (', model: Model = "m"', "", "LOADER\nrun.load(Loader, model, trust_remote_code=True)"),
    "loads_unnamed": ("", "", "run.load(dict, 'm')"),
    "reads_undeclared": ("", "", "run.input('x')"),
    "returns_nothing": ("", "", "return None"),
    "returns_twice": ("", "", "return said('a'), said('b')"),
    "returns_too_much": ("", "", "return said('a' * 9_000_000)"),
    "measures_nan": ("", "", "run.metric('a', float('nan'))"),
    "is_random": ("", "", "import random\nrun.metric('r', random.random())\nreturn said('a')"),
    "is_random_too": ("", "", "import random\nrun.metric('r', random.random())\nreturn said('a')"),
    "tells_pid": ("", "", "import os\nrun.metric('pid', os.getpid())\nreturn said('a')"),
    "tells_pid_too": ("", "", "import os\nrun.metric('pid', os.getpid())\nreturn said('a')"),
}
LOADER = """
class Loader:
    @classmethod
    def from_pretrained(cls, folder, **options):
        return folder.rpartition("/")[2], options
"""


def run(root, *calls, policy="auto", **options):
    decisions, problems = make_plan(root, *calls, policy=policy)
    assert problems == ()
    results = execute(decisions, read_demos(root)[0], Store(root), root=root, device="cpu", **options)
    return settle(decisions, results)


class Outcomes(dict):
    """The decisions by demo, and the log they were made in."""

    root: Path


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    root = tmp_path_factory.mktemp("log")
    write(root, {"content/data.csv": "1\n", "secrets.py": "raise SystemExit\n", "only.py": ""})
    write(root, {"demos/_help.py": "WORD = 'helped'\n"})
    write_model(root, "m")
    for name, (parameters, settings, body) in DEMOS.items():
        body = textwrap.dedent(body).replace("LOADER\n", LOADER).replace("ROOT", repr(str(root)))
        write_demo(root, name, parameters, body, settings=f"smoke={{}}{settings}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", "canary")
        decisions = run(root, *(make_call(name, line=number) for number, name in enumerate(DEMOS, start=1)))
    found = Outcomes((decision.call.demo, decision) for decision in decisions)
    found.root = root
    return found


def test_good_run_is_recorded_with_its_provenance(outcomes):
    decision, store = outcomes["good"], Store(outcomes.root)
    record = store.get(decision.key.digest)
    assert record == decision.record
    assert (record.demo, record.call, record.site) == ("good", "good-1", decision.call.source)
    assert (record.metrics, record.stdout) == ({"accuracy": 0.5}, "hello\n")
    assert b"3 False" in store.read_blob(record.outputs[0].artifacts[0])
    provenance = record.provenance
    assert provenance.device == "cpu" and "torch" not in provenance.versions
    assert provenance.versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert provenance.started_at.endswith("Z") and provenance.peak_bytes > 1_000_000 and 0 <= provenance.seconds < 60
    assert make_plan(outcomes.root, decision.call)[0][0].action == "reuse"


def test_d3_exactly_the_bad_ones_failed(outcomes):
    good = {"good", "shouts", "plays_terminal", "closes_output", "looks_around", "reads", "loads"}
    good |= {"is_random", "is_random_too", "tells_pid", "tells_pid_too", "binds"}
    assert {name for name, decision in outcomes.items() if decision.action == "run"} == good
    assert len(Store(outcomes.root).keys()) == len(good) and Store(outcomes.root).fsck() == ()


def test_failures_are_kept_apart(outcomes):
    failures = Failures(outcomes.root)
    for decision in outcomes.values():
        assert failures.get(decision.key.digest) == decision.failure
        assert (decision.record is None) == (decision.failure is not None)


def test_one_worker_serves_run_after_run(outcomes):
    assert outcomes["tells_pid"].record.metrics == outcomes["tells_pid_too"].record.metrics


def test_global_randomness_is_the_same_in_every_run(outcomes):
    assert outcomes["is_random"].record.metrics == outcomes["is_random_too"].record.metrics


def test_raising_demo_shows_its_own_lines(outcomes):
    failure = outcomes["raises"].failure
    assert failure.outcome == "raised"
    assert failure.message.startswith("JSONDecodeError: Expecting property name")
    assert failure.traceback == "demos/raises.py:13, in raises\n  json.loads('{')"


@pytest.mark.parametrize(("name", "message"), [("leaves", "SystemExit: 3"), ("interrupts", "KeyboardInterrupt")])
def test_leaving_python_is_raising(outcomes, name, message):
    failure = outcomes[name].failure
    assert (failure.outcome, failure.message) == ("raised", message)


@pytest.mark.parametrize("name", ["sleeps", "is_busy", "ignores", "escapes"])
def test_d1_hanging_demo_is_ended_in_time(outcomes, name):
    failure = outcomes[name].failure
    assert (failure.outcome, failure.message[:-4]) == ("timeout", "took longer than")
    assert failure.seconds < 60


def test_d1_what_a_hanging_demo_started_is_ended_too(outcomes):
    assert running("600.125") == []


def test_d1_what_left_the_process_group_is_ended_too(outcomes):
    assert running("600.25") == []


def running(argument):
    """The processes that have this word on their command line."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [file.parent.name] if argument.encode() in file.read_bytes().split(b"\0") else []
        except OSError:
            continue
    return found


def test_d2_memory_error_is_oom_with_peak_and_limit(outcomes):
    failure = outcomes["eats"].failure
    assert failure.outcome == "oom"
    assert "peak" in failure.message and "2,147,483,648 bytes" in failure.message


@pytest.mark.parametrize(("name", "death"), [("is_killed", "SIGKILL"), ("crashes", "SIGSEGV"), ("exits", "exit 3")])
def test_d3_dead_process_is_named(outcomes, name, death):
    failure = outcomes[name].failure
    assert (failure.outcome, failure.message) == (f"killed({death})", f"the process ended with {death}")


def test_d4_noise_is_capped_with_a_marker(outcomes):
    printed = outcomes["shouts"].record.stdout
    assert len(printed) < 70_000
    assert printed.endswith(f"… {10_001_000 - 65_536:,} more bytes were printed\n")


def test_d4_terminal_tricks_become_plain_text(outcomes):
    assert outcomes["plays_terminal"].record.stdout == "red \ufffd\n100%\n\ufffd\ufffd!\n"


def test_d5_secrets_of_the_environment_are_not_there(outcomes):
    stored = b"".join((outcomes.root / path).read_bytes() for path in Store(outcomes.root).paths())
    assert b"canary" not in stored and b"HF_HUB_OFFLINE" in stored


def test_d5_demo_sees_scratch_folders_and_helpers_but_not_the_log(outcomes):
    assert outcomes["looks_around"].record.stdout == ". ~ helped None\n"
    assert not list(outcomes.root.rglob("left.txt")) and not list(outcomes.root.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("peeks", "UndeclaredFile: it opens 'content/data.csv', which it does not declare: @demo(inputs=["),
        ("connects", "NetworkClosed: a demo has no network: connect to ('127.0.0.1', 9)"),
        ("looks_up", "NetworkClosed: a demo has no network: look-up of 'example.org'"),
        ("hides", "UndeclaredFile: it opens 'content/data.csv', which it does not declare: @demo(inputs=["),
        ("hides_network", "NetworkClosed: a demo has no network: look-up of '10.0.0.1'"),
        ("writes", "WrittenElsewhere: it changes 'content/new.md', which is not in its scratch folder"),
        ("removes", "WrittenElsewhere: it changes 'content/data.csv', which is not in its scratch folder"),
        ("trusts", "DemoError: 'trust_remote_code' cannot be set when a model is loaded (leave it out)"),
        ("loads_unnamed", "DemoError: model 'm' is not a parameter of the demo"),
        ("reads_undeclared", "DemoError: input 'x' is not declared (@demo(..., inputs=[\"x\"]))"),
        ("returns_nothing", "TypeError: returned NoneType, not Text as its signature says"),
        ("returns_twice", "TypeError: returned Text, Text, not Text as its signature says"),
        ("returns_too_much", "its output 'tokens.json' has 9,000,0"),
        ("measures_nan", "DemoError: metric 'a' is nan (record only numbers that exist)"),
    ],
)
def test_d5_d6_d8_what_a_demo_may_not_do_is_said(outcomes, name, message):
    assert outcomes[name].failure.message.startswith(message)


@pytest.mark.parametrize(("name", "line"), [("hides", 13), ("hides_network", 14)])
def test_d6_a_refusal_that_the_demo_hid_names_its_line(outcomes, name, line):
    assert outcomes[name].failure.traceback.startswith(f"demos/{name}.py:{line}, in {name}\n  ")


def test_d6_a_library_that_looks_for_ipv6_does_no_harm(outcomes):
    assert outcomes["binds"].record.outputs


def test_d8_models_are_loaded_offline(outcomes):
    record = outcomes["loads"].record
    assert record.stdout == "('m', {'local_files_only': True})\n"
    assert len(record.provenance.models["m"]["digest"]) == 64


def test_two_calls_with_one_key_are_run_once(tmp_path):
    finished = []

    class Counting(Silent):
        def finished(self, decision, record, seconds):
            finished.append(record)

    write_demo(tmp_path, "x", "", "return said('a')")
    first, second = run(tmp_path, make_call("x"), make_call("x", name="again"), reporter=Counting())
    assert first.record == second.record == finished[0]
    assert len(finished) == 1


def test_smoke_uses_smoke_parameters_and_records_nothing(tmp_path):
    body = "run.metric('n', n + run.smoke)\nreturn said('a')"
    write_demo(tmp_path, "x", ", n: int = 5", body, settings='smoke={"n": 1}')
    (decision,) = run(tmp_path, make_call("x"), smoke=True)
    assert decision.record.metrics == {"n": 2.0}
    assert Store(tmp_path).keys() == ()


def test_success_clears_the_failure_of_its_key(tmp_path):
    flag = tmp_path.parent / f"{tmp_path.name}-flag"
    write_demo(tmp_path, "x", "", f"open({str(flag)!r})\nreturn said('a')")
    (failed,) = run(tmp_path, make_call("x"))
    assert failed.failure.message.startswith("FileNotFoundError")
    flag.write_text("")
    run(tmp_path, make_call("x"), policy="always")
    assert Failures(tmp_path).get(failed.key.digest) is None


def test_result_of_code_that_changed_while_it_ran_is_not_recorded(tmp_path):
    class Editing(Silent):
        def started(self, decision):
            path = tmp_path / "demos" / "x.py"
            path.write_text(path.read_text().replace("said('a')", "said('b')"))

    write_demo(tmp_path, "x", "", "return said('a')")
    (decision,) = run(tmp_path, make_call("x"), reporter=Editing())
    assert decision.failure.message == "the demo, an input or a model changed while it ran"
    assert (Store(tmp_path).keys(), Failures(tmp_path).get(decision.key.digest)) == ((), None)


def test_interruption_ends_the_worker_and_keeps_what_was_recorded(tmp_path):
    workers = []

    class Interrupting(Silent):
        def progress(self, decision, done, total, note):
            workers.append(int(note))
            raise KeyboardInterrupt

    write_demo(tmp_path, "a", "", "return said('a')")
    write_demo(tmp_path, "b", "", "import os, time\nrun.progress(0, 1, os.getpid())\ntime.sleep(600)")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, make_call("a"), make_call("b", line=9), reporter=Interrupting())
    with pytest.raises(ProcessLookupError):
        os.kill(workers[0], 0)
    assert len(Store(tmp_path).keys()) == 1 and Store(tmp_path).fsck() == ()


def test_worker_ends_when_its_parent_is_gone(tmp_path):
    worker = process.Worker(root=tmp_path, device="cpu")
    try:
        os.close(worker._jobs)
        worker._jobs = os.open(os.devnull, os.O_WRONLY)
        deadline = time.monotonic() + 60
        while not worker.death() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert worker.death() == signal.SIGKILL.name
    finally:
        worker.close()


def test_plain_report_has_a_line_per_run(tmp_path, capsys):
    write_demo(tmp_path, "a", "", "return said('a')")
    write_demo(tmp_path, "b", "", "1 / 0")
    run(tmp_path, make_call("a"), make_call("b", line=9), reporter=Plain(sys.stderr))
    good, *bad = capsys.readouterr().err.splitlines()
    assert good.startswith("run    a  content/log/a.md:7  never run   ") and good.endswith("MB")
    assert bad == [
        "FAILED b  content/log/a.md:9  never run   raised: ZeroDivisionError: division by zero",
        "         demos/b.py:12, in b",
        "           1 / 0",
    ]


def test_nothing_to_run_starts_no_worker(tmp_path, monkeypatch):
    monkeypatch.setattr(process.subprocess, "Popen", None)
    assert run(tmp_path) == ()


NET = """
import torch


class Net(torch.nn.Module):
    loaded = 0

    @classmethod
    def from_pretrained(cls, folder, *, local_files_only, use_safetensors):
        cls.loaded += 1
        net = cls()
        net.linear = torch.nn.Linear(2, 1)
        return net
"""


def test_torch_runs_on_the_chosen_device_and_shares_loaded_models(tmp_path):
    pytest.importorskip("torch")
    write_model(tmp_path, "m")
    write(tmp_path, {"demos/_net.py": NET})
    body = """
        import torch
        from _net import Net
        net = run.load(Net, model)
        run.metric("loaded", Net.loaded)
        run.metric("noise", torch.randn(1, generator=run.generator(0)).item())
        assert not net.training and run.device == "cpu"
        if change:
            with torch.no_grad():
                net.linear.weight.zero_()
        return said("a")
    """
    write_demo(tmp_path, "x", ', change: bool = False, n: int = 0, model: Model = "m"', body)
    kinds = [{"n": 1}, {"n": 2, "change": True}, {"n": 3}]
    calls = [make_call("x", params, name=f"x-{i}", line=10 + i) for i, params in enumerate(kinds)]
    records = [decision.record for decision in run(tmp_path, *calls)]
    assert [record.metrics["loaded"] for record in records] == [1.0, 1.0, 2.0]
    assert len({record.metrics["noise"] for record in records}) == 1
    assert records[0].provenance.models["m"]["parameters"] == 3
    assert "torch" in records[0].provenance.versions


def test_several_slots_work_side_by_side_and_each_model_is_loaded_in_one_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr("builder.run.packing._UNTIMED_SECONDS", 0.1)  # so that waiting is shorter than loading
    for name in ("m", "n"):
        write_model(tmp_path, name)
    body = """
        import os
        run.metric("pid", os.getpid())
        return said("a")
    """
    write_demo(tmp_path, "x", ', n: int = 0, model: Model = "m"', body)
    calls = [make_call("x", {"n": n, "model": "mn"[n % 2]}, name=f"x-{n}", line=10 + n) for n in range(4)]
    decisions, _ = make_plan(tmp_path, *calls)
    results = execute(decisions, read_demos(tmp_path)[0], Store(tmp_path), root=tmp_path, device="cpu,cpu")
    pids = [results.records[decision.key.digest].metrics["pid"] for decision in decisions]
    assert pids[0] == pids[2] != pids[1] == pids[3]


def test_networks_that_the_next_run_does_not_name_are_dropped(tmp_path):
    pytest.importorskip("torch")
    for name in ("m", "n"):
        write_model(tmp_path, name)
    write(tmp_path, {"demos/_net.py": NET})
    body = """
        import gc, torch
        from _net import Net
        run.load(Net, model)
        gc.collect()
        run.metric("alive", sum(isinstance(thing, Net) for thing in gc.get_objects()))
        return said("a")
    """
    write_demo(tmp_path, "x", ', model: Model = "m"', body)
    calls = [make_call("x", {"model": name}, name=name) for name in "mn"]
    assert [decision.record.metrics["alive"] for decision in run(tmp_path, *calls)] == [1.0, 1.0]


def test_report_says_how_long_it_will_take_where_that_is_worth_knowing():
    lines = io.StringIO()
    report = Plain(lines)
    for left in (Left(4, 4, 5.0, 0), Left(1, 1, 500.0, 0), Left(4, 4, 170.0, 1), Left(3, 4, 160.0, 1)):
        report.left(left)
    assert lines.getvalue() == "4 of 4 runs to go, about 3 min left, 1 of 4 never timed\n"


def test_bars_leave_the_lines_and_vanish(tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    write_demo(tmp_path, "a", "", "run.progress(1, 2, '[half]')\nreturn said('a')")
    run(tmp_path, make_call("a"), reporter=reporter_for(terminal))
    assert "run    a  content/log/a.md:7  never run   " in terminal.getvalue()
    assert type(reporter_for(io.StringIO())) is Plain
