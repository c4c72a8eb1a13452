"""The generated parts of the manual say what the code says."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "manual"))

from output_kinds import NOTE, PICTURES, kinds, note

from builder.outputs import OUTPUTS


def test_the_note_on_outputs_is_fresh():
    assert NOTE.read_text(encoding="utf-8") == note(), "type: make manual"


def test_every_kind_that_a_demo_can_make_has_an_example_and_a_picture():
    assert {output.name for output in OUTPUTS.values()} - {output.name for output in kinds()} == {"notebook"}
    assert {path.stem for path in PICTURES.glob("*.png")} == {output.name for output in kinds()}
