"""Reads the content folders of a log into documents."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from markdown_it.token import Token

from builder.config import SiteConfig
from builder.errors import Problem, Source
from builder.kinds import KINDS, Kind
from builder.kinds.frontmatter import FrontMatter, parse_date
from builder.model import Document
from builder.parse.mathematics import MathError, convert_math
from builder.parse.scan import plain, scan
from builder.parse.syntax import markdown
from builder.parse.text import decode, parse_entry
from builder.urls import is_safe_slug, slugify

_DATED_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(.+))?")
_SUMMARY_LENGTH = 280


def read_content(config: SiteConfig) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read every entry of the log; drafts and entries dated after today are left out.

    One bad file never hides another: problems of all files come back together.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    for kind in KINDS.values():
        for path in entry_files(config.root, kind, problems):
            document, found = read_entry(path, kind, config)
            problems += found
            if document is not None and is_published(document, config.today):
                documents.append(document)
    return tuple(documents), tuple(problems)


def entry_files(root: Path, kind: Kind, problems: list[Problem]) -> list[Path]:
    """The Markdown files of a kind, sorted; symbolic links are refused."""
    folder = root / "content" / kind.folder
    files = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        relative = path.relative_to(root)
        if any(part.startswith((".", "_")) for part in relative.parts):
            continue
        if path.is_symlink():
            source = Source(relative.as_posix())
            problems.append(Problem(source, "symlink", "a symbolic link", "put the file itself here"))
        elif path.is_file() and path.suffix.lower() in (".md", ".markdown"):
            files.append(path)
    return files


def is_published(document: Document, today: dt.date) -> bool:
    """Tell whether a document appears on the site."""
    return not document.meta.draft and (document.date is None or document.date <= today)


def read_entry(path: Path, kind: Kind, config: SiteConfig) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one file. A document that cannot be made is None, with the problems that say why."""
    name = path.relative_to(config.root).as_posix()
    text, problems = decode(path.read_bytes(), name, limit_bytes=config.limits.entry_bytes)
    if problems:
        return None, problems
    entry = parse_entry(text, name, kind)
    if entry.meta is None:
        return None, entry.problems
    found = list(entry.problems)
    meta = entry.meta
    date, slug = _date_and_slug(path.stem, name, kind, meta, found)
    tokens = markdown(math=meta.math).parse(entry.body)
    title = meta.title or _title_from(tokens) or slug.replace("-", " ").capitalize()
    _drop_title(tokens, title)
    scanned = scan(tokens, name, entry.body_line)
    found += scanned.problems + _math_problems(tokens, name, entry.body_line)
    for index, call in scanned.calls.items():
        tokens[index].meta = {"call": call}
    if slug is None or (kind.dated and date is None):
        return None, tuple(found)
    document = Document(
        kind=kind.name,
        slug=slug,
        title=title,
        date=date,
        url=meta.permalink.strip("/") + "/" if meta.permalink.strip("/") else kind.url(date, slug),
        source=Source(name, 1),
        meta=meta,
        body=tokens,
        headings=tuple(scanned.headings),
        links=tuple(scanned.links),
        calls=tuple(scanned.calls.values()),
        annotations=tuple(scanned.annotations),
        values=tuple(scanned.values),
        words=scanned.words,
        summary=meta.description or _shorten(scanned.first_paragraph),
    )
    return document, tuple(found)


def _date_and_slug(
    stem: str, path: str, kind: Kind, meta: FrontMatter, problems: list[Problem]
) -> tuple[dt.date | None, str | None]:
    """Take date and slug from the front matter, else from the file's name."""
    match = _DATED_NAME.fullmatch(stem)
    date = meta.date
    if date is None and match is not None:
        try:
            date = parse_date(match[1])
        except ValueError as error:
            problems.append(Problem(Source(path), "date", f"in the file's name, {error}", "rename the file"))
            return None, None
    if kind.dated and date is None:
        hint = f"add `date: YYYY-MM-DD`, or call the file YYYY-MM-DD-{slugify(stem) or 'slug'}.md"
        problems.append(Problem(Source(path, 1), "date", f"a {kind.name} entry needs a date", hint))
    name = (match[2] or "") if match else stem
    slug = meta.slug or slugify(name) or slugify(meta.title) or (f"entry-{date}" if date else "")
    if not is_safe_slug(slug):
        hint = "use letters, digits and hyphens; no name that Windows keeps for itself"
        problems.append(Problem(Source(path, 1), "slug", f"'{slug}' cannot be an address", hint))
        return date, None
    if meta.permalink and not all(is_safe_slug(part) for part in meta.permalink.strip("/").split("/")):
        message = f"'permalink: {meta.permalink}' cannot be an address"
        problems.append(Problem(Source(path, 1), "slug", message, "write it like /2023/my-entry/"))
        return date, None
    return date, slug


def _title_from(tokens: list[Token]) -> str:
    """The text of the first heading, when the document begins with it."""
    if tokens and tokens[0].type == "heading_open":
        return plain(tokens[1].children or []).strip()
    return ""


def _drop_title(tokens: list[Token], title: str) -> None:
    """Remove the body's own title, and shift the other headings so that the title is the only one of level 1."""
    if tokens and tokens[0].type == "heading_open" and plain(tokens[1].children or []).strip() == title:
        del tokens[:3]
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if any(token.tag == "h1" for token in headings):
        for token in headings:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def _math_problems(tokens: list[Token], path: str, first_line: int) -> list[Problem]:
    """Formulas that cannot be read."""
    problems, line = [], first_line
    for token in tokens:
        line = first_line + token.map[0] if token.map else line
        for part in [token, *(token.children or [])]:
            if part.type.startswith("math_"):
                try:
                    convert_math(part.content, display=part.type != "math_inline")
                except MathError as error:
                    message = f"the formula '{part.content.strip()[:60]}' cannot be read: {error}"
                    hint = "check its braces and commands; `\\$` is a plain dollar, `math: false` turns mathematics off"
                    problems.append(Problem(Source(path, line), "math", message, hint))
    return problems


def _shorten(text: str) -> str:
    """Cut text at a word, to the length of a card."""
    if len(text) <= _SUMMARY_LENGTH:
        return text
    return text[:_SUMMARY_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…"
