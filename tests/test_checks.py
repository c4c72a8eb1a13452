"""`studylog check`, `status` and the command line as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from counting_log import COUNT, ENTRY, FILES, run, tree

from builder.checks import check, exit_status, junit_xml
from builder.cli import main
from builder.report import Silent

VERBS = ["build", "serve", "run", "status", "check", "new", "import", "init", "store", "doctor"]


@pytest.fixture
def log(make_site) -> Path:
    root = make_site(FILES)
    assert studylog(root, "run").exit_code == 0
    return root


def studylog(root: Path, *arguments: str):
    return CliRunner().invoke(main, ["--log", str(root), *arguments], catch_exceptions=False)


def test_check_passes_on_a_recorded_log(log):
    assert check(log, reporter=Silent()) == ()


def test_check_names_the_claim_that_a_record_makes_false(log):
    entry = log / "content/log/2024-01-01-first.md"
    entry.write_text(ENTRY.replace("tags: [one]", 'claims: ["four.times > 4"]'))
    (problem,) = check(log, reporter=Silent())
    assert str(problem) == (
        "content/log/2024-01-01-first.md:3: error: the claim 'four.times > 4' is false: four.times is 4\n"
        "  hint: mend the text, or find out what changed"
    )


def test_smoke_check_finds_a_broken_demo_and_leaves_the_store_alone(log):
    before = tree(log / "demos/_runs")
    (log / "demos/count.py").write_text(COUNT.replace('run.metric("times", times)', "times / 0"))
    problems = check(log, smoke=True, reporter=Silent())
    assert [p.code for p in problems if p.severity == "error"] == ["demo-failed"]
    assert "division by zero" in problems[0].message
    assert tree(log / "demos/_runs") == before


def test_full_check_reports_drift_in_metrics_without_recording(log):
    before = tree(log / "demos/_runs")
    (log / "demos/count.py").write_text(COUNT.replace("import Run, demo", "import Run, demo  # same code"))
    assert check(log, full=True, reporter=Silent()) == ()
    assert tree(log / "demos/_runs") == before


def test_damage_in_the_store_exits_3_and_names_the_file(log):
    (blob,) = [p for p in (log / "demos/_runs/blobs").rglob("*") if p.is_file()]
    blob.write_bytes(blob.read_bytes()[:-1])
    for verb in (["check"], ["build", "--run", "never"], ["store", "fsck"]):
        result = studylog(log, *verb)
        assert result.exit_code == 3, verb
        assert blob.name in result.output


def test_junit_lists_failing_files(log):
    (log / "content/log/2024-05-01-x.md").write_text("---\ntitle: X\n---\n[[nowhere]]\n")
    problems = check(log, reporter=Silent())
    suite = ElementTree.fromstring(junit_xml(problems))
    assert suite.get("failures") == "1" and exit_status(problems) == 1
    assert suite.find("testcase").get("name") == "content/log/2024-05-01-x.md"


def test_status_json_is_one_object_on_stdout(log):
    report = json.loads(studylog(log, "status", "--json").stdout)
    (row,) = report["runs"]
    assert row["state"] == "fresh" and row["recorded"]["device"].startswith("cpu")
    assert report["store"]["records"] == 1


def test_run_force_replaces_the_record_and_run_does_nothing_otherwise(log):
    assert "nothing to run" in studylog(log, "run").stderr
    result = studylog(log, "run", "--force", "count")
    assert result.exit_code == 0 and "run    count" in result.stderr


def test_run_of_an_unknown_demo_suggests_the_right_one(log):
    result = studylog(log, "run", "cuont")
    assert result.exit_code == 1
    assert "demos: error: no demo called 'cuont'\n  hint: did you mean 'count'?" in result.stderr


def test_store_gc_removes_only_what_no_entry_uses(log):
    entry = log / "content/log/2024-01-01-first.md"
    entry.write_text(ENTRY.replace("```demo count\ntimes: 4\nas: four\n```", "").replace("{{four.times:.0f}}", "4"))
    assert len(list((log / "demos/_runs/records").rglob("*.json"))) == 1
    result = studylog(log, "store", "gc")
    assert result.exit_code == 0 and list((log / "demos/_runs/records").rglob("*.json")) == []


def test_exported_runs_can_be_imported_elsewhere(log, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "site_config.yml").write_text("title: Other\n")
    assert studylog(log, "store", "export", str(other / "runs.tar")).exit_code == 0
    assert studylog(other, "store", "import", str(other / "runs.tar")).exit_code == 0
    assert tree(other / "demos/_runs") == tree(log / "demos/_runs")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_worth_reading(verb):
    result = CliRunner().invoke(main, [verb, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


def test_no_log_here_is_said_with_what_to_do(tmp_path):
    result = studylog(tmp_path, "build")
    assert result.exit_code == 2
    assert f"site_config.yml: error: no site_config.yml in '{tmp_path}'" in result.stderr
    assert "studylog init DIR" in result.stderr


def test_a_new_log_builds_at_once(tmp_path):
    folder = tmp_path / "mine"
    assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
    report = run(folder)
    assert report["problems"] == []
    assert [run["demo"] for run in report["runs"]["ran"]] == ["coin_flips", "notebook:how-many-flips"]
    assert (folder / "site/index.html").is_file()


@pytest.mark.parametrize("verb", [["--help"], ["status"], ["check"], ["doctor"], ["build", "--help"]])
def test_verbs_that_run_nothing_import_no_torch(log, verb):
    script = (
        "import sys\nfrom builder.cli import main\n"
        f"try:\n    main({verb!r})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'torch', 'transformers', 'diffusers', 'numpy'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=log, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_doctor_says_what_works_here(log):
    report = json.loads(studylog(log, "doctor", "--json").stdout)
    assert report["engines"]["mkdocs"] == "available" and report["store"]["problems"] == []
