"""Runs on a cluster of two workers: nothing is lost when one is killed, and nothing runs twice without need."""

import os
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from demo_log import make_call, make_plan, write, write_demo

from builder.errors import ConfigError, RemoteError
from builder.report import Silent
from builder.run.executors import EXECUTORS, dask, open_crew
from builder.run.failures import Failures
from builder.run.registry import read_demos
from builder.run.runner import execute, settle
from builder.run.store import Store

distributed = pytest.importorskip("distributed")

BODY = """
    import os, subprocess, time
    subprocess.run(["sh", "-c", f"echo {n} >> PLACE"], check=True)
    print("hello from", os.getcwd())
    run.progress(1, 2, os.getppid())
    run.metric("pid", os.getpid())
    time.sleep(seconds)
    return said(f"{n}")
"""


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1", silence_logs=60
    ) as cluster:
        yield cluster


@pytest.fixture
def address(cluster):
    return f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"


@pytest.fixture
def log(tmp_path):
    """A log with a demo that counts its executions in a file."""
    root = write(tmp_path / "log", {"site_config.yml": "title: Test log\n"})
    write_demo(root, "x", ", n: int = 0, seconds: float = 0.0", BODY.replace("PLACE", str(tmp_path / "count")))
    return root


def executed(root: Path) -> Counter:
    return Counter((root.parent / "count").read_text().split())


def calls(*seconds: float):
    return [make_call("x", {"n": n, "seconds": each}, name=f"x-{n}", line=10 + n) for n, each in enumerate(seconds)]


def run(root, address, *calls, reporter=None, smoke=False):
    decisions, problems = make_plan(root, *calls, policy="always")
    assert problems == ()
    demos = read_demos(root)[0]
    results = execute(
        decisions, demos, Store(root), root=root, device="cpu", executor=address, reporter=reporter, smoke=smoke
    )
    return settle(decisions, results)


class Listening(Silent):
    """Counts what is finished, and does something with the process that a run works for."""

    def __init__(self, act=lambda pid: None):
        self.finished_keys, self.said_lines, self._act = [], [], act

    def progress(self, decision, done, total, note):
        self._act(int(note))

    def finished(self, decision, record, seconds):
        self.finished_keys.append(record.key.digest)

    def said(self, text):
        self.said_lines.append(text)


def test_runs_come_back_as_if_they_were_made_here(log, address):
    made = run(log, address, *calls(*[0.0] * 4))
    assert executed(log) == {"0": 1, "1": 1, "2": 1, "3": 1}
    store = Store(log)
    for number, decision in enumerate(made):
        assert store.get(decision.key.digest) == decision.record
        assert decision.record.stdout == "hello from .\n"
        assert f'"{number}"'.encode() in store.read_blob(decision.record.outputs[0].artifacts[0])
    assert len({decision.record.metrics["pid"] for decision in made}) == 2
    assert store.fsck() == ()
    again = make_plan(log, *calls(*[0.0] * 4))[0]
    assert {decision.action for decision in again} == {"reuse"}


def test_a_killed_worker_loses_nothing_and_only_its_own_run_is_made_again(log, address):
    killed = []

    def kill(pid):
        if not killed:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    reporter = Listening(kill)
    made = run(log, address, *calls(*[1.0] * 4), reporter=reporter)
    assert [decision.record is None for decision in made] == [False] * 4
    assert sorted(Counter(executed(log)).values()) == [1, 1, 1, 2]
    assert len(reporter.finished_keys) == len(set(reporter.finished_keys)) == 4
    assert Store(log).fsck() == ()


def test_a_run_that_every_machine_dies_of_is_given_up_and_not_held_against_the_demo(log, address, cluster, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    (decision,) = run(log, address, *calls(60.0), reporter=Listening(lambda pid: os.kill(pid, signal.SIGKILL)))
    assert decision.failure.outcome == "lost"
    assert decision.failure.message.startswith("every machine that took it died, the last was tcp://127.0.0.1:")
    assert executed(log) == {"0": 1}
    assert Failures(log).get(decision.key.digest) is None


def test_a_demo_that_kills_its_process_is_its_own_failure(log, address):
    write_demo(log, "bad", "", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    write_demo(log, "worse", "", "1 / 0")
    bad, worse, good = run(log, address, make_call("bad"), make_call("worse", line=8), *calls(0.0))
    assert bad.failure.outcome == "killed(SIGKILL)"
    assert (worse.failure.outcome, worse.failure.traceback) == ("raised", "demos/worse.py:12, in worse\n  1 / 0")
    assert good.record and Failures(log).get(bad.key.digest) == bad.failure


def test_another_checkout_is_refused_and_the_difference_named(log, address, monkeypatch):
    real = dask.order

    def edited(job, **rest):
        text = real(job, **rest)
        path = log / "demos" / "x.py"
        path.write_text(path.read_text().replace("hello from", "hallo from"))
        return text

    monkeypatch.setattr(dask, "order", edited)
    (decision,) = run(log, address, *calls(0.0))
    assert (decision.failure.outcome, decision.failure.message) == (
        "refused",
        "another checkout there: demos/x.py:x changed",
    )
    assert not (log.parent / "count").exists()
    assert Failures(log).get(decision.key.digest) is None


def test_smoke_runs_record_nothing(log, address):
    (decision,) = run(log, address, *calls(0.0), smoke=True)
    assert decision.record and Store(log).keys() == ()


def test_interruption_ends_what_runs_on_the_cluster(log, address):
    write_demo(log, "long", "", "import os, time\nrun.progress(0, 1, os.getpid())\ntime.sleep(600)")
    seen = []

    class Stopping(Silent):
        def progress(self, decision, done, total, note):
            seen.append(int(note))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(log, address, make_call("long"), reporter=Stopping())
    deadline = time.monotonic() + 20
    while Path(f"/proc/{seen[0]}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{seen[0]}").exists()


def test_machine_without_the_log_says_so(log, address, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(log, elsewhere)
    (elsewhere / "site_config.yml").unlink()
    with pytest.raises(ConfigError, match=f"has no log at {elsewhere}; put the same checkout there") as caught:
        open_crew(address, elsewhere, device="cpu", jobs=1)
    assert caught.value.exit_status == 2


def test_machine_with_other_demos_says_which(log, address, monkeypatch):
    introduce = dask.introduce
    edited = lambda *here: introduce(*here).replace('"demos/x.py": "', '"demos/x.py": "0')  # noqa: E731
    monkeypatch.setattr(dask, "introduce", edited)
    with pytest.raises(ConfigError, match="is left out: it has another checkout: demos/x.py differ"):
        open_crew(address, log, device="cpu", jobs=1)


def test_machine_that_cannot_is_left_out_and_the_others_make_its_runs(log, address, monkeypatch):
    ask = distributed.Client.run

    def run_on_one(client, function, *args, **options):
        answers = ask(client, function, *args, **options)
        return {**answers, min(answers): ModuleNotFoundError("no builder")} if function is dask.greet else answers

    monkeypatch.setattr(distributed.Client, "run", run_on_one)
    reporter = Listening()
    made = run(log, address, *calls(0.0, 0.0), reporter=reporter)
    assert len({decision.record.metrics["pid"] for decision in made}) == 1
    (note,) = reporter.said_lines
    assert note.endswith("is left out: it cannot run studylog: no builder")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("dask://", "is no address of a scheduler\n  hint: write it like dask://HOST:PORT"),
        ("dask://127.0.0.1:9", "no scheduler answers"),
        ("dusk://a:1", "no executor called 'dusk://a:1'\n  hint: did you mean 'dask'"),
    ],
)
def test_address_that_cannot_be_says_what_to_type(tmp_path, monkeypatch, address, message):
    monkeypatch.setattr(dask, "CONNECT_SECONDS", 0.5)
    with pytest.raises(ConfigError, match=message):
        open_crew(address, tmp_path, device="cpu", jobs=1)


def test_executors_are_found_by_scanning():
    assert sorted(EXECUTORS) == ["dask", "local"]


def test_cluster_that_ends_keeps_what_was_recorded(log, cluster, address):
    """The last test of this file: there is no cluster after it."""

    class Ending(Silent):
        def started(self, decision):
            if decision.call.name == "x-2":
                cluster.close()

    with pytest.raises(RemoteError, match="the cluster is gone"):
        run(log, address, *calls(0.0, 60.0, 60.0), reporter=Ending())
    assert len(Store(log).keys()) == 1 and Store(log).fsck() == ()
