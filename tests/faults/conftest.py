"""A recorded log and its site, made once; faults are injected into copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from counting_log import FILES
from studylog_process import studylog


@pytest.fixture(scope="session")
def recorded(tmp_path_factory) -> Path:
    """A log whose runs are recorded, and its published site. Not to be changed: see `log`."""
    root = tmp_path_factory.mktemp("recorded") / "log"
    files = {"site_config.yml": "title: Test log\nsite_url: https://log.example/\n", **FILES}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    result = studylog(root, "build")
    assert result.returncode == 0, result.stderr
    return root


@pytest.fixture
def log(recorded, tmp_path) -> Path:
    """A copy of the recorded log, site included, to do harm to."""
    return Path(shutil.copytree(recorded, tmp_path / "log"))
