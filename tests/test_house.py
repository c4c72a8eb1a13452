"""The house: imports go only downwards, rooms stay small, and nothing that executes a stranger's bytes is let in."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import builder
from builder import importers, kinds, outputs, pages

ROOT = Path(builder.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
NAMES = {
    path: path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    for path in FILES
}
MODULES = {path: name for path, name in NAMES.items() if not name.startswith("starter")}

FLOORS = [
    ["errors", "apart", "cores", "seen", "shelf", "messages", "urls", "harmless", "terminal"],
    ["kept", "yamltext", "jsontext", "accents"],
    ["model", "bytecode"],
    ["outputs", "demo"],
    ["papers"],
    ["kinds", "config"],
    ["parse"],
    ["bibliography"],
    ["reading"],
    ["files", "index"],
    ["resolve", "naming"],
    ["library", "report", "unchanged"],
    ["run"],
    ["claims", "meaning", "numbers", "terms"],
    ["related"],
    ["pages"],
    ["stage"],
    ["check"],
    ["engine", "drift"],
    ["schema", "outcome"],
    ["importers", "new", "move", "fetch", "embed"],
    ["pipeline"],
    ["checks", "runs", "summaries", "doctor", "testing", "notebook"],
    ["watch"],
    ["commandline"],
    ["authorcli", "paperscli", "storecli"],
    ["cli"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, without what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from executed(child)


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, with the line."""
    for node in executed(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{name.name}", node.lineno) for name in node.names)


def room(module: str) -> str:
    return module.split(".")[0]


def test_every_room_has_its_floor():
    rooms = {room(name) for name in MODULES.values()} - {"builder", "__init__", "__main__"}
    assert sorted(rooms - set(FLOOR)) == []


def test_imports_go_only_downwards():
    upwards = []
    for path, name in MODULES.items():
        for target, line in imported(path):
            there = room(target.removeprefix("builder.")) if target.startswith("builder.") else None
            if there in FLOOR and name != "__main__" and room(name) != there and FLOOR[there] >= FLOOR[room(name)]:
                upwards.append(f"{name}:{line} imports {there}")
    assert sorted(set(upwards)) == []


def test_no_file_is_longer_than_250_lines():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for path, name in NAMES.items()}
    assert {name: length for name, length in lengths.items() if length > 250} == {}


def test_no_function_is_longer_than_40_lines():
    long = [
        f"{name}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for path, name in NAMES.items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


def test_torch_is_imported_in_one_place():
    places = [name for path, name in NAMES.items() for target, _ in imported(path) if room(target) == "torch"]
    assert set(places) <= {"run.device"}


def test_C8_nothing_that_unpickles_is_imported():
    refused = {"pickle", "cPickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}
    assert [
        f"{name} imports {target}"
        for path, name in NAMES.items()
        for target, _ in imported(path)
        if room(target) in refused
    ] == []


def test_no_exception_is_swallowed():
    silent = []
    for path, name in NAMES.items():
        for node in ast.walk(tree(path)):
            wide = isinstance(node, ast.ExceptHandler) and (
                node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            )
            if wide and all(isinstance(part, ast.Pass) for part in node.body):
                silent.append(f"{name}:{node.lineno}")
    assert silent == []


def test_every_module_has_a_docstring():
    notebooks = {path for path in FILES if path.parent.name == "notebooks"}  # their text is in comments
    assert [name for path, name in NAMES.items() if path not in notebooks and not ast.get_docstring(tree(path))] == []


def test_every_public_function_and_class_has_a_docstring():
    bare = []
    for path, name in MODULES.items():
        for node in tree(path).body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                bare.append(f"{name}.{node.name}")
    assert bare == []


REGISTRIES = [(kinds, "KIND"), (outputs, "OUTPUT"), (importers, "IMPORTER"), (pages, "PAGE")]


@pytest.mark.parametrize(("package", "constant"), REGISTRIES, ids=lambda value: getattr(value, "__name__", value))
def test_every_file_of_a_registry_defines_its_constant(package, constant):
    helpers = {"frontmatter", "demo_block"}
    names = [
        m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_") and m.name not in helpers
    ]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    assert [module.__name__ for module in modules if not hasattr(module, constant) or not module.__doc__] == []
    assert names


def test_names_in_a_registry_are_unique():
    assert len({page.name for page in pages.PAGES}) == len(pages.PAGES)
    assert len({kind.folder for kind in kinds.KINDS.values()}) == len(kinds.KINDS)


def test_demos_import_only_what_a_demo_may():
    demos = ROOT.parent / "demos"
    allowed = ("builder.demo", "builder.outputs")
    wrong = [
        f"{path.name}:{line} imports {target}"
        for path in sorted(demos.glob("*.py"))
        for target, line in imported(path)
        if room(target) == "builder" and target != "builder" and not target.startswith(allowed)
    ]
    assert wrong == []


def test_no_model_says_in_which_folder_it_was_made():
    configs = sorted((ROOT.parent / "demos" / "weights").rglob("*.json"))
    assert (
        configs
        and [path.name for path in configs if re.search(r'"(/|[A-Z]:\\)[\w.-]+/', path.read_text("utf-8"))] == []
    )
