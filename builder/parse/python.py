"""The Python of a notebook's cells, with the few things that IPython adds to it, as syntax trees."""

from __future__ import annotations

import ast
import re
import warnings

_CELL_MAGIC = re.compile(r"\s*%%(\w+)(.*)\n?")
_PYTHON_MAGICS = ("time", "timeit", "capture", "prun")  # what stands below them is Python
_LINE_MAGIC = re.compile(r"^([ \t]*)((?:[\w.]+(?:, *[\w.]+)* *= *)?)(%\w.*|!.*)$", re.MULTILINE)
_HELP = re.compile(r"^([ \t]*)(\?{1,2}[\w.*]+|[\w.*]+\?{1,2})[ \t]*$", re.MULTILINE)


def parse_cell(text: str) -> ast.Module:
    """Parse a code cell; lines for IPython (`%magic`, `!command`, `name?`) become calls that hold them as text.

    Raises SyntaxError, or ValueError for text with NUL bytes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the author's escapes and comparisons: the run shows them
        try:
            return ast.parse(text)
        except SyntaxError:
            plain = _without_magics(text)
            if plain == text:
                raise
            return ast.parse(plain)


def _without_magics(text: str) -> str:
    """Write what IPython reads as plain Python of as many lines."""
    magic = _CELL_MAGIC.match(text)
    if magic is not None and magic[1] not in _PYTHON_MAGICS:
        return f"get_ipython().run_cell({text!r})"
    if magic is not None:
        text = f"get_ipython().run_line({magic[0].strip()!r})\n{text[magic.end() :]}"
    text = _LINE_MAGIC.sub(lambda line: f"{line[1]}{line[2]}get_ipython().run_line({line[3]!r})", text)
    return _HELP.sub(lambda line: f"{line[1]}get_ipython().run_line({line[2]!r})", text)
