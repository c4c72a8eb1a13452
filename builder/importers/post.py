"""A Markdown file with front matter, as Jekyll, Hugo and others keep posts: one file, one entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from builder.errors import Source
from builder.importers import Draft, Importer, Reading, quoted, slug_of, source_lines
from builder.kinds import KINDS
from builder.kinds.frontmatter import IGNORED, SYNONYMS, parse_date
from builder.parse.outline import take_title
from builder.parse.syntax import markdown
from builder.parse.text import parse_entry, split_front_matter
from builder.yamltext import parse_mapping

_KEY = re.compile(r"([A-Za-z][\w-]*)\s*:(?:\s+(.*)|\s*)")
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")


def accepts(path: Path, text: str) -> bool:
    """Markdown files that open with front matter."""
    return split_front_matter(text)[2] > 1


def read(path: Path, text: str, year: int | None) -> Reading:
    """Make one entry: a post if it is dated, else a note."""
    yaml, body, _ = split_front_matter(text)
    header = _read_header(source_lines(yaml))
    named = _NAME.fullmatch(path.stem)
    date = header.date or (named[1] if named else "")
    title = header.title or take_title(markdown().parse(body)) or path.stem
    slug = slug_of(named[2] if named else path.stem, title)
    kind = KINDS["post" if date else "note"]
    target = f"content/{kind.folder}/{date}-{slug}.md" if date else f"content/{kind.folder}/{slug}.md"
    whole = "".join(f"{line}\n" for line in ("---", *header.lines, "---")) + body
    still_wrong = [p for p in parse_entry(whole, target, kind).problems if p.severity == "error"]
    warnings = (*header.warnings, *(f"{problem.message} ({problem.source})" for problem in still_wrong))
    blank = sum(not line.strip() for line in source_lines(body) + source_lines(yaml))
    content = sum(bool(line.strip()) for line in source_lines(body))
    metadata = len(source_lines(text)) - content - blank - len(header.dropped)
    draft = Draft(kind.name, slug, date, title, target, whole, content + metadata)
    return Reading((draft,), content, metadata, blank, tuple(header.dropped), warnings)


@dataclass(slots=True)
class _Header:
    """Front matter, tidied line by line."""

    lines: list[str] = field(default_factory=list)
    dropped: list[tuple[int, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    date: str = ""
    title: str = ""


def _read_header(lines: list[str]) -> _Header:
    """Keep what a log knows, drop the rest with a reason."""
    header = _Header()
    keeping = True
    for number, line, key, value in _keyed(lines):
        if not key:
            if keeping or not line.strip():
                header.lines.append(line)
            else:
                header.dropped.append((number, line, "belongs to the key above"))
            continue
        keeping = key in _KNOWN or key in SYNONYMS
        if not keeping:
            reason = "means nothing here" if key in IGNORED else "no such key; kept in the source only"
            header.dropped.append((number, line, reason))
        elif key == "date":
            keeping = _read_date(header, number, line, value)
        else:
            header.title = _plain(value) if key == "title" else header.title
            header.lines.append(f"{key}: {_valid(key, value)}".rstrip())
    return header


def _keyed(lines: list[str]) -> Iterator[tuple[int, str, str, str]]:
    """Lines with number, key and value; the lines that continue a value have no key."""
    for number, line in enumerate(lines, start=2):
        match = _KEY.fullmatch(line.rstrip())
        key = match[1] if match else ""
        yield number, line, key.lower() if key.lower() in _KNOWN else key, (match[2] or "").strip() if match else ""


def _read_date(header: _Header, number: int, line: str, value: str) -> bool:
    try:
        header.date = str(parse_date(_plain(value)))
    except ValueError as error:
        header.warnings.append(f"line {number}: {str(error).partition(';')[0]}; the entry has no date")
        header.dropped.append((number, line, "a date that cannot be read"))
        return False
    header.lines.append(f"date: {header.date}")
    return True


def _plain(value: str) -> str:
    """The text of a plain or quoted value."""
    read = parse_mapping(f"value: {value}", Source("", 1)).values.get("value", value)
    return " ".join(str(read).split())


def _valid(key: str, value: str) -> str:
    """A value as YAML takes it: text with a colon or the like gets its quotes."""
    if value[:1] in ("[", "{", "|", ">", '"', "'") or not parse_mapping(f"{key}: {value}", Source("", 1)).problems:
        return value
    return quoted(value)


_KNOWN = set(KINDS["post"].meta.model_fields)

IMPORTER = Importer("post", accepts, read)
