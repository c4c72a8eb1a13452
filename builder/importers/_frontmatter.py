"""Front matter of other generators: YAML, TOML or JSON in, the keys of a log out, and what became of each line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from builder.errors import Source
from builder.importers._types import Page, Said
from builder.importers._values import convert_value
from builder.kinds.frontmatter import IGNORED, SYNONYMS
from builder.yamltext import parse_mapping

_KEY = re.compile(r"([A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(.*)|[ \t]*)")
_KNOWN = {"title", "date", "updated", "description", "tags", "categories", "authors", "draft", "slug", "permalink",
          "aliases", "image", "pin", "toc", "math", "year", "source"}  # fmt: skip
_ALSO = {"url": "permalink", "published": "draft", "modified": "updated", "last_updated": "updated", "subtitle": "description",
         "tag": "tags", "category": "categories", "topics": "tags", "created": "date", "pubdate": "date", "mathjax": "math",
         "katex": "math", "thumbnail": "image", "featured_image": "image", "feature-img": "image", "banner": "image",
         "header": "image", "abstract": "description", "path": "permalink", "link": "source", "external_url": "source",
         "paper": "source", "doi": "source", "arxiv": "source", "arxiv_id": "source", "eprint": "source", "sticky": "pin", "redirect": "aliases", "alias": "aliases"}  # fmt: skip


@dataclass(slots=True)
class Header:
    """What front matter says, by the keys of a log, and what became of its lines."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    used: dict[str, list[int]] = field(default_factory=dict)  # key -> the lines that it took
    metadata: set[int] = field(default_factory=set)
    dropped: dict[int, str] = field(default_factory=dict)
    warnings: list[Said] = field(default_factory=list)
    questions: list[Said] = field(default_factory=list)
    end: int = 0  # lines of the source that it takes

    def refuse(self, key: str, reason: str) -> None:
        """Leave a key out after all, for a reason."""
        self.values.pop(key, None)
        for line in self.used.pop(key, ()):
            self.metadata.discard(line)
            self.dropped[line] = reason


def read_header(page: Page) -> Header:
    """Read the front matter of a page; without any, an empty one."""
    header = Header()
    span = _span(page.lines)
    if span is None:
        return header
    first, last, style = span
    header.end = last + (style != "json")
    if style != "json":
        header.metadata |= {first, last + 1}
    chunks = _yaml(page.lines[first:last], first + 1) if style == "yaml" else _parsed(page.lines, first, last, style)
    for numbers, key, value in chunks:
        _take(header, page, numbers, key, value)
    return header


def _span(lines: tuple[str, ...]) -> tuple[int, int, str] | None:
    """The lines between the marks, counted from 0, and the style of the front matter."""
    opening = lines[0].rstrip() if lines else ""
    marks = {"---": ("---", "...", "yaml"), "+++": ("+++", "+++", "toml")}
    if opening in marks:
        one, other, style = marks[opening]
        last = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in (one, other)), None)
        if last is None or (style == "yaml" and not _looks_like_yaml(lines[1:last])):
            return None
        return 1, last, style
    if opening == "{":
        last = next((n for n, line in enumerate(lines) if line.rstrip() == "}"), None)
        if last is not None and _is_json("\n".join(lines[: last + 1])):
            return 0, last + 1, "json"
    return None


def _looks_like_yaml(lines: tuple[str, ...]) -> bool:
    """Tell front matter from text between two rules."""
    written = [line for line in lines if line.strip()]
    return not written or any(
        _KEY.fullmatch(line.rstrip()) for line in written[:1] + [w for w in written if w[:1] != "#"][:1]
    )


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _yaml(lines: tuple[str, ...], first: int) -> Iterator[tuple[list[int], str, Any]]:
    """Every key with its lines and value. Each is read alone, so that one mistake does not hide the others."""
    groups: list[list[int]] = []
    for index, line in enumerate(lines):
        if _KEY.fullmatch(line.rstrip()) or not groups:
            groups.append([index])
        else:
            groups[-1].append(index)
    for group in groups:
        text = [re.sub(r"^\t+", "  ", lines[index].rstrip()) for index in group]
        numbers = [first + index for index in group]
        match = _KEY.fullmatch(text[0])
        if match is None:
            yield numbers, "", None
            continue
        rest = [line for line in text[1:] if line.strip() and not line.lstrip().startswith("#")]
        yield numbers, match[1], _yaml_value(match[1], (match[2] or "").strip(), text[1:] if rest else [])


def _yaml_value(key: str, written: str, rest: list[str]) -> Any:
    """A value as YAML reads it, else as it stands."""
    read = parse_mapping("\n".join([f"{key}: {written}", *rest]), Source("", 1))
    if not read.problems:
        return read.values.get(key)
    return None if rest else written.strip("\"'")


def _parsed(lines: tuple[str, ...], first: int, last: int, style: str) -> Iterator[tuple[list[int], str, Any]]:
    """Every key of TOML or JSON. Lines are given to the key that was named last above them."""
    text = "\n".join(lines[first:last])
    try:
        values = tomllib.loads(text) if style == "toml" else json.loads(text)
    except (ValueError, RecursionError):
        values = {}
    values |= values.pop("taxonomies", {}) if isinstance(values.get("taxonomies"), dict) else {}
    start = re.compile(r'\s*(?:\[\[?)?"?([A-Za-z][\w-]*)"?\s*(?:=|:|\]).*')
    numbers: dict[str, list[int]] = {}
    key = ""
    for index in range(first, last):
        match = start.match(lines[index])
        key = match[1] if match and match[1] in {*values, "taxonomies"} else key
        numbers.setdefault(key, []).append(index + 1)
    for key, value in {**dict.fromkeys(numbers), **values}.items():
        yield numbers.get(key, []), key, value if key in values else None


def _take(header: Header, page: Page, numbers: list[int], key: str, value: Any) -> None:
    """Put one key where it belongs: into the header, or among what was dropped."""
    numbers = [number for number in numbers if page.lines[number - 1].strip()]
    line = numbers[0] if numbers else 0
    if not key:
        brackets = all(page.lines[n - 1].strip() in ("{", "}", "") for n in numbers)
        header.metadata.update(numbers if brackets else ())
        header.dropped.update({} if brackets else dict.fromkeys(numbers, "no `key: value` line of front matter"))
        return
    lower = key.lower()
    name = lower if lower in _KNOWN else SYNONYMS.get(lower) or _ALSO.get(lower, "")
    if lower == "url" and _is_elsewhere(str(value), page):
        name = "source"
    if not name:
        ignored = lower in IGNORED or lower in ("taxonomies", "author_url")
        reason = "means nothing here" if ignored else "no such key; kept in the source only"
        header.dropped.update({number: reason if number == line else "belongs to the key above" for number in numbers})
        return
    try:
        converted = convert_value(name, lower, value)
    except ValueError as error:
        header.dropped.update(dict.fromkeys(numbers, str(error)))
        (header.questions if name == "date" else header.warnings).append(Said(line, f"'{key}': {error}"))
        return
    if name in header.values and not isinstance(header.values[name], list):
        header.dropped.update(dict.fromkeys(numbers, f"'{name}' was given above"))
        return
    if converted is None or converted == []:
        header.dropped.update(dict.fromkeys(numbers, "says nothing"))
        return
    before = header.values.get(name, [])
    header.values[name] = (
        [*before, *(x for x in converted if x not in before)] if isinstance(converted, list) else converted
    )
    header.lines.setdefault(name, line)
    header.used.setdefault(name, []).extend(numbers)
    header.metadata.update(numbers)


def _is_elsewhere(address: str, page: Page) -> bool:
    """Tell an address of something else from the page's own."""
    own = page.site.address
    return bool(re.match(r"https?://", address)) and not (own and address.startswith(own))


def shared(header: Header) -> dict[str, Any]:
    """What every entry of a split page takes over: tags, categories, authors, draft."""
    return {
        k: v
        for k, v in header.values.items()
        if k in ("tags", "categories", "authors") or (k, v) in (("draft", True), ("math", False))
    }
