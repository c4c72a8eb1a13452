"""Notebooks as entries: their front matter, and their cells in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from builder.errors import Problem, Source
from builder.kinds import Kind
from builder.model import Cell, DemoCall
from builder.parse.ipynb import parse_ipynb
from builder.parse.percent import parse_percent
from builder.parse.python import parse_cell
from builder.parse.text import EntryText, parse_meta, split_front_matter

Lines = Sequence[tuple[int, str]]  # line of the file, text


def parse_notebook(text: str, path: str, kind: Kind) -> EntryText:
    """Read a notebook's front matter against its kind, and its cells.

    Front matter is the header of a percent file, or the first cell that is text, or `studylog` in the metadata.
    """
    notebook = (parse_ipynb if path.lower().endswith(".ipynb") else parse_percent)(text, path)
    front = _without_jupyter(notebook.front)
    cells = notebook.cells
    if not any(line.strip() for _, line in front) and cells and cells[0].type != "code":
        front, first = _split_cell(cells[0])
        cells = (first, *cells[1:])
    meta, keys, found = parse_meta("\n".join(line for _, line in front), path, kind, first_line=1)
    places = [number for number, _ in front] or [1]

    def place(line: int) -> int:
        return places[min(line, len(places)) - 1]

    problems = [replace(p, source=Source(path, place(p.source.line))) for p in found]
    numbered, mistakes = _number(cells, path)
    problems = (*notebook.problems, *problems, *mistakes)
    return EntryText(meta, "", 0, {key: place(line) for key, line in keys.items()}, problems, numbered)


def notebook_calls(slug: str, path: str, entry: EntryText) -> Iterator[DemoCall]:
    """The run of a notebook that has code, as a call of a demo that has its name; in the text it is `notebook`."""
    code = [cell for cell in entry.cells or () if cell.number]
    if code and not any(problem.severity == "error" for problem in entry.problems):
        lines = {parameter: entry.lines.get("models", 1) for parameter in model_parameters(entry.meta.models)}
        yield DemoCall(f"notebook:{slug}", "notebook", {}, {}, "", "", Source(path, code[0].lines[0]), lines)


def model_parameters(models: Sequence[str]) -> Mapping[str, str]:
    """The declared models as parameters of the run: `model`, `model 2`, …"""
    return {f"model {number}" if number > 1 else "model": name for number, name in enumerate(models, 1)}


def _without_jupyter(front: Lines) -> Lines:
    """Blank what Jupytext keeps for itself in the header."""
    kept: list[tuple[int, str]] = []
    inside = False
    for number, line in front:
        inside = line.startswith("jupyter:") or (inside and line[:1] in (" ", "\t", ""))
        kept.append((number, "" if inside else line))
    return kept


def _split_cell(cell: Cell) -> tuple[Lines, Cell]:
    """The front matter at the top of a text cell, and the rest of the cell."""
    yaml, body, first_line = split_front_matter(f"{cell.text}\n")
    if first_line == 1:
        return (), cell
    front = list(zip(cell.lines[1:], yaml.split("\n"), strict=False))[: yaml.count("\n")]
    rest = replace(cell, text=body.rstrip("\n"), lines=cell.lines[first_line - 1 :] or cell.lines[-1:])
    return front, rest


def _number(cells: Sequence[Cell], path: str) -> tuple[tuple[Cell, ...], list[Problem]]:
    """Number the cells that have code, and report what is no Python."""
    numbered, problems = [], []
    number = 0
    for cell in cells:
        if cell.type == "code" and "skip-execution" not in cell.tags:
            try:
                has_code = bool(parse_cell(cell.text).body)
            except SyntaxError as error:
                line = cell.lines[min(max(error.lineno or 1, 1), len(cell.lines)) - 1]
                message = re.sub(r" on line \d+", "", f"not Python: {error.msg}")  # that would be a line of the cell
                problems.append(Problem(Source(path, line), "bad-python", message))
                has_code = False
            number += has_code
            cell = replace(cell, number=number if has_code else 0)
        numbered.append(cell)
    return tuple(numbered), problems
