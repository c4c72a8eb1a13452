"""Python files in percent format: `# %%` begins a cell, `# %% [markdown]` one whose lines are comments.

Jupytext, VS Code, PyCharm and Spyder read and write it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.errors import Problem, Source
from builder.model import Cell
from builder.parse.cells import NotebookText

_MARKER = re.compile(r"#[ \t]*%%(?P<extra>%*)(?:[ \t]+(?P<options>.*)|[ \t]*)")
_KIND = re.compile(r"\[(markdown|md|raw)\]")
_OPTION = re.compile(r"\b(tags|alt)\s*=\s*(\[[^\]]*\]|\"(?:[^\"\\]|\\.)*\"|\S+)")
_QUOTES = re.compile(r"\s*[rR]?(\"\"\"|''')")
_KINDS = {"markdown": "markdown", "md": "markdown", "raw": "raw"}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


def parse_percent(text: str, path: str) -> NotebookText:
    """Split a percent-format file into its YAML header and its cells."""
    lines = [_Line(number, line) for number, line in enumerate(text.split("\n"), 1)]
    header, rest, problems = _split_header(lines, path)
    cells: list[Cell] = []
    for marker, body in _split_cells(rest):
        if marker is not None or any(line.text.strip() for line in body):
            cells.append(_read_cell(marker, body, path, problems))
    if not problems and not any(_MARKER.fullmatch(line.text) for line in lines):
        hint = "begin a cell with a line `# %%`, text with `# %% [markdown]`"
        problems.append(Problem(Source(path, 1), "no-cells", "a notebook without cells", hint))
    front = tuple((line.number, _uncomment(line.text)) for line in header)
    return NotebookText(front, tuple(cells), tuple(problems))


def _split_header(lines: list[_Line], path: str) -> tuple[list[_Line], list[_Line], list[Problem]]:
    """The lines between `# ---` and `# ---` at the top, and those below them."""
    first = next((index for index, line in enumerate(lines) if not _is_preamble(line)), len(lines))
    if first == len(lines) or lines[first].text.rstrip() != "# ---":
        return [], lines, []
    for index in range(first + 1, len(lines)):
        text = lines[index].text
        if text.rstrip() == "# ---":
            return lines[first + 1 : index], lines[index + 1 :], []
        if not text.startswith("#") or _MARKER.fullmatch(text):
            break
    source = Source(path, lines[first].number)
    return [], [], [Problem(source, "front-matter", "the front matter has no end", "close it with a line `# ---`")]


def _is_preamble(line: _Line) -> bool:
    return not line.text.strip() or line.text.startswith("#!") or re.match(r"#.*coding[:=]", line.text) is not None


def _split_cells(lines: Sequence[_Line]) -> Iterator[tuple[_Line | None, list[_Line]]]:
    """Each cell's marker (None for what stands before the first) and its lines, without blank ones around them."""
    marker: _Line | None = None
    body: list[_Line] = []
    for line in lines:
        if _MARKER.fullmatch(line.text):
            yield marker, _strip(body)
            marker, body = line, []
        else:
            body.append(line)
    yield marker, _strip(body)


def _strip(lines: list[_Line]) -> list[_Line]:
    filled = [index for index, line in enumerate(lines) if line.text.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _read_cell(marker: _Line | None, body: list[_Line], path: str, problems: list[Problem]) -> Cell:
    match = _MARKER.fullmatch(marker.text) if marker else None
    options = (match["options"] or "") if match else ""
    kind = _KIND.search(options)
    type_ = _KINDS[kind[1]] if kind else "code"
    found = _read_options(options, Source(path, marker.number if marker else 1), problems)
    if type_ != "code":
        body = _read_comments(body, path, problems)
    where = body[0].number if body else marker.number if marker else 1
    lines = tuple(line.number for line in body) or (where,)
    return Cell(type_, "\n".join(line.text for line in body), lines, **found)


def _read_options(options: str, source: Source, problems: list[Problem]) -> dict:
    """Read `tags=["hide-input"]` and `alt="…"` behind a marker; what else stands there is left alone."""
    found: dict = {}
    for name, written in _OPTION.findall(options):
        try:
            value = json.loads(written)
        except ValueError:
            value = None
        if name == "tags" and isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            found["tags"] = tuple(value)
        elif name == "alt" and isinstance(value, str):
            found["alt"] = value
        else:
            hint = 'write tags=["hide-input", "…"] and alt="what the picture shows"'
            problems.append(Problem(source, "cell-option", f"'{name}={written}' of a cell cannot be read", hint))
    return found


def _read_comments(body: list[_Line], path: str, problems: list[Problem]) -> list[_Line]:
    """The text of a cell that is written as comments, or between triple quotes."""
    quotes = _QUOTES.match(body[0].text) if body else None
    if (
        quotes is not None
        and body[-1].text.rstrip().endswith(quotes[1])
        and (len(body) > 1 or body[0].text.count(quotes[1]) > 1)
    ):
        inner = [_Line(body[0].number, body[0].text[quotes.end() :]), *body[1:]]
        inner[-1] = _Line(inner[-1].number, inner[-1].text.rstrip().removesuffix(quotes[1]))
        return _strip(inner)
    for line in body:
        if line.text.strip() and not line.text.startswith("#"):
            hint = "begin the line with `# `, or code with a line `# %%`"
            problems.append(Problem(Source(path, line.number), "cell", "a line of text that is no comment", hint))
            break
    return [_Line(line.number, _uncomment(line.text)) for line in body]


def _uncomment(text: str) -> str:
    return re.sub("^# ?", "", text)
