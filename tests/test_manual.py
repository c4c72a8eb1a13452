"""The generated parts of the manual say what the code says."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "manual"))

from messages import examples
from notes import NOTES
from output_kinds import PICTURES, kinds

import builder
from builder.messages import MEANINGS, meaning_of
from builder.outputs import OUTPUTS

MAKERS = ("Problem", "problem", "_problem", "report", "failed")


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_generated_note_is_fresh(path):
    assert path.read_text(encoding="utf-8") == NOTES[path](), "type: make manual"


def test_every_kind_that_a_demo_can_make_has_an_example_and_a_picture():
    assert {output.name for output in OUTPUTS.values()} - {output.name for output in kinds()} == {"notebook"}
    assert {path.stem for path in PICTURES.glob("*.png")} == {output.name for output in kinds()}


def codes() -> Iterator[str]:
    """Every code that a problem in the source has: what its makers are given second, or a checker yields first."""
    for path in Path(builder.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found: list[ast.expr] = []
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MAKERS:
                found = node.args[1:2]
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
                found = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and path.parent.name == "check":
                found = node.value.elts[:1]
            yield from (part.value for part in found if isinstance(part, ast.Constant) and part.value)


def test_every_message_is_explained():
    """Each code stands in builder/messages.py with what it means, and no code stands there that nothing gives."""
    given = {code for code in codes() if isinstance(code, str) and " " not in code}
    explained = [code for group in MEANINGS.values() for code in group]
    assert sorted(given - set(explained)) == []
    assert sorted(set(explained) - given) == []
    assert len(explained) == len(set(explained))


def test_every_mistake_that_the_tests_keep_is_explained():
    assert [code for code in examples() if not meaning_of(code)] == []
