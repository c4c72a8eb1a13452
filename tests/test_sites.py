"""Mistakes that authors make, each a small log in tests/sites/bad/ with the exact words that they are told."""

from pathlib import Path

import pytest
from linked_log import read_site

BAD = sorted((Path(__file__).parent / "sites" / "bad").iterdir())


@pytest.mark.parametrize("folder", BAD, ids=lambda folder: folder.name)
def test_a_mistake_is_told_in_these_words(folder):
    _, problems = read_site(folder)
    assert "\n".join(str(problem) for problem in problems) + "\n" == (folder / "expected.txt").read_text(
        encoding="utf-8"
    )
