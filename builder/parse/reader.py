"""Reads the content folders of a log into documents."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from builder.config import SiteConfig
from builder.errors import Problem, Source
from builder.kept import Kept
from builder.kinds import Kind
from builder.kinds.frontmatter import parse_date
from builder.model import Document
from builder.parse.apart import FEWEST, read_together
from builder.parse.dates import long_date
from builder.parse.document import make_document
from builder.parse.earlier import Earlier, Read
from builder.parse.notebook import parse_notebook
from builder.parse.outline import take_title
from builder.parse.syntax import markdown
from builder.parse.text import EntryText, decode, parse_entry
from builder.parse.tree import ContentFile, content_files
from builder.parse.year import YearText, parse_year
from builder.urls import is_safe_slug, short_slug, slugify

_DATED_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(.+))?")
_YEAR = re.compile(r"(?:19|20)\d\d")


def read_content(
    config: SiteConfig, kept: Kept | None = None, *, jobs: int = 1
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read every entry of the log; drafts and entries dated after today are left out.

    One bad file never hides another: problems of all files come back together. What was read before comes out of
    `kept`: then a document that did not change is the same object as before. The rest, if it is much, is read by `jobs`
    processes.
    """
    kept = kept or Kept()
    earlier = Earlier(kept)
    documents: list[Document] = []
    files, problems = content_files(config.root)
    done: dict[str, Read] = {}
    if jobs > 1 and kept.folder is not None and len(files) - earlier.count() >= FEWEST:
        done = read_together(files, config, kept, earlier, jobs)
        earlier.look()
    for file in files:
        read = done.get(file.name) or read_file(file, config, earlier)
        problems += read.problems
        documents += (document for document in read.documents if is_published(document, config.today))
    kept.afterwards(earlier.forget_others)
    return tuple(documents), tuple(problems)


def is_published(document: Document, today: dt.date) -> bool:
    """Tell whether a document appears on the site."""
    return not document.meta.draft and (document.date is None or document.date <= today)


def read_file(file: ContentFile, config: SiteConfig, earlier: Earlier) -> Read:
    """Read one file as `read_entry` does, but only if it may have changed since this process read it."""
    mark = file.stamp and (file.stamp, config.today, getattr(config.limits, _limit(file.kind)))
    read = earlier.of_this_process(file.name, mark)
    if read is None:
        read = read_entry(config.root / file.name, file.kind, config, earlier)
        earlier.mark(file.name, mark if read.holds(config.today) else None, read)
    return read


def read_entry(path: Path, kind: Kind, config: SiteConfig, earlier: Earlier | None = None) -> Read:
    """Read one file: an entry, or a year of them. Without a document that can be made, the problems say why.

    An entry with problems is a document all the same where possible, so that links to it do not look broken.
    """
    name = path.relative_to(config.root).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(Source(name), "unreadable", f"cannot be read: {error.strerror}", "check its permissions")
        return Read((), (problem,))
    limit = _limit(kind)
    text, problems = decode(data, name, limit_bytes=getattr(config.limits, limit), limit=limit)
    if problems:
        return Read((), problems)

    def parse() -> Read:
        return parse_text(text, name, kind, config.today)

    return earlier.read(name, text, kind, today=config.today, parse=parse) if earlier is not None else parse()


def _limit(kind: Kind) -> str:
    """The name of the limit on the size of such a file."""
    return "notebook_bytes" if kind.name == "notebook" else "entry_bytes"


def parse_text(text: str, name: str, kind: Kind, today: dt.date) -> Read:
    """Make what the text of the file called `name` holds."""
    year = _YEAR.fullmatch(PurePosixPath(name).stem) if kind.yearly else None
    if year is not None:
        return _make_year(name, parse_year(text, name, kind, int(year[0])), kind=kind, today=today)
    entry = (parse_notebook if kind.name == "notebook" else parse_entry)(text, name, kind)
    return _make_entry(name, entry, kind=kind, today=today)


def _make_entry(name: str, entry: EntryText, *, kind: Kind, today: dt.date) -> Read:
    """Make the document of the file called `name`. Where its date cannot be read, it counts as one of today."""
    found = list(entry.problems)
    stem, source = PurePosixPath(name).stem, Source(name, 1)
    tokens = markdown(math=entry.meta.math).parse(entry.body, {} if entry.cells is None else {"cells": entry.cells})
    date = _date(stem, name, kind, entry, found) or (today if kind.dated else None)
    slug = _slug(stem, source, entry, date, found)
    title = entry.meta.title or take_title(tokens) or slug.replace("-", " ").capitalize()
    url = _address(entry, kind, date, slug)
    made = make_document(source, entry, tokens, kind=kind.name, slug=slug, title=title, date=date, url=url, today=today)
    return replace(made, problems=(*found, *made.problems))


def _make_year(name: str, year: YearText, *, kind: Kind, today: dt.date) -> Read:
    """Make the documents of the file of a year: its introduction, of kind `year`, and its entries."""
    found = list(year.text.problems)
    slug = PurePosixPath(name).stem
    url = f"{kind.index_url}{slug}/"
    title = year.text.meta.title or slug
    made = [
        make_document(
            Source(name, 1), year.text, year.introduction,
            kind="year", slug=slug, title=title, date=None, url=url, today=today,
        )
    ]  # fmt: skip
    for day in year.days:
        found += day.text.problems
        source = Source(name, day.line)
        title = day.title or take_title(day.tokens) or long_date(day.date)
        slug = _slug(short_slug(title), source, day.text, day.date, found)
        address = _address(day.text, kind, day.date, slug)
        made.append(
            make_document(
                source, day.text, day.tokens,
                kind=kind.name, slug=slug, title=title, date=day.date, url=address, today=today, year_url=url,
            )
        )  # fmt: skip
    documents = tuple(document for one in made for document in one.documents)
    problems = (problem for one in made for problem in one.problems)
    return Read(documents, (*found, *problems), any(one.waits for one in made))


def _address(entry: EntryText, kind: Kind, date: dt.date | None, slug: str) -> str:
    """The permalink of the front matter, else the address that the kind gives."""
    permalink = entry.meta.permalink.strip("/")
    return f"{permalink}/" if permalink else kind.url(date, slug)


def _rename(written: str) -> str:
    """What to do about a file that is named by a day which no calendar has."""
    year, month, _ = map(int, written.split("-"))
    known = f": that month has {calendar.monthrange(year, month)[1]} days" if 1 <= month <= 12 and year else ""
    return f"rename it{known}"


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
                Problem(Source(path), "date", f"in the file's name, {str(error).partition(';')[0]}", _rename(match[1]))
            )
            return None
    unread = entry.problems and not entry.lines
    if kind.dated and not unread:
        hint = f"add `date: YYYY-MM-DD`, or call the file YYYY-MM-DD-{slugify(stem) or 'slug'}{kind.suffixes[0]}"
        problems.append(Problem(Source(path, 1), "date", f"a {kind.name} entry needs a date", hint))
    return None


def _slug(stem: str, source: Source, entry: EntryText, date: dt.date | None, problems: list[Problem]) -> str:
    """The slug of the front matter, else of the file's name, else of the title, else of the date."""
    meta = entry.meta
    match = _DATED_NAME.fullmatch(stem)
    name = (match[2] or "") if match else stem
    slug = meta.slug or slugify(name) or slugify(meta.title) or (f"entry-{date}" if date else "entry")
    if not is_safe_slug(slug):
        hint = "use letters, digits and hyphens; no name that Windows keeps for itself"
        place = replace(source, line=entry.lines.get("slug", source.line))
        problems.append(Problem(place, "slug", f"'{slug}' cannot be an address", hint))
        slug = slugify(f"entry {slug}")
    if meta.permalink and not all(is_safe_slug(part) for part in meta.permalink.strip("/").split("/")):
        message = f"'permalink: {meta.permalink}' cannot be an address"
        place = replace(source, line=entry.lines.get("permalink", source.line))
        problems.append(Problem(place, "slug", message, "write it like /2023/my-entry/"))
    return slug
