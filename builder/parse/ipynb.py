"""Jupyter's own format: JSON with a list of cells. What it was saved with as output is not read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from builder.errors import Problem, Source
from builder.jsontext import read_json
from builder.model import Cell, Json
from builder.parse.cells import NotebookText
from builder.yamltext import UNSHOWN

MAX_ATTACHMENT = 256 * 1024  # characters of base64
_HINT = "open and save it in Jupyter"
_ATTACHED = re.compile(r"\(attachment:([^\s)]+)")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_TYPES = ("markdown", "code", "raw")


def parse_ipynb(text: str, path: str) -> NotebookText:
    """Split a notebook of nbformat 4 into its cells; front matter may be in its metadata, as `studylog`."""
    try:
        notebook = read_json(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return _failed(path, error.lineno, message, "restore it, or remove what a merge has left in it")
    except ValueError as error:
        return _failed(path, 1, f"not a notebook: {error}")
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        old = isinstance(notebook, dict) and "worksheets" in notebook
        return _failed(path, 1, "a notebook of nbformat 3" if old else "not a notebook: it has no list of cells")
    problems: list[Problem] = []
    cells = []
    for number, cell in enumerate(notebook["cells"], 1):
        try:
            cells.append(_read_cell(cell, path, problems))
        except (TypeError, ValueError, KeyError, AttributeError):
            problems.append(Problem(Source(path), "bad-notebook", f"its cell {number} cannot be read", _HINT))
    metadata = notebook.get("metadata")
    own = metadata.get("studylog") if isinstance(metadata, dict) else None
    return NotebookText(tuple(_front(own, text)) if isinstance(own, dict) else (), tuple(cells), tuple(problems))


def _failed(path: str, line: int, message: str, hint: str = _HINT) -> NotebookText:
    return NotebookText((), (), (Problem(Source(path, line), "bad-notebook", message, hint),))


def _front(own: Mapping[str, Json], text: str) -> Iterator[tuple[int, str]]:
    """The front matter in the metadata, as lines of YAML (which JSON is), numbered as Jupyter writes them."""
    line = text.count("\n", 0, text.rindex('"studylog"')) + 1
    yield from ((line + 1 + index, f"{key}: {json.dumps(value)}") for index, (key, value) in enumerate(own.items()))


def _read_cell(cell: Mapping[str, Any], path: str, problems: list[Problem]) -> Cell:
    """Read a cell. Raises TypeError, ValueError, KeyError or AttributeError if it is none."""
    source = cell["source"]
    parts = [source] if isinstance(source, str) else source
    lines = [(part.line, line) for part in parts for line in part.splitlines()]
    if not isinstance(cell.get("metadata", {}), dict) or cell["cell_type"] not in _TYPES:
        raise ValueError(cell["cell_type"])
    metadata = cell.get("metadata", {})
    where = tuple(number for number, _ in lines) or (cell["cell_type"].line,)
    body = "\n".join(line for _, line in lines)
    if cell.get("attachments"):
        body = _attach(body, cell["attachments"], Source(path, where[0]), problems)
    for number, line in lines:
        found = UNSHOWN.search(line)
        if found is not None:
            message = f"a character that cannot be shown, U+{ord(found[0]):04X}"
            problems.append(Problem(Source(path, number), "encoding", message, "remove it"))
            body = UNSHOWN.sub("", body)
    tags = tuple(str(tag) for tag in metadata.get("tags", []))
    return Cell(str(cell["cell_type"]), body, where, tags=tags, alt=str(metadata.get("alt", "")))


def _attach(body: str, attachments: Mapping[str, Any], source: Source, problems: list[Problem]) -> str:
    """Write the pictures that are kept in a cell into its text."""

    def write(match: re.Match[str]) -> str:
        bundle = attachments.get(match[1], {})
        kind = next((kind for kind in _PICTURES if kind in bundle), "")
        data = "".join("".join(bundle[kind]).split()) if kind else ""
        if not data or not re.fullmatch(r"[A-Za-z0-9+/=]+", data) or len(data) > MAX_ATTACHMENT:
            message = f"the attached '{match[1]}' is missing, no picture, or larger than {MAX_ATTACHMENT // 1024} KiB"
            problems.append(Problem(source, "attachment", message, "save it in content/assets/ and show that file"))
            return "(data:image/png;base64,"
        return f"(data:{kind};base64,{data}"

    return _ATTACHED.sub(write, body)
