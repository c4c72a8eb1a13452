"""Reads the content folders of a log into documents."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path, PurePosixPath

from markdown_it.token import Token

from builder.config import SiteConfig
from builder.errors import Problem, Source
from builder.kept import Kept
from builder.kinds import Kind
from builder.kinds.frontmatter import parse_date
from builder.model import Document
from builder.parse.body import Body
from builder.parse.earlier import Earlier, Read
from builder.parse.mathematics import math_error
from builder.parse.notebook import notebook_calls, parse_notebook
from builder.parse.outline import drop_future, shift_headings, take_title
from builder.parse.scan import scan
from builder.parse.syntax import markdown
from builder.parse.terms import most_used
from builder.parse.text import EntryText, decode, parse_entry
from builder.parse.tree import content_files
from builder.urls import is_safe_slug, slugify

_DATED_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(.+))?")
_SUMMARY_LENGTH = 280


def read_content(config: SiteConfig, kept: Kept | None = None) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read every entry of the log; drafts and entries dated after today are left out.

    One bad file never hides another: problems of all files come back together. What was read before comes out of
    `kept`: then a document that did not change is the same object as before.
    """
    earlier = Earlier(kept or Kept())
    documents: list[Document] = []
    files, problems = content_files(config.root)
    for path, kind in files:
        read = read_entry(path, kind, config, earlier)
        problems += read.problems
        documents += (document for document in read.documents if is_published(document, config.today))
    earlier.forget_others()
    return tuple(documents), tuple(problems)


def is_published(document: Document, today: dt.date) -> bool:
    """Tell whether a document appears on the site."""
    return not document.meta.draft and (document.date is None or document.date <= today)


def read_entry(path: Path, kind: Kind, config: SiteConfig, earlier: Earlier | None = None) -> Read:
    """Read one file. Without a document that can be made, the problems say why.

    An entry with problems is a document all the same where possible, so that links to it do not look broken.
    """
    name = path.relative_to(config.root).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(Source(name), "unreadable", f"cannot be read: {error.strerror}", "check its permissions")
        return Read((), (problem,))
    limit = "notebook_bytes" if kind.name == "notebook" else "entry_bytes"
    text, problems = decode(data, name, limit_bytes=getattr(config.limits, limit), limit=limit)
    if problems:
        return Read((), problems)

    def parse() -> Read:
        return _parse(text, name, kind, config.today)

    return earlier.read(name, text, kind, today=config.today, parse=parse) if earlier is not None else parse()


def _parse(text: str, name: str, kind: Kind, today: dt.date) -> Read:
    entry = (parse_notebook if kind.name == "notebook" else parse_entry)(text, name, kind)
    return _make_document(name, entry, kind=kind, today=today)


def _make_document(name: str, entry: EntryText, *, kind: Kind, today: dt.date) -> Read:
    """Make the document of the file called `name`. Where its date cannot be read, it counts as one of today."""
    found = list(entry.problems)
    stem = PurePosixPath(name).stem
    tokens = markdown(math=entry.meta.math).parse(entry.body, {} if entry.cells is None else {"cells": entry.cells})
    date = _date(stem, name, kind, entry, found) or (today if kind.dated else None)
    slug = _slug(stem, name, entry, date, found)
    title = entry.meta.title or take_title(tokens) or slug.replace("-", " ").capitalize()
    shift_headings(tokens, title)
    waits = drop_future(tokens, today)
    scanned = scan(tokens, name, entry.body_line)
    found += scanned.problems + _math_problems(tokens, name, entry.body_line)
    for index, call in scanned.calls.items():
        tokens[index].meta = {"call": call}
        if call.name == "notebook" and entry.cells is not None:
            hint = "give it another name with `as:`"
            found.append(Problem(call.source, "demo-fence", "'notebook' is the run of the notebook itself", hint))
    document = Document(
        kind=kind.name,
        slug=slug,
        title=title,
        date=date,
        url=entry.meta.permalink.strip("/") + "/" if entry.meta.permalink else kind.url(date, slug),
        source=Source(name, 1),
        meta=entry.meta,
        body=Body(lambda: tokens),
        headings=tuple(scanned.headings),
        links=tuple(scanned.links),
        calls=(*scanned.calls.values(), *notebook_calls(slug, name, entry)),
        annotations=tuple(scanned.annotations),
        values=tuple(scanned.values),
        words=scanned.words,
        terms=most_used(scanned.terms, title),
        summary=entry.meta.description or _shorten(scanned.first_paragraph),
        anchors=(*scanned.anchors, *(f"cell-{cell.number}" for cell in entry.cells or () if cell.number)),
        lines=entry.lines,
        cells=entry.cells or (),
    )
    return Read((document,), tuple(found), waits)


def _date(stem: str, path: str, kind: Kind, entry: EntryText, problems: list[Problem]) -> dt.date | None:
    """The date of the front matter, else of the file's name."""
    match = _DATED_NAME.fullmatch(stem)
    if entry.meta.date is not None or ("date" in entry.lines and entry.problems):
        return entry.meta.date
    if match is not None:
        try:
            return parse_date(match[1])
        except ValueError as error:
            problems.append(
                Problem(Source(path), "date", f"in the file's name, {str(error).partition(';')[0]}", "rename it")
            )
            return None
    unread = entry.problems and not entry.lines
    if kind.dated and not unread:
        hint = f"add `date: YYYY-MM-DD`, or call the file YYYY-MM-DD-{slugify(stem) or 'slug'}{kind.suffixes[0]}"
        problems.append(Problem(Source(path, 1), "date", f"a {kind.name} entry needs a date", hint))
    return None


def _slug(stem: str, path: str, entry: EntryText, date: dt.date | None, problems: list[Problem]) -> str:
    """The slug of the front matter, else of the file's name, else of the title, else of the date."""
    meta = entry.meta
    match = _DATED_NAME.fullmatch(stem)
    name = (match[2] or "") if match else stem
    slug = meta.slug or slugify(name) or slugify(meta.title) or (f"entry-{date}" if date else "entry")
    if not is_safe_slug(slug):
        hint = "use letters, digits and hyphens; no name that Windows keeps for itself"
        source = Source(path, entry.lines.get("slug", 1))
        problems.append(Problem(source, "slug", f"'{slug}' cannot be an address", hint))
        slug = slugify(f"entry {slug}")
    if meta.permalink and not all(is_safe_slug(part) for part in meta.permalink.strip("/").split("/")):
        message = f"'permalink: {meta.permalink}' cannot be an address"
        source = Source(path, entry.lines.get("permalink", 1))
        problems.append(Problem(source, "slug", message, "write it like /2023/my-entry/"))
    return slug


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
    return text[:_SUMMARY_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…"
