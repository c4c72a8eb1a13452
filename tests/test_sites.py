"""Mistakes that authors make, each a small log in tests/sites/bad/ with the exact words that they are told."""

from pathlib import Path

import pytest
from linked_log import told

BAD = sorted((Path(__file__).parent / "sites" / "bad").iterdir())


@pytest.mark.parametrize("folder", BAD, ids=lambda folder: folder.name)
def test_a_mistake_is_told_in_these_words(folder):
    expected = (folder / "expected.txt").read_text(encoding="utf-8")
    assert "\n".join(str(problem) for problem in told(folder)) + "\n" == expected
