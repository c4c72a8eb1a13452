"""Documents made of tokens: scanned once, for everything that they hold."""

from __future__ import annotations

import datetime as dt

from markdown_it.token import Token

from builder.errors import Problem, Source
from builder.kept import digest
from builder.model import Document
from builder.parse.body import Body
from builder.parse.earlier import Read
from builder.parse.mathematics import math_error
from builder.parse.names import without_broken_marks
from builder.parse.notebook import notebook_calls
from builder.parse.outline import drop_future, shift_headings
from builder.parse.plaintext import plain_text
from builder.parse.scan import Scan, scan
from builder.parse.terms import most_used
from builder.parse.text import EntryText

_SUMMARY_LENGTH = 280


def make_document(
    source: Source,
    entry: EntryText,
    tokens: list[Token],
    *,
    kind: str,
    slug: str,
    title: str,
    date: dt.date | None,
    url: str,
    today: dt.date,
    year_url: str = "",
) -> Read:
    """Make the document that begins at `source` of its tokens, whose line 0 is `entry.body_line` of the file."""
    path = source.path
    shift_headings(tokens, title)
    waits = drop_future(tokens, today)
    scanned = scan(tokens, path, entry.body_line)
    problems = (*scanned.problems, *_math_problems(tokens, path, entry.body_line), *_taken_names(scanned, entry))
    for index, call in scanned.calls.items():
        tokens[index].meta = {"call": call}
    document = Document(
        kind=kind, slug=slug, title=title, date=date, url=url, source=source, meta=entry.meta,
        body=Body(tokens),
        headings=tuple(scanned.headings),
        links=tuple(scanned.links),
        calls=(*scanned.calls.values(), *notebook_calls(slug, path, entry)),
        annotations=tuple(scanned.annotations),
        values=tuple(scanned.values),
        words=scanned.words,
        terms=most_used(scanned.terms, title),
        text_digest=digest(plain_text(title, entry.meta.description, tokens)),
        summary=entry.meta.description or _shorten(scanned.first_paragraph),
        anchors=(*scanned.anchors, *(f"cell-{cell.number}" for cell in entry.cells or () if cell.number)),
        lines=entry.lines,
        cells=entry.cells or (),
        year_url=year_url,
    )  # fmt: skip
    return Read((document,), problems, waits)


def _taken_names(scanned: Scan, entry: EntryText) -> list[Problem]:
    """Demo calls in a notebook that are called as its own run is."""
    message, hint = "'notebook' is the run of the notebook itself", "give it another name with `as:`"
    calls = scanned.calls.values() if entry.cells is not None else ()
    return [Problem(call.source, "demo-fence", message, hint) for call in calls if call.name == "notebook"]


def _math_problems(tokens: list[Token], path: str, first_line: int) -> list[Problem]:
    """Formulas that cannot be read."""
    problems, line = [], first_line
    for token in tokens:
        line = first_line + token.map[0] if token.map else line
        for part in [token, *(token.children or [])]:
            if part.type.startswith("math_"):
                error = math_error(part.content, display=part.type != "math_inline")
                if error:
                    message = f"the formula '{part.content.strip()[:60]}' cannot be read: {error}"
                    hint = "check its braces and commands; `\\$` is a plain dollar, `math: false` turns mathematics off"
                    problems.append(Problem(Source(path, line), "math", message, hint))
    return problems


def _shorten(text: str) -> str:
    """Cut text at a word, to the length of a card."""
    if len(text) <= _SUMMARY_LENGTH:
        return text
    return without_broken_marks(text[:_SUMMARY_LENGTH].rsplit(" ", 1)[0]).rstrip(" ,;:") + "…"
