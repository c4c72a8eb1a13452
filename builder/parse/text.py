"""From a file's bytes to front matter and body, with every mistake located."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from builder.errors import Problem, Source
from builder.kinds import Kind
from builder.kinds.frontmatter import IGNORED, SYNONYMS, WRITE_A_DATE, FrontMatter
from builder.model import Cell
from builder.parse.dates import Calendar
from builder.yamltext import UNSHOWN, parse_mapping, unknown_key


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry split in two: its body is Markdown from line `body_line` of the file on, or cells that know their lines."""

    meta: FrontMatter
    body: str
    body_line: int
    lines: Mapping[str, int]  # of the front matter's keys
    problems: tuple[Problem, ...]
    cells: tuple[Cell, ...] | None = None  # of a notebook


def decode(data: bytes, path: str, *, limit_bytes: int, limit: str = "entry_bytes") -> tuple[str, tuple[Problem, ...]]:
    """Decode an entry: UTF-8, with or without BOM, any line ends. Problems name line and column.

    `limit` is what the configuration calls the limit.
    """

    def failed(line: int, code: str, message: str, hint: str) -> tuple[str, tuple[Problem, ...]]:
        return "", (Problem(Source(path, line), code, message, hint),)

    if len(data) > limit_bytes:
        hint = f"split it, or raise `limits: {{{limit}: …}}` in site_config.yml"
        return failed(0, "too-large", f"the entry has {len(data):,} bytes, more than {limit_bytes:,}", hint)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        message = f"byte 0x{data[error.start]:02x} in column {column} is not UTF-8"
        return failed(line, "encoding", message, "save the file as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = UNSHOWN.search(text)
    if found is not None:
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        message = f"a character that cannot be shown, U+{ord(found[0]):04X}, in column {column}"
        return failed(text.count("\n", 0, found.start()) + 1, "encoding", message, "remove it")
    return text, ()


def split_front_matter(text: str) -> tuple[str, str, int]:
    """Split text into YAML, body, and the line on which the body begins; without front matter that is line 1."""
    match = re.match(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if match is None:
        return "", text, 1
    return match[1], text[match.end() :], match[0].removesuffix("\n").count("\n") + 2


def parse_entry(text: str, path: str, kind: Kind) -> EntryText:
    """Read an entry's front matter against its kind.

    With mistakes in it, what could be read still makes a front matter, so that the rest of the entry is checked too and
    links to it do not look broken.
    """
    yaml, body, body_line = split_front_matter(text)
    problems = _misplaced(text, path) if body_line == 1 else []
    problems += _unmerged(text, path)
    meta, lines, found = parse_meta(yaml, path, kind)
    problems += found
    return EntryText(meta, "" if body_line == 1 and problems else body, body_line, lines, tuple(problems))


def parse_meta(
    yaml: str, path: str, kind: Kind, *, first_line: int = 2
) -> tuple[FrontMatter, Mapping[str, int], list[Problem]]:
    """Read front matter from `first_line` on against its kind: what could be read, the lines of its keys, mistakes."""
    read = parse_mapping(yaml, Source(path, first_line))
    problems = list(read.problems)
    values, lines = _canonical(read.values, read.lines, kind, path, problems)
    try:
        meta = kind.meta(**values)
    except ValidationError as error:
        problems += dict.fromkeys(_problem(details, values, lines, path) for details in error.errors())
        wrong = {str(details["loc"][0]) for details in error.errors()}
        meta = kind.meta(**{key: value for key, value in values.items() if key not in wrong})
    return meta, lines, problems


def _misplaced(text: str, path: str) -> list[Problem]:
    """Front matter that is not closed, or does not begin in the first line."""
    if re.match(r"---[ \t]*\n", text):
        return [Problem(Source(path, 1), "front-matter", "the front matter has no end", "close it with a line `---`")]
    if re.match(r"\+\+\+[ \t]*\n", text):
        hint = "write it as YAML, `key: value`, between two lines `---`"
        return [Problem(Source(path, 1), "front-matter", "front matter in TOML", hint)]
    late = re.match(r"\s*\n---[ \t]*\n[A-Za-z_]+\s*:", text)
    if late is None:
        return []
    line = late[0].count("\n")
    return [
        Problem(Source(path, line), "front-matter", "the front matter begins below line 1", "remove the lines above it")
    ]


def _unmerged(text: str, path: str) -> list[Problem]:
    """Marks that git left where two versions of a file did not agree."""
    lines = text.split("\n") if "\n>>>>>>> " in text else []
    opened = [number for number, line in enumerate(lines, 1) if line.startswith("<<<<<<< ")]
    hint = "keep one of the two versions, and remove the lines with <<<<<<<, ======= and >>>>>>>"
    return [Problem(Source(path, line), "unmerged", "two versions that git could not merge", hint) for line in opened]


def _canonical(
    written: Mapping[str, Any], lines: Mapping[str, int], kind: Kind, path: str, problems: list[Problem]
) -> tuple[dict[str, Any], dict[str, int]]:
    """Map synonyms, set aside what means nothing here, refuse what nobody knows."""
    known = set(kind.meta.model_fields)
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    for key, value in written.items():
        source = Source(path, lines.get(key, 2))
        name = key if key in known else SYNONYMS.get(key.lower(), key)
        if name not in known:
            if key in IGNORED:
                problems.append(
                    Problem(source, "ignored-key", f"'{key}' means nothing here", "remove it", severity="note")
                )
            else:
                problems.append(unknown_key(key, known, source, "the front matter"))
        elif name in places:
            problems.append(Problem(source, "repeated-key", f"'{key}' repeats '{name}'", "keep one of them"))
        else:
            places[name] = source.line
            if value is not None:
                values[name] = value
    return values, places


_MESSAGES = {
    "bool_type": ("true or false", "write `true` or `false`"),
    "bool_parsing": ("true or false", "write `true` or `false`"),
    "string_type": ("text", "put it in quotes"),
    "tuple_type": ("a list", "write `[one, two]`"),
    "int_parsing": ("a whole number", "write digits only"),
    "int_type": ("a whole number", "write digits only"),
    "int_from_float": ("a whole number", "write digits only"),
}


def _problem(details: Any, values: Mapping[str, Any], lines: Mapping[str, int], path: str) -> Problem:
    """Turn one pydantic error into a problem in the author's words."""
    key = str(details["loc"][0])
    source = Source(path, lines.get(key, 2))
    value = _written(details["input"])
    if details["type"] in _MESSAGES:
        wanted, hint = _MESSAGES[details["type"]]
        return Problem(source, "front-matter", f"'{key}' should be {wanted}, not {value}", hint)
    if details["type"] == "literal_error":
        hint = f"write one of: {details['ctx']['expected']}".replace("'", "").replace(" or ", ", ")
        return Problem(source, "front-matter", f"'{key}' cannot be {value}", hint)
    if details["type"] == "value_error":
        message, _, hint = details["msg"].removeprefix("Value error, ").partition("; ")
        meant = Calendar().read(str(details["input"])) if hint == WRITE_A_DATE else None
        if meant is not None and meant.day is not None and not meant.rest.strip() and not meant.question:
            hint = f"write {meant.day}"
        return Problem(source, "front-matter", f"'{key}': {message}", hint)
    if details["type"] in ("string_too_long", "too_long"):
        message = f"'{key}' has {len(details['input'])} characters, more than {details['ctx']['max_length']}"
        return Problem(source, "front-matter", message, "shorten it")
    for bound, limit in (("le", "at most"), ("ge", "at least"), ("gt", "more than")):
        if bound in details.get("ctx", {}):
            hint = f"write {limit} {details['ctx'][bound]:g}"
            return Problem(source, "front-matter", f"'{key}' cannot be {value}", hint)
    message = details["msg"][:1].lower() + details["msg"][1:]
    return Problem(source, "front-matter", f"'{key}' is {value}: {message}")


def _written(value: Any) -> str:
    """A value as an author would write it, for messages."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:60] + '…'}'"
