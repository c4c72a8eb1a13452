"""Digests of the code that a demo uses: its function and every local definition behind it, followed by name.

Comments, docstrings, formatting and what is not used do not count. Where it is unclear whether something is used, it
counts. Files are parsed, never imported.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TOP_LEVEL = "(top level)"  # what a file does when it is imported, besides binding names


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed file of `demos/`: the statements that bind each of its top-level names, and those that bind none."""

    path: str
    text: str
    tree: ast.Module
    bindings: Mapping[str, tuple[ast.stmt, ...]]


class Modules:
    """The files of a log's `demos/` by module name, each parsed once."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "demos"
        self._known: dict[str, Module | None] = {}

    def get(self, name: str) -> Module | None:
        """Return the local module `name` (`_nets`, `_lib.nets`), or None if it comes from elsewhere.

        Raises: SyntaxError, or ValueError for text that is not UTF-8 or has NUL bytes.
        """
        if name not in self._known:
            stem = name.replace(".", "/")
            paths = [f"{stem}.py", f"{stem}/__init__.py"]
            found = next((path for path in paths if (self._folder / path).is_file()), None)
            self._known[name] = parse_module(self._folder / found, f"demos/{found}") if found else None
        return self._known[name]


def parse_module(file: Path, path: str) -> Module:
    """Parse a file of `demos/`; `path` is how it is called in messages and keys."""
    text = file.read_bytes().decode("utf-8-sig")
    tree = ast.parse(text, path)
    bindings: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for name, binding in _bindings(statement):
            bindings.setdefault(name, []).append(binding)
    return Module(path, text, tree, {name: tuple(found) for name, found in bindings.items()})


def code_digests(name: str, modules: Modules) -> dict[str, str]:
    """Digest every definition that the demo `name` uses, as `demos/x.py:definition` -> sha256 hex, sorted."""
    return _follow([(name, name)], modules, demo=name)


def local_digests(nodes: Sequence[ast.stmt], modules: Modules) -> dict[str, str]:
    """Digest every definition in `demos/` that some statements from elsewhere use, as `code_digests` does."""
    here = "(here)"
    return _follow([used for used in _uses(nodes, here, modules) if used[0] != here], modules)


def _follow(waiting: list[tuple[str, str]], modules: Modules, *, demo: str = "") -> dict[str, str]:
    """Digest definitions, given as (module, definition), and all that they use."""
    digests: dict[str, str] = {}
    while waiting:
        module_name, definition = waiting.pop()
        module = modules.get(module_name)
        if module is None or f"{module.path}:{definition}" in digests:
            continue
        nodes: Sequence[ast.stmt] = module.bindings.get(definition, ())
        if demo and (module_name, definition) == (demo, demo):
            nodes = [_without_signature(node) for node in nodes]
        if nodes:
            digests[f"{module.path}:{definition}"] = hashlib.sha256(canonical(list(nodes)).encode()).hexdigest()
            waiting += [(module_name, TOP_LEVEL), *_uses(nodes, module_name, modules)]
    return dict(sorted(digests.items()))


def canonical(node: object) -> str:
    """Write a syntax tree in one form for all versions of Python, without docstrings and `pass`."""
    if isinstance(node, ast.AST):
        fields = [f"{name}={canonical(value)}" for name, value in ast.iter_fields(node) if _counts(node, name, value)]
        return f"{type(node).__name__}({', '.join(fields)})"
    if isinstance(node, list):
        return f"[{', '.join(canonical(item) for item in node if not _has_no_effect(item))}]"
    return repr(node)


def _counts(node: ast.AST, name: str, value: object) -> bool:
    if name in ("kind", "type_comment"):
        return False
    return isinstance(node, ast.Constant) or not (value is None or value == [])


def _has_no_effect(node: object) -> bool:
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return text or isinstance(node, ast.Pass)


def _without_signature(node: ast.stmt) -> ast.stmt:
    """Drop defaults, types and the `@demo(...)` of a demo's function: parameters are in the key as they are used."""
    if not isinstance(node, ast.FunctionDef) or any(
        isinstance(inner, ast.Name) and inner.id == node.name for inner in ast.walk(node)
    ):
        return node
    names = [ast.arg(arg=arg.arg) for arg in [*node.args.args, *node.args.kwonlyargs]]
    arguments = ast.arguments(posonlyargs=[], args=names, kwonlyargs=[], kw_defaults=[], defaults=[])
    decorators = [decorator for decorator in node.decorator_list if not is_demo_decorator(decorator)]
    return ast.FunctionDef(name=node.name, args=arguments, body=node.body, decorator_list=decorators)


def is_demo_decorator(node: ast.expr) -> bool:
    """Tell whether a decorator is `@demo(...)`, however `demo` was imported."""
    function = node.func if isinstance(node, ast.Call) else node
    return getattr(function, "id", getattr(function, "attr", "")) == "demo"


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """Yield each name that a top-level statement binds, with the statement cut down to that name where possible."""
    if isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test):
        return
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            single = ast.Import(names=[alias])
            if isinstance(statement, ast.ImportFrom):
                single = ast.ImportFrom(module=statement.module, names=[alias], level=statement.level)
            yield (TOP_LEVEL if alias.name == "*" else _bound_name(alias)), single
        return
    names = set(_names_bound_in(statement)) or {TOP_LEVEL}
    for name in names:
        if not _has_no_effect(statement):
            yield name, statement


def _names_bound_in(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield _bound_name(node)
        elif isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            yield from _root_name(node)


def _bound_name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _root_name(node: ast.AST) -> Iterator[str]:
    """Yield the name at the root of `name`, `name.attribute` or `name[item]`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _uses(nodes: Iterable[ast.stmt], module_name: str, modules: Modules) -> Iterator[tuple[str, str]]:
    """Yield (module, definition) for everything local that the statements mention."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name):
            yield module_name, node.id
        elif isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")
                for length in range(1, len(parts) + 1):
                    yield from _all_of(".".join(parts[:length]), modules)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield from ((node.module, TOP_LEVEL), (node.module, alias.name))
                yield from _all_of(node.module if alias.name == "*" else f"{node.module}.{alias.name}", modules)


def _all_of(name: str, modules: Modules) -> Iterator[tuple[str, str]]:
    """Yield every definition of a local module."""
    module = modules.get(name)
    for definition in module.bindings if module else ():
        yield name, definition
