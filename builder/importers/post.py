"""A Markdown file with front matter, as Jekyll, Hugo and others keep posts: one file, one entry."""

from __future__ import annotations

import re
from pathlib import Path

from builder.importers import Draft, Importer, Reading
from builder.kinds import KINDS
from builder.kinds.frontmatter import IGNORED, SYNONYMS, parse_date
from builder.parse.text import split_front_matter
from builder.urls import slugify

_KEY = re.compile(r"([A-Za-z][\w-]*)\s*:\s*(.*)")


def accepts(path: Path, text: str) -> bool:
    """Markdown files that open with front matter."""
    return path.suffix.lower() in (".md", ".markdown") and text.startswith("---\n")


def read(path: Path, text: str, year: int | None) -> Reading:
    """Make one entry: a post if it is dated, else a note."""
    yaml, body, body_line = split_front_matter(text)
    lines, dropped, date, title, warnings = [], [], "", "", []
    dropping = False
    for number, line in enumerate(yaml.splitlines(), start=2):
        key, value = _key(line)
        if not key and dropping and line.strip():
            dropped.append((number, line, "belongs to the key above"))
            continue
        dropping = False
        if key and key not in _KNOWN and SYNONYMS.get(key, key) not in _KNOWN:
            reason = "means nothing here" if key in IGNORED else "no such key; kept in the source only"
            dropped.append((number, line, reason))
            dropping = True
            continue
        if key == "date":
            try:
                date = str(parse_date(value))
                line = f"date: {date}"
            except ValueError as error:
                warnings.append(f"line {number}: {error}; the entry became a note without a date")
                dropped.append((number, line, "a date that cannot be read"))
                continue
        title = value.strip("\"'") if key == "title" else title
        lines.append(f"{key}: {value}" if key else line)
    named = re.match(r"(\d{4}-\d{2}-\d{2})-(.+)", path.stem)
    date = date or (named[1] if named else "")
    slug = slugify(named[2] if named else path.stem)
    kind = "post" if date else "note"
    name = f"{date}-{slug}.md" if date else f"{slug}.md"
    target = f"content/{KINDS[kind].folder}/{name}"
    whole = "---\n" + "".join(f"{line}\n" for line in lines) + "---\n" + body
    blank = sum(not line.strip() for line in body.splitlines()) + sum(not line.strip() for line in yaml.splitlines())
    content = sum(bool(line.strip()) for line in body.splitlines())
    metadata = len(text.splitlines()) - content - blank - len(dropped)
    draft = Draft(kind, slug, date, title or slug, target, whole, content + metadata)
    return Reading((draft,), content, metadata, blank, tuple(dropped), tuple(warnings))


def _key(line: str) -> tuple[str, str]:
    """A top-level `key: value` line, tidied; continuation lines give an empty key."""
    match = _KEY.fullmatch(line.rstrip())
    return (match[1], match[2].strip()) if match else ("", "")


_KNOWN = set(KINDS["post"].meta.model_fields)

IMPORTER = Importer("post", accepts, read)
