"""Runs made again beside their records: drift, its report, annotations, and what a checkout without weights can say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from counting_log import COUNT, ENTRY, FILES, run, tree
from demo_log import make_record, write_demo, write_model

from builder.checks import check
from builder.cli import main
from builder.errors import Problem, Source
from builder.report import Silent, annotation, print_problems
from builder.run.environment import device_change, library_changes
from builder.run.registry import read_demos
from builder.run.store import Store


@pytest.fixture
def log(make_site) -> Path:
    root = make_site(FILES)
    assert studylog(root, "run").exit_code == 0
    return root


def studylog(root: Path, *arguments: str, **options):
    return CliRunner().invoke(main, ["--log", str(root), *arguments], catch_exceptions=False, **options)


def record_of(log: Path, *, metrics: Mapping[str, float] | None = None, **provenance: object) -> None:
    """Change what the one record says, as if another machine had made it."""
    store = Store(log)
    (record,), _ = store.records()
    blobs = {a.sha256: store.read_blob(a) for a in record.artifacts}
    made = replace(record.provenance, **provenance)
    store.put(replace(record, metrics=metrics or record.metrics, provenance=made), blobs)


def test_full_check_names_a_metric_beyond_its_tolerance_and_what_changed_around_it(log):
    record_of(log, metrics={"times": 5.0}, versions={"python": "3.10.1"}, device="cuda:0 (NVIDIA H100)")
    before = tree(log / "demos/_runs")
    (problem,) = check(log, full=True, reporter=Silent())
    assert problem.source == Source("content/log/2024-01-01-first.md", 7)
    assert problem.message.startswith(
        "count: times 5 -> 4, beyond its tolerance of 0.01 (device cuda:0 (NVIDIA H100) -> cpu; python 3.10.1 -> 3."
    )
    assert (
        problem.hint == "`studylog run --force count` records it anew; `@demo(tolerances={...})` widens what may differ"
    )
    assert tree(log / "demos/_runs") == before


def test_tolerances_of_a_demo_are_not_in_its_key_and_widen_what_may_differ(log):
    record_of(log, metrics={"times": 5.0})
    (log / "demos/count.py").write_text(
        COUNT.replace('smoke={"times": 1}', 'smoke={"times": 1}, tolerances={"times": 0.3}')
    )
    assert check(log, full=True, reporter=Silent()) == ()


def test_the_drift_report_shows_both_sides_as_markdown_and_html(log):
    record_of(log, metrics={"times": 5.0}, versions={"python": "3.10.1"})
    assert studylog(log, "check", "--full").exit_code == 1
    for name in ("drift.md", "drift.html"):
        report = (log / ".build/drift" / name).read_text()
        assert "1 run made again; 1 of them differ" in report
        assert "python 3.10.1 -&gt; " in report
        assert report.count("go go go go") == 2, "the text that was recorded, and the one made again"
    assert "| times | 5 | 4 | 0.01 | **beyond** |" in (log / ".build/drift/drift.md").read_text()


def test_smoke_check_reports_libraries_that_moved_on_without_comparing_results(log):
    record_of(log, metrics={"times": 5.0}, versions={"python": "3.10.1"})
    assert check(log, smoke=True, reporter=Silent()) == ()
    report = (log / ".build/drift/drift.md").read_text()
    assert "python 3.10.1 -&gt; " in report and "| times |" not in report


@pytest.mark.parametrize(
    "written", ["{'loss': -1}", "{'loss': 'x'}", "{1: 0.1}", "0.1", "{'a b': 0.1}", "{'loss': True}"]
)
def test_a_tolerance_that_cannot_be_is_a_problem_of_the_demo(tmp_path, written):
    write_demo(tmp_path, "x", "", "return said('a')", settings=f"smoke={{}}, tolerances={written}")
    demos, (problem,) = read_demos(tmp_path)
    assert problem.code == "bad-tolerance" and demos == {}
    assert problem.hint == 'name a metric and the share by which it may differ: tolerances={"loss": 0.02}'


def test_D9_results_of_two_devices_are_compared_by_metric_never_by_byte(make_site):
    root = make_site({**FILES, "demos/count.py": COUNT.replace("text=word", "text=str(__import__('os').getpid())")})
    run(root)
    record_of(root, device="cuda:0 (NVIDIA H100)")
    assert check(root, full=True, reporter=Silent()) == ()
    report = (root / ".build/drift/drift.md").read_text()
    assert "device cuda:0 (NVIDIA H100) -&gt; cpu" in report


def test_status_why_tells_libraries_and_devices_that_are_others_here(log):
    record_of(log, versions={"python": "3.10.1", "torch": "1.0.0", "nowhere": "1"}, device="cuda:0 (NVIDIA H100)")
    lines = studylog(log, "status", "--why").output.splitlines()
    assert lines[0].startswith("fresh      count ")
    assert lines[1] == "           drift: made on cuda:0 (NVIDIA H100), here is only cpu"
    assert lines[2].startswith("           drift: python 3.10.1 -> 3.")
    assert lines[3].startswith("           drift: torch 1.0.0 -> 2.")
    assert lines[4].startswith("1 fresh; 1 made with other libraries or devices than here (--why); store: 1 records")
    (row,) = json.loads(studylog(log, "status", "--json").stdout)["runs"]
    assert len(row["drift"]) == 3 and row["reasons"] == []


def test_reasons_are_separate_even_where_a_value_has_a_comma(log):
    (log / "content/log/2024-01-01-first.md").write_text(
        ENTRY.replace("times: 4\n", 'times: 5\nword: "a, b"\n').replace("{{four.times:.0f}}", "5")
    )
    (row,) = json.loads(studylog(log, "status", "--json").stdout)["runs"]
    assert row["reasons"] == ["times 4 -> 5", "word go -> 'a, b'"]


def test_environment_says_what_differs():
    made = make_record()[0].provenance
    assert library_changes({"torch": "1", "gone": "2"}, {"torch": "2", "gone": ""}) == ("torch 1 -> 2",)
    assert device_change(made, ["cuda:0 (A)", "cpu (x)"]) == ""


def test_check_follows_links_and_anchors_of_every_page_without_an_engine(log, monkeypatch):
    monkeypatch.setattr("builder.engine.process.subprocess", None)
    (log / "content/log/2024-03-01-x.md").write_text(
        '---\ntitle: X\nunsafe_html: true\n---\n<a href="../../../../nowhere/">a</a> <a href="#missing">b</a>\n'
    )
    found = {problem.code: str(problem) for problem in check(log, reporter=Silent())}
    assert set(found) == {"broken-link", "broken-anchor"}
    assert all(text.startswith("content/log/2024-03-01-x.md") for text in found.values())


def test_a_problem_is_an_annotation_on_github(monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    problem = Problem(Source("content/a,b.md", 3), "broken-link", "no entry 50% off", "did you mean 'x'?")
    assert annotation(problem, tmp_path / "logs" / "mine") == (
        "::error file=logs/mine/content/a%2Cb.md,line=3,title=broken-link::no entry 50%25 off%0Adid you mean 'x'?"
    )


def test_annotations_appear_on_github_only(log, monkeypatch):
    (log / "content/log/2024-05-01-x.md").write_text("---\ntitle: X\n---\n[[nowhere]]\n")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert "::error" not in studylog(log, "check").output
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(log))
    for verb in ("check", "build"):
        result = studylog(log, verb)
        assert "::error file=content/log/2024-05-01-x.md,line=4,title=broken-link::" in result.output
        assert result.exit_code == 1


def test_lines_of_others_are_no_commands_on_github(monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    print_problems([Problem(Source("a.md"), "x", "bad", "demos/x.py:1\n  ::set-output name=a::b")])
    assert [line for line in capsys.readouterr().err.splitlines() if line.lstrip().startswith("::")] == [
        "::error file=a.md,title=x::bad%0Ademos/x.py:1%0A  ::set-output name=a::b"
    ]


def test_the_status_page_marks_what_this_checkout_cannot_verify(make_site):
    demo = COUNT.replace('word: str = "go"', 'word: str = "go", model: Model = "m"').replace(
        "import Run", "import Model, Run"
    )
    root = make_site({**FILES, "demos/count.py": demo})
    folder = write_model(root, "m")
    run(root)
    page = (root / "site/status/index.html").read_text()
    assert "sl-state--fresh" in page and "not verified here" not in page
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    run(root)
    page = (root / "site/status/index.html").read_text()
    assert "sl-state--unverified" in page and "not verified here: the model is not in this checkout" in page
    assert "python 3." in page and "cpu" in page
