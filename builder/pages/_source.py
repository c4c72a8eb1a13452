"""A demo's file as reading matter: its comments beside the code that they explain."""

from __future__ import annotations

import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from builder.kept import Kept, code_digest, digest
from builder.parse import render_markdown

_DIRECTIVE = re.compile(r"#\s*(fmt|noqa|type|ruff|pragma|mypy|pyright)\b\s*:?")


@dataclass(frozen=True, slots=True)
class Passage:
    """A comment as HTML, and the highlighted code that follows it, with its number of lines; either may be empty."""

    comment: Markup
    code: Markup
    lines: int


def annotate(text: str, kept: Kept) -> tuple[Passage, ...]:
    """Split a Python file at its full-line comments."""

    def mark() -> str:
        return highlight(text, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))

    lines = kept.text("drawings", digest(text, code_digest("Pygments")), mark).splitlines()
    return tuple(_passages(lines, _full_line_comments(text)))


def _full_line_comments(text: str) -> Mapping[int, str]:
    """The comments that have a line to themselves, by line; what is meant for tools stays with the code."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        alone = token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip()
        if alone and not _DIRECTIVE.match(token.string) and not token.string.startswith("#!"):
            found[token.start[0]] = token.string.removeprefix("#").removeprefix(" ")
    return found


def _passages(lines: list[str], comments: Mapping[int, str]) -> Iterator[Passage]:
    comment: list[str] = []
    code: list[str] = []
    for number, line in enumerate(lines, 1):
        if number not in comments:
            code.append(line)
            continue
        if any(part.strip() for part in code):
            yield _passage(comment, code)
            comment, code = [], []
        comment.append(comments[number])
    if comment or code:
        yield _passage(comment, code)


def _passage(comment: list[str], code: list[str]) -> Passage:
    prose = render_markdown(textwrap.dedent("\n".join(comment))) if comment else ""
    while code and not code[-1].strip():
        code = code[:-1]
    while code and not code[0].strip():
        code = code[1:]
    # Line ends as character references: an empty line of code must not end the block of HTML.
    return Passage(Markup(prose.strip()), Markup("&#10;".join(code)), len(code))
