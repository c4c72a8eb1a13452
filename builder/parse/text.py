"""From a file's bytes to front matter and body, with every mistake located."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from builder.errors import Problem, Source
from builder.kinds import Kind
from builder.kinds.frontmatter import IGNORED, SYNONYMS, FrontMatter
from builder.yamltext import parse_mapping, unknown_key


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry split in two. `body_line` is the line of the file on which the body begins."""

    meta: FrontMatter | None
    body: str
    body_line: int
    problems: tuple[Problem, ...]


def decode(data: bytes, path: str, *, limit_bytes: int) -> tuple[str, tuple[Problem, ...]]:
    """Decode an entry: UTF-8, with or without BOM, any line ends. Problems name line and column."""

    def failed(line: int, code: str, message: str, hint: str) -> tuple[str, tuple[Problem, ...]]:
        return "", (Problem(Source(path, line), code, message, hint),)

    if len(data) > limit_bytes:
        hint = "split it, or raise `limits: {entry_bytes: …}` in site_config.yml"
        return failed(0, "too-large", f"the entry has {len(data):,} bytes, more than {limit_bytes:,}", hint)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"byte 0x{data[error.start]:02x} in column {column} is not UTF-8"
        return failed(line, "encoding", message, "save the file as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        return failed(text[: text.index("\0")].count("\n") + 1, "encoding", "a NUL character", "remove it")
    return text.replace("\u2028", "\n").replace("\u2029", "\n"), ()


def split_front_matter(text: str) -> tuple[str, str, int]:
    """Split text into YAML, body, and the line on which the body begins."""
    match = re.match(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.DOTALL)
    if match is None:
        return "", text, 1
    return match.group(1), text[match.end() :], match.group(0).count("\n") + (0 if match.group(0).endswith("\n") else 1) + 1


def parse_entry(text: str, path: str, kind: Kind) -> EntryText:
    """Read an entry's front matter against its kind."""
    if text.startswith("---\n") and split_front_matter(text)[2] == 1:
        problem = Problem(Source(path, 1), "front-matter", "the front matter has no end", "close it with a line `---`")
        return EntryText(None, text, 1, (problem,))
    yaml, body, body_line = split_front_matter(text)
    read = parse_mapping(yaml, Source(path, 2))
    problems = list(read.problems)
    values, lines = _canonical(read.values, read.lines, kind, path, problems)
    meta = None
    try:
        meta = kind.meta(**values)
    except ValidationError as error:
        problems += [_problem(details, values, lines, path) for details in error.errors()]
    return EntryText(meta, body, body_line, tuple(problems))


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
                problems.append(Problem(source, "ignored-key", f"'{key}' means nothing here", "remove it", severity="note"))
            else:
                problems.append(unknown_key(key, known, source, "the front matter"))
        elif name in values:
            problems.append(Problem(source, "repeated-key", f"'{key}' repeats '{name}'", "keep one of them"))
        elif value is not None:
            values[name], places[name] = value, source.line
    if "categories" in values:
        extra = values.pop("categories")
        values.setdefault("tags", extra)
        places.setdefault("tags", places["categories"])
    return values, places


_MESSAGES = {
    "bool_type": ("true or false", "write `true` or `false`"),
    "bool_parsing": ("true or false", "write `true` or `false`"),
    "string_type": ("text", "put it in quotes"),
    "tuple_type": ("a list", "write `[one, two]`"),
    "int_parsing": ("a whole number", "write digits only"),
    "int_type": ("a whole number", "write digits only"),
}


def _problem(details: Any, values: Mapping[str, Any], lines: Mapping[str, int], path: str) -> Problem:
    """Turn one pydantic error into a problem in the author's words."""
    key = str(details["loc"][0])
    source = Source(path, lines.get(key, 2))
    value = values.get(key)
    if details["type"] in _MESSAGES:
        wanted, hint = _MESSAGES[details["type"]]
        return Problem(source, "front-matter", f"'{key}' should be {wanted}, not '{value}'", hint)
    if details["type"] == "literal_error":
        hint = f"write one of: {details['ctx']['expected']}".replace("'", "").replace(" or ", ", ")
        return Problem(source, "front-matter", f"'{key}' cannot be '{value}'", hint)
    if details["type"] == "value_error":
        message, _, hint = details["msg"].removeprefix("Value error, ").partition("; ")
        return Problem(source, "front-matter", f"'{key}': {message}", hint)
    message = details["msg"][:1].lower() + details["msg"][1:]
    return Problem(source, "front-matter", f"'{key}' is '{value}': {message}")
