"""Notebooks as something to run: what their key is made of, read from their cells without executing them."""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from builder.errors import Problem, Source, in_order
from builder.model import Cell, DemoSpec, Document, Parameter
from builder.parse.notebook import model_parameters
from builder.parse.python import parse_cell
from builder.run.code import Modules, canonical, local_digests
from builder.run.registry import read_demo


def read_notebooks(documents: Iterable[Document], root: Path) -> tuple[Mapping[str, DemoSpec], tuple[Problem, ...]]:
    """Read the runs of notebooks: by the name that each document calls its own, and what is wrong with the helpers."""
    modules = Modules(root)
    specs: dict[str, DemoSpec] = {}
    problems: list[Problem] = []
    for document in documents:
        for call in document.calls if document.cells else ():
            if call.name == "notebook":
                try:
                    specs[call.demo] = _spec(document, call.demo, modules)
                except SyntaxError as error:
                    source = Source(error.filename or document.source.path, error.lineno or 0)
                    problems.append(Problem(source, "bad-python", f"not Python: {error.msg}"))
                except ValueError as error:
                    problems.append(Problem(call.source, "bad-python", f"a helper cannot be read: {error}"))
    return specs, in_order(problems)


def read_again(spec: DemoSpec, root: Path) -> DemoSpec | None:
    """Read a demo or notebook once more, after it ran; of a notebook only its helpers: its cells are those that ran."""
    if spec.cells:
        return replace(spec, code=_digests(spec.cells, Modules(root)))
    return read_demo(spec.name, Modules(root), lambda problem: None)


def _spec(document: Document, name: str, modules: Modules) -> DemoSpec:
    meta = document.meta
    cells = tuple(cell for cell in document.cells if cell.number)
    models = model_parameters(meta.models).items()
    return DemoSpec(
        name=name,
        title=document.title,
        summary=document.summary,
        description="",
        parameters=tuple(Parameter(p, "str", default=model, is_model=True) for p, model in models),
        outputs=("Notebook",),
        smoke={},
        inputs=meta.inputs,
        timeout_seconds=meta.timeout_seconds,
        source=document.at("inputs"),
        text="",
        code=_digests(cells, modules),
        cells=cells,
    )


def _digests(cells: Sequence[Cell], modules: Modules) -> dict[str, str]:
    """Digests of the code cells, as `cell N`, and of the definitions in `demos/` that they use."""
    trees = [parse_cell(cell.text) for cell in cells]
    own = {f"cell {cell.number}": cell_digest(cell) for cell in cells}
    return own | local_digests([statement for tree in trees for statement in tree.body], modules)


def cell_digest(cell: Cell) -> str:
    """Digest what a cell does and shows: neither comments nor formatting, but the `;` that silences its last line."""
    statements = parse_cell(cell.text).body
    last = statements[-1]
    shown = canonical(last.value) if isinstance(last, ast.Expr) else ""
    quiet = "quiet" if _code_end(cell.text).endswith(";") else ""
    raises = "raises-exception" * ("raises-exception" in cell.tags)
    return hashlib.sha256("\n".join([canonical(statements), shown, quiet, raises]).encode()).hexdigest()


def _code_end(text: str) -> str:
    """A cell's code up to its last character that is neither blank nor comment."""
    ignored = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT)
    try:
        tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in ignored]
    except (tokenize.TokenError, SyntaxError):  # lines for IPython
        return text.rstrip()
    return tokens[-1].string if tokens else ""
