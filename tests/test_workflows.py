"""The workflows of this repository, and the one that `init` gives: valid, pinned, and with nothing to steal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "builder" / "starter" / "github" / "workflows" / "studylog.yml"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), STARTER]


def jobs(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def triggers(path):
    found = yaml.safe_load(path.read_text(encoding="utf-8"))[True]  # YAML 1.1 reads `on` as true
    return {found} if isinstance(found, str) else set(found)


def test_workflows_follow_the_schema_of_github():
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    result = subprocess.run([*checker, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit(path):
    uses = re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    assert uses and [use for use in uses if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", use)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_stranger_writes_is_never_part_of_a_script(path):
    assert "pull_request_target" not in path.read_text(encoding="utf-8")
    scripts = [step["run"] for job in jobs(path).values() for step in job["steps"] if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_pull_request_gets_a_reading_token_and_no_secret(path):
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    assert "secrets." not in text and "actions/cache" not in text
    for job in jobs(path).values():
        may = job.get("permissions", whole.get("permissions"))
        for_strangers = "pull_request" in triggers(path) and "pull_request" in job.get("if", "pull_request")
        assert may is not None
        if for_strangers and "needs" not in job:
            assert may == {"contents": "read"}, job
            checkouts = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
            assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_machine_of_ones_own_never_runs_a_pull_request(path):
    for job in jobs(path).values():
        if "self-hosted" in job["runs-on"]:
            assert "pull_request" not in triggers(path) or job["if"].startswith("github.event_name == 'workflow_")


def test_S4_the_log_of_a_pull_request_is_built_untrusted():
    steps = [
        step.get("run", "")
        for path in (ROOT / ".github/workflows/pull-request.yml", STARTER)
        for name, job in jobs(path).items()
        if name in ("log", "propose")
        for step in job["steps"]
    ]
    built = [step for step in steps if "studylog" in step and " build" in step]
    assert len(built) == 2 and all("--untrusted" in step for step in built)
