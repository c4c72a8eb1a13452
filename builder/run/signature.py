"""A demo's signature, read from the syntax tree: typed parameters with literal defaults, and what it returns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from builder.errors import DemoError, Problem, Source, suggest
from builder.model import Parameter
from builder.run.params import check_value, coerce, show

_PLAIN = ("int", "float", "bool", "str")
_HINT = "use int, float, bool, str, Model, list[...], Literal[...] or Annotated[..., Range(0, 1)]"


def read_parameters(function: ast.FunctionDef, path: str, problems: Callable[[Problem], None]) -> tuple[Parameter, ...]:
    """Read the parameters after `run`; what cannot be read is reported through `problems`."""
    arguments = function.args
    for extra in [*arguments.posonlyargs, arguments.vararg, arguments.kwarg]:
        if extra is not None:
            message = f"parameter '{extra.arg}' of '{function.name}' cannot be set by name"
            problems(Problem(Source(path, extra.lineno), "bad-signature", message, "use plain parameters"))
    if not arguments.args or arguments.args[0].arg != "run":
        message = f"the first parameter of '{function.name}' is not 'run'"
        problems(
            Problem(Source(path, function.lineno), "bad-signature", message, f"def {function.name}(run: Run, ...)")
        )
    found = []
    for argument, default in _arguments(arguments):
        try:
            found.append(_parameter(argument, default, path))
        except DemoError as error:
            problems(error.problems[0])
    return tuple(found)


def read_outputs(
    function: ast.FunctionDef, path: str, known: Collection[str], problems: Callable[[Problem], None]
) -> tuple[str, ...]:
    """Read the names of the output types from the return annotation."""
    node = _unquoted(function.returns)
    if node is None:
        message = f"'{function.name}' does not say what it returns"
        problems(Problem(Source(path, function.lineno), "bad-output", message, "write `-> Text` after the parameters"))
        return ()
    nodes = node.slice.elts if _generic(node) == "tuple" and isinstance(node.slice, ast.Tuple) else [node]
    names = tuple(_last_name(item) or ast.unparse(item) for item in nodes)
    for item, name in zip(nodes, names, strict=True):
        if name not in known:
            hint = suggest(name, known) or f"outputs are {', '.join(sorted(known))}"
            problems(Problem(Source(path, item.lineno), "bad-output", f"unknown output '{name}'", hint))
    return names


def literal(node: ast.expr, source: Source, what: str) -> Any:
    """Return the value of a literal. Raises DemoError."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        text = ast.unparse(node)
        problem = Problem(source, "not-literal", f"{what} is not a literal: {text}", "write the value out")
        raise DemoError(problem) from None


def _arguments(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    missing = len(arguments.args) - len(arguments.defaults)
    yield from zip(arguments.args[1:], [*[None] * missing, *arguments.defaults][1:], strict=True)
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


def _parameter(argument: ast.arg, default: ast.expr | None, path: str) -> Parameter:
    source = Source(path, argument.lineno)
    annotation = _unquoted(argument.annotation)
    if annotation is None:
        raise DemoError(Problem(source, "bad-signature", f"parameter '{argument.arg}' has no type", _HINT))
    parameter = Parameter(name=argument.arg, required=default is None, **_type(annotation, source, argument.arg))
    if default is None:
        return parameter
    value = literal(default, source, f"the default of '{argument.arg}'")
    wrong = check_value(parameter, value)
    if wrong:
        raise DemoError(Problem(source, "bad-signature", f"the default of '{argument.arg}' {wrong}"))
    return replace(parameter, default=coerce(parameter, value))


def _type(node: ast.expr, source: Source, name: str) -> dict[str, Any]:
    """Return the fields of Parameter that an annotation stands for."""
    plain = _last_name(node)
    if plain in _PLAIN:
        return {"type": plain}
    if plain == "Model":
        return {"type": "str", "is_model": True}
    generic = _generic(node)
    if generic == "list" and _last_name(node.slice) in ("int", "float", "str"):
        return {"type": "list", "item_type": _last_name(node.slice)}
    if generic == "Literal":
        return _choices(node.slice, source, name)
    if generic == "Annotated" and isinstance(node.slice, ast.Tuple):
        inner, *notes = node.slice.elts
        return {**_type(inner, source, name), **_bounds(notes, source, name)}
    message = f"parameter '{name}' has a type that cannot be read: {ast.unparse(node)}"
    raise DemoError(Problem(source, "bad-signature", message, _HINT))


def _choices(node: ast.expr, source: Source, name: str) -> dict[str, Any]:
    elements = node.elts if isinstance(node, ast.Tuple) else [node]
    choices = tuple(literal(element, source, f"a choice of '{name}'") for element in elements)
    types = {type(choice).__name__ for choice in choices}
    if len(types) != 1 or not types <= set(_PLAIN):
        message = f"the choices of '{name}' are not all text or all numbers"
        raise DemoError(Problem(source, "bad-signature", message, 'write Literal["one", "two"]'))
    return {"type": types.pop(), "choices": choices}


def _bounds(notes: list[ast.expr], source: Source, name: str) -> dict[str, Any]:
    if len(notes) != 1 or not isinstance(notes[0], ast.Call) or _last_name(notes[0].func) != "Range":
        written = ", ".join(map(ast.unparse, notes))
        message = f"the bounds of '{name}' cannot be read: {written}"
        raise DemoError(Problem(source, "bad-signature", message, "write Annotated[float, Range(0, 2)]"))
    values = dict(zip(("minimum", "maximum"), notes[0].args, strict=False))
    values |= {keyword.arg: keyword.value for keyword in notes[0].keywords if keyword.arg in ("minimum", "maximum")}
    bounds = {key: literal(value, source, f"a bound of '{name}'") for key, value in values.items()}
    for value in bounds.values():
        if not isinstance(value, (int, float, type(None))):
            raise DemoError(Problem(source, "bad-signature", f"a bound of '{name}' is {show(value)}, not a number"))
    return bounds


def _unquoted(node: ast.expr | None) -> ast.expr | None:
    """Parse an annotation that was written as text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            parsed = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return node
        return ast.copy_location(parsed, node)
    return node


def _last_name(node: ast.expr) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _generic(node: ast.expr) -> str:
    return _last_name(node.value) if isinstance(node, ast.Subscript) else ""
