"""The demos of a log, read from `demos/*.py` without importing them."""

from __future__ import annotations

import ast
import inspect
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from builder import outputs
from builder.errors import DemoError, Problem, Source, in_order, suggest
from builder.kept import Kept
from builder.model import DemoSpec, Parameter
from builder.run.code import Module, Modules, code_digests, is_demo_decorator
from builder.run.params import check_value, coerce
from builder.run.signature import literal, read_outputs, read_parameters

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_SETTINGS = ("smoke", "inputs", "timeout_seconds", "tolerances")
_SPELLINGS = {
    "2d": "2-D", "bert": "BERT", "cnn": "CNN", "gan": "GAN", "gpt2": "GPT-2", "lora": "LoRA", "mlp": "MLP",
    "moe": "MoE", "rnn": "RNN", "vae": "VAE",
}  # fmt: skip

Report = Callable[[Problem], None]


Demos = tuple[dict[str, DemoSpec], tuple[Problem, ...]]


def read_demos(root: Path, kept: Kept | None = None) -> Demos:
    """Read every demo of the log at `root`: the readable ones by name, and what is wrong with the others.

    A process that builds again and again reads them anew when any Python file below `demos/` has other bytes.
    """
    memory = (kept or Kept()).memory("demos")
    files = _python_files(root / "demos")
    if memory.get("files") != files:
        memory["files"], memory["demos"] = files, _read_all(root)
    return memory["demos"]


def _python_files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file that a demo's code may stand in."""
    found = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in ("_runs", "__pycache__")]
        paths = (Path(parent, name) for name in names if name.endswith(".py"))
        found |= {str(path): path.read_bytes() for path in paths if path.is_file()}
    return found


def _read_all(root: Path) -> Demos:
    modules = Modules(root)
    specs: dict[str, DemoSpec] = {}
    problems: list[Problem] = []
    for file in sorted((root / "demos").glob("*.py")):
        if file.stem in sys.stdlib_module_names:
            message = f"'{file.stem}' is also the name of a module of Python"
            problems.append(Problem(Source(f"demos/{file.name}"), "bad-name", message, "give the file another name"))
        elif not file.name.startswith("_"):
            found: list[Problem] = []
            spec = read_demo(file.stem, modules, found.append)
            if spec and not found:
                specs[spec.name] = spec
            problems += found
    return specs, in_order(problems)


def read_demo(name: str, modules: Modules, problems: Report) -> DemoSpec | None:
    """Read `demos/NAME.py`; what is wrong is reported through `problems`."""
    path = f"demos/{name}.py"
    try:
        module = modules.get(name)
        code = code_digests(name, modules)
    except SyntaxError as error:
        problems(Problem(Source(error.filename or path, error.lineno or 0), "bad-python", f"not Python: {error.msg}"))
        return None
    except ValueError as error:
        problems(Problem(Source(path), "bad-python", f"cannot be read: {error}", "save it as UTF-8"))
        return None
    function = _find_function(name, module, problems) if module else None
    if not module or not function:
        return None
    _check_imports(module, problems)
    parameters = read_parameters(function, path, problems)
    settings = _read_settings(function, path, problems)
    doc = inspect.cleandoc(ast.get_docstring(function) or "")
    if not doc:
        message = f"demo '{name}' has no docstring"
        problems(Problem(Source(path, function.lineno), "no-docstring", message, "say in one line what it shows"))
    summary, _, description = doc.partition("\n")
    return DemoSpec(
        name=name,
        title=_title(name),
        summary=summary.strip(),
        description=description.strip(),
        parameters=parameters,
        outputs=read_outputs(function, path, [output.type.__name__ for output in outputs.OUTPUTS.values()], problems),
        smoke=_read_smoke(settings, parameters, problems),
        inputs=_read_inputs(settings, problems),
        timeout_seconds=_read_timeout(settings, problems),
        source=Source(path, function.lineno),
        text=module.text,
        code=code,
        tolerances=_read_tolerances(settings, problems),
    )


def _find_function(name: str, module: Module, problems: Report) -> ast.FunctionDef | None:
    """Find the one function marked `@demo(...)`, which is called as the file is."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    marked = [n for n in module.tree.body if isinstance(n, functions) and any(map(is_demo_decorator, n.decorator_list))]
    if not marked:
        hint = f"put `@demo(smoke={{...}})` above `def {name}(run: Run, ...)`, or name a helper `_{name}.py`"
        problems(Problem(Source(module.path), "no-demo", "no function is marked with `@demo(...)`", hint))
        return None
    first, *others = marked
    for other in others:
        message = f"'{other.name}' is a second demo in this file"
        problems(Problem(Source(module.path, other.lineno), "two-demos", message, f"move it to demos/{other.name}.py"))
    if isinstance(first, ast.AsyncFunctionDef):
        message = f"demo '{first.name}' is an async function"
        problems(Problem(Source(module.path, first.lineno), "bad-signature", message, f"def {first.name}(run: Run)"))
        return None
    if first.name != name or not _NAME.match(name):
        message = f"the demo is called '{first.name}' and its file '{name}.py'"
        hint = "call both the same, in lower case with underscores"
        problems(Problem(Source(module.path, first.lineno), "bad-name", message, hint))
    return first


def _check_imports(module: Module, problems: Report) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            message = "a demo cannot import relatively"
            hint = f"from {node.module or '_name'} import {', '.join(alias.name for alias in node.names)}"
            problems(Problem(Source(module.path, node.lineno), "bad-import", message, hint))


Settings = Mapping[str, tuple[Any, Source]]


def _read_settings(function: ast.FunctionDef, path: str, problems: Report) -> Settings:
    """Read the keywords of `@demo(...)`, each with its place."""
    decorator = next(node for node in function.decorator_list if is_demo_decorator(node))
    settings: dict[str, tuple[Any, Source]] = {"": (None, Source(path, decorator.lineno))}
    for keyword in decorator.keywords if isinstance(decorator, ast.Call) else []:
        source = Source(path, keyword.value.lineno)
        if keyword.arg not in _SETTINGS:
            hint = suggest(keyword.arg or "", _SETTINGS)
            problems(Problem(source, "unknown-setting", f"`@demo` has no setting '{keyword.arg or '**'}'", hint))
            continue
        try:
            settings[keyword.arg] = literal(keyword.value, source, f"'{keyword.arg}' of `@demo`"), source
        except DemoError as error:
            problems(error.problems[0])
    return settings


def _read_smoke(settings: Settings, parameters: tuple[Parameter, ...], problems: Report) -> dict[str, Any]:
    by_name = {parameter.name: parameter for parameter in parameters}
    value, source = settings.get("smoke", settings[""])
    if not isinstance(value, dict):
        hint = "write `@demo(smoke={...})` with the parameters that make it quick"
        problems(Problem(source, "bad-smoke", "`@demo` has no smoke parameters", hint))
        return {}
    smoke = {}
    for name, item in value.items():
        if name not in by_name:
            message = f"smoke sets '{name}', which is no parameter of the demo"
            problems(Problem(source, "bad-smoke", message, suggest(str(name), by_name)))
        elif wrong := check_value(by_name[name], item):
            problems(Problem(source, "bad-smoke", f"smoke's '{name}' {wrong}"))
        else:
            smoke[name] = coerce(by_name[name], item)
    return smoke


def _read_inputs(settings: Settings, problems: Report) -> tuple[str, ...]:
    value, source = settings.get("inputs", ((), settings[""][1]))
    value = value if isinstance(value, (list, tuple)) else [value]
    for item in value:
        if not isinstance(item, str) or not item or "\\" in item or not _is_inside(item):
            hint = 'write inputs=["demos/training/data/file.csv"], relative to the log'
            problems(Problem(source, "bad-input", f"input {item!r} is not a path inside the log", hint))
    return tuple(str(PurePosixPath(item)) for item in value if isinstance(item, str))


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and "\0" not in path


def _read_timeout(settings: Settings, problems: Report) -> float:
    value, source = settings.get("timeout_seconds", (600, settings[""][1]))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        problems(Problem(source, "bad-timeout", f"timeout_seconds is {value!r}, not a positive number"))
        return 600.0
    return float(value)


def _read_tolerances(settings: Settings, problems: Report) -> dict[str, float]:
    value, source = settings.get("tolerances", ({}, settings[""][1]))
    for name, share in value.items() if isinstance(value, dict) else [("", value)]:
        number = isinstance(share, (int, float)) and not isinstance(share, bool) and 0 <= share < float("inf")
        if not isinstance(name, str) or not name.isidentifier() or not number:
            hint = 'name a metric and the share by which it may differ: tolerances={"loss": 0.02}'
            problems(Problem(source, "bad-tolerance", f"the tolerance {name!r}: {share!r} cannot be", hint))
            return {}
    return {name: float(share) for name, share in value.items()}


def _title(name: str) -> str:
    """Make a title of a demo's name: `gpt2_generate` -> `GPT-2 generate`."""
    title = " ".join(_SPELLINGS.get(word, word) for word in name.split("_") if word)
    return title[:1].upper() + title[1:]
