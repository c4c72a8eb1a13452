"""No text makes a parser raise, hang, or take it for something it is not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from parsers import PARSERS, PIECES

PIECEWISE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30).map("".join)
SLOW = {"blocks", "wikilinks", "year_files", "front_matter"}


@pytest.mark.parametrize("name", PARSERS)
def test_T3_T12_T13_no_text_breaks_a_parser(name):
    @settings(max_examples=25 if name in SLOW else 150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(PIECEWISE, st.text(max_size=60)))
    @example("")
    @example("\0")
    @example("[" * 1000)
    @example("- " * 500 + "x")
    @example("{" * 40 + "a: 1" + "}" * 40)
    @example("9" * 5000)
    def never(text: str) -> None:
        PARSERS[name](text)

    never()
