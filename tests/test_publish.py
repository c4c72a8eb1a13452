"""Publishing swaps the site as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.engine.publish import publish
from builder.errors import EngineError


def rendered(root: Path, text: str) -> Path:
    folder = root / "rendered"
    folder.mkdir()
    (folder / "index.html").write_text(text)
    return folder


def test_first_site_appears_under_missing_parents(tmp_path):
    publish(rendered(tmp_path, "one"), tmp_path / "a/b/site")
    assert (tmp_path / "a/b/site/index.html").read_text() == "one"


def test_new_site_replaces_the_old_one_and_leaves_nothing_behind(tmp_path):
    site = tmp_path / "site"
    publish(rendered(tmp_path, "one"), site)
    (site / "stale.html").write_text("x")
    publish(rendered(tmp_path, "two"), site)
    assert (site / "index.html").read_text() == "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    assert not (site / "stale.html").exists()


@pytest.mark.parametrize("moment", [1, 2])
def test_crash_while_swapping_leaves_a_whole_site_for_next_time(tmp_path, monkeypatch, moment):
    site, renames = tmp_path / "site", []
    publish(rendered(tmp_path, "one"), site)
    rename = Path.rename

    def crashing(path, target):
        renames.append(path)
        if len(renames) > moment:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", crashing)
    with pytest.raises(KeyboardInterrupt):
        publish(rendered(tmp_path, "two"), site)
    monkeypatch.undo()
    publish(rendered(tmp_path, "three"), site)
    assert (site / "index.html").read_text() == "three"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_directory_of_somebody_else_is_not_replaced(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/thesis.tex").write_text("x")
    with pytest.raises(EngineError, match="'site' has files that studylog did not write"):
        publish(rendered(tmp_path, "one"), tmp_path / "site")
    assert (tmp_path / "site/thesis.tex").exists()
