"""Every parser as a function of one text: it returns, or raises what says in words that the text is wrong. All else is a bug."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

from builder.claims import ClaimError, holds
from builder.config import SiteConfig
from builder.errors import Problem, Source
from builder.kinds import KINDS
from builder.kinds.frontmatter import parse_date
from builder.library import link
from builder.parse import read_content
from builder.parse.dates import Calendar, read_heading
from builder.parse.fence import parse_demo
from builder.parse.ipynb import parse_ipynb
from builder.parse.percent import parse_percent
from builder.parse.text import parse_entry
from builder.run.records import from_text, is_intact
from builder.yamltext import parse_mapping

TODAY = dt.date(2026, 6, 15)
METRICS = {"first": {"accuracy": 0.5}, "a-b": {"loss": 1.0}}


@functools.cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="studylog-fuzz-"))


def _read(path: str, text: str) -> None:
    """Read and link a log of one entry; every problem of it has to be in its file."""
    file = _folder() / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        config = SiteConfig(title="x", root=_folder(), today=TODAY)
        documents, problems = read_content(config)
        library = link(documents, config)
        _located((*problems, *library.problems), path)
    finally:
        file.unlink()


def _located(problems: tuple[Problem, ...], path: str) -> None:
    assert all(problem.source.path == path and problem.message for problem in problems), problems


def front_matter(text: str) -> None:
    """Front matter; that of a paper has the most keys."""
    _located(tuple(parse_entry(f"---\n{text}\n---\nText\n", "a.md", KINDS["paper"]).problems), "a.md")


def blocks(text: str) -> None:
    """The body of an entry."""
    _read("content/notes/a.md", text)


def wikilinks(text: str) -> None:
    """What stands between the brackets of links, citations and embeds."""
    _read("content/notes/a.md", f"See [[{text}]], [@{text}] and ![[{text}]].\n")


def year_files(text: str) -> None:
    """A year kept in one file."""
    _read("content/log/2023.md", f"* 2/24 - {text}\n\n## 2023-03-01\n\n{text}\n\n{text}\n* 3/2 {text}\n")


def dates(text: str) -> None:
    """Dates in front matter and in headings."""
    with contextlib.suppress(ValueError):
        assert isinstance(parse_date(text), dt.date)
    read_heading(Calendar(2023), text)


def fences(text: str) -> None:
    """Demo calls."""
    info, _, body = text.partition("\n")
    for call in (parse_demo(info, body, Source("a.md", 1), 1), parse_demo("demo x", text, Source("a.md", 1), 1)):
        assert call[0] is not None or call[1]


def claims(text: str) -> None:
    """Claims about metrics."""
    with contextlib.suppress(ClaimError):
        assert holds(text, METRICS) in (True, False)


def records(text: str) -> None:
    """Recorded runs: nothing made up may pass for one."""
    is_intact(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ValueError):
        raise AssertionError(f"passed for a record: {from_text(text)}")


def notebooks(text: str) -> None:
    """Notebooks in both formats."""
    parse_percent(text, "a.py")
    parse_ipynb(text, "a.ipynb")


def settings(text: str) -> None:
    """Mappings in YAML."""
    parse_mapping(text, Source("site_config.yml", 1))


PARSERS: dict[str, Callable[[str], None]] = {
    parser.__name__: parser
    for parser in (front_matter, blocks, wikilinks, year_files, dates, fences, claims, records, notebooks, settings)
}

PIECES = [
    *"[]{}()<>*_`~|:;,.#!?@&%$^+-=/\\'\"\n\t \0",
    "[[", "]]", "![[", "{{", "}}", "```demo ", "```\n", "---\n", "\n\n", "> [!annotation 2024-01-01]", "[^1]: ", "$$",
    "<!--", "-->", "<script>", "</", "# ", "## 2/30\n", "* 2/24 - ", "2023-02-24", "Feb 29", "title: ", "tags: ", "claims: ",
    "sweep: ", "as: ", "true", "null", "0x1", "1e999", "-0", "NaN", "&a ", "*a", "!!python/object:os.system ", "? ", "- ",
    "a.b", "first.accuracy", " > ", " and ", " not ", "lambda: 0", "__import__", "# %%", '{"cells": [', '"integrity": "',
    "é", "\u202e", "\u2028", "\ud800", "\U0001f600", "e\u0301", "\ufeff", "\x85", "::set-output name=x::",
]  # fmt: skip
"""What the languages of a log are made of."""
