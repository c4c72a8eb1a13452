"""What travels to another machine and back: JSON, with nothing lost on the way."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from demo_log import make_call, make_plan, write, write_demo, write_model
from pydantic import TypeAdapter

from builder.errors import ConfigError
from builder.model import DemoSpec
from builder.pipeline import read_log
from builder.run import away
from builder.run.executors import open_crew
from builder.run.job import Progress
from builder.run.models import Models
from builder.run.registry import read_demos
from builder.run.runner import make_jobs

HERE = Path(__file__).parents[1]
NOTEBOOK = """# ---
# title: Counting
# date: 2024-01-05
# ---

# %%
from builder.notebook import run
run.metric("two", 1 + 1)
2
"""


def made(root, spec_by_name, decisions):
    """Order and perform the first of some decisions in this process."""
    ((_, job),) = list(make_jobs(decisions[:1], spec_by_name, Models(root), root, smoke=False))
    told = []
    text = away.order(job, root=root, device="cpu", session="s", seat=0)
    try:
        answer, files = away.perform(text, told.append, lambda: True)
    finally:
        away.dismiss("s")
    return json.loads(answer), files, told


def test_every_demo_of_this_log_travels_as_json():
    for spec in read_demos(HERE)[0].values():
        assert TypeAdapter(DemoSpec).validate_python(json.loads(json.dumps(asdict(spec)))) == spec


def test_a_run_comes_back_with_its_files_and_its_progress(tmp_path):
    write(tmp_path, {"site_config.yml": "title: T\n", "content/data.csv": "1\n"})
    write_model(tmp_path, "m")
    body = 'run.progress(1, 2, "half")\nreturn said(run.input("content/data.csv").read_text())'
    write_demo(tmp_path, "x", ', model: Model = "m"', body, settings='smoke={}, inputs=["content/data.csv"]')
    decisions, _ = make_plan(tmp_path, make_call("x"))
    answer, files, told = made(tmp_path, read_demos(tmp_path)[0], decisions)
    assert answer["ended"]["reply"]["event"] == "done"
    assert [b'"1\\n"' in data for data in files.values()] == [True]
    assert told == [Progress(1, 2, "half")]


def test_changed_weights_and_inputs_are_refused_by_name(tmp_path):
    write(tmp_path, {"site_config.yml": "title: T\n", "content/data.csv": "1\n"})
    write_model(tmp_path, "m")
    write_demo(
        tmp_path, "x", ', model: Model = "m"', "return said('a')", settings='smoke={}, inputs=["content/data.csv"]'
    )
    decisions, _ = make_plan(tmp_path, make_call("x"))
    ((_, job),) = list(make_jobs(decisions, read_demos(tmp_path)[0], Models(tmp_path), tmp_path, smoke=False))
    text = away.order(job, root=tmp_path, device="cpu", session="s", seat=0)
    write_model(tmp_path, "m", weights=2.0)
    write(tmp_path, {"content/data.csv": "22\n"})
    answer, files = away.perform(text, print, lambda: True)
    refused = "another checkout there: weights of m changed, content/data.csv changed"
    assert (json.loads(answer), files) == ({"refused": refused}, {})


def test_a_notebook_runs_away_from_home(tmp_path):
    write(tmp_path, {"site_config.yml": "title: T\n", "content/notebooks/counting.py": NOTEBOOK})
    log = read_log(tmp_path, policy="always")
    assert log.problems == ()
    answer, files, _ = made(tmp_path, log.runnable, log.decisions)
    assert answer["ended"]["reply"]["metrics"] == {"two": 2.0}
    assert files


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"dask.distributed is not installed\n  hint: pip install 'studylog\[dask\]'"):
        open_crew("dask://127.0.0.1:9", tmp_path, device="cpu", jobs=1)
