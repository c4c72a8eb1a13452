"""YAML as authors write it, read strictly: front matter, demo fences and `site_config.yml`.

A safe loader without surprises: no tags, anchors or duplicate keys, no `no` -> False, no `12:30` -> 750, dates stay
text. Every mistake names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from builder.errors import Problem, Source, suggest

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 400
QUOTE = "put quotes around values with : # [ ] { } or a leading @ * & ! or `"
_UNFINISHED = ("<stream end>'", "end of stream")
UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Control characters, line ends that no editor counts, and other characters that no page may hold."""


@dataclass(frozen=True, slots=True)
class YamlText:
    """A mapping as read, the line of each of its keys (`outer.inner` inside a mapping), and what was wrong with it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class WrittenFloat(float):
    """A number that remembers how it was written: as text, `1.10` stays `1.10`."""

    written = ""

    @classmethod
    def read(cls, written: str) -> WrittenFloat:
        """Read a number. Raises ValueError."""
        number = cls(written)
        number.written = written
        return number

    def __str__(self) -> str:
        return self.written


class _Mistake(yaml.MarkedYAMLError):
    """A mistake that YAML itself would let pass."""

    def __init__(self, problem: str, mark: yaml.Mark, hint: str = "") -> None:
        super().__init__(problem=problem, problem_mark=mark)
        self.hint = hint


class _Loader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's few implicit types, and none of its indirections."""

    yaml_implicit_resolvers: dict = {}
    first_line = 1
    depth = 0

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Mistake("anchors and aliases (& and *) are not allowed", event.start_mark, QUOTE)
        if getattr(event, "tag", None):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise _Mistake(f"the YAML tag '{tag}' is not allowed", event.start_mark, "write the plain value")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Mistake(f"nested deeper than {MAX_DEPTH} levels", event.start_mark, "write it flatter")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node, deep=False):
        seen = {}
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Mistake("a key must be a word", key_node.start_mark, QUOTE)
            key = key_node.value
            if key in seen:
                message = f"'{key}' is given twice, first in line {self.first_line + seen[key]}"
                raise _Mistake(message, key_node.start_mark, "keep one of them")
            seen[key] = key_node.start_mark.line
            key_node.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep=deep)

    def construct_number(self, node):
        if len(node.value) > MAX_DIGITS:
            raise _Mistake(f"a number of {len(node.value)} digits", node.start_mark, "put it in quotes")
        if node.tag.endswith(":int"):
            return int(node.value)
        return WrittenFloat.read(node.value)

    def construct_text(self, node):
        found = UNSHOWN.search(node.value)
        if found:
            raise _Mistake(f"a character that cannot be shown: U+{ord(found[0]):04X}", node.start_mark, "remove it")
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_number)
_Loader.add_constructor("tag:yaml.org,2002:str", _Loader.construct_text)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|^[-+]?[0-9]+[eE][-+]?[0-9]+$"),
    list("-+0123456789."),
)


def parse_mapping(text: str, source: Source, what: str = "front matter") -> YamlText:
    """Read a YAML mapping whose first line stands at `source.line`; problems are returned, never raised."""

    def failed(line: int, message: str, hint: str = "") -> YamlText:
        return YamlText(problems=(Problem(Source(source.path, line), "yaml", message, hint),))

    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return failed(source.line, f"the {what} is larger than {MAX_BYTES // 1024} KiB", "keep long text in the body")
    loader_type = type("Loader", (_Loader,), {"first_line": source.line})
    loader = loader_type("")
    try:
        loader = loader_type(text)
        node = loader.get_single_node()
        if node is None:
            return YamlText()
        if not isinstance(node, yaml.MappingNode):
            return failed(source.line, f"the {what} is not a list of `key: value` lines", "write `key: value`")
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        unfinished = error.context_mark and (error.problem or "").endswith(_UNFINISHED)
        mark = error.context_mark if unfinished else error.problem_mark or error.context_mark
        index = mark.line if mark else 0
        return failed(source.line + index, *_explain(error, text, index, what))
    except yaml.reader.ReaderError as error:
        line = source.line + text.count("\n", 0, error.position)
        return failed(
            line, f"the {what} has a character that cannot be shown: U+{ord(text[error.position]):04X}", "remove it"
        )
    finally:
        loader.dispose()
    return YamlText(values, dict(_lines(node, source.line)))


def _lines(node: yaml.MappingNode, first_line: int, prefix: str = "") -> Iterator[tuple[str, int]]:
    """The line of every key; a key inside a mapping is called `outer.inner`."""
    for key, value in node.value:
        yield f"{prefix}{key.value}", first_line + key.start_mark.line
        if isinstance(value, yaml.MappingNode):
            yield from _lines(value, first_line, f"{prefix}{key.value}.")


def _explain(error: yaml.MarkedYAMLError, text: str, index: int, what: str) -> tuple[str, str]:
    """Say what YAML complains about in words an author knows, with what to type."""
    lines = text.split("\n")
    line = lines[index] if index < len(lines) else ""
    problem = error.problem or error.context or "cannot be read"
    key, _, value = line.partition(":")
    quoted = value.strip().replace("\\", "\\\\").replace('"', '\\"')
    hint = f'{key.strip()}: "{quoted}"'
    if isinstance(error, _Mistake):
        return problem, error.hint
    if "\t" in line and ("'\\t'" in problem or not line.strip() or line.startswith("\t")):
        return f"a tab in the {what}", "indent with spaces"
    if "mapping values are not allowed" in problem:
        if re.match(r"\s+[\w-]+:(?:\s|$)", line):
            return f"'{key.strip()}' is indented, though the line above it is complete", line.strip()
        return "a colon inside a value needs quotes", hint
    if problem.endswith(_UNFINISHED):
        mark = "a quotation mark" if "quoted" in (error.context or "") else "a bracket"
        return f"{mark} that is never closed", "close it, or put quotes around the whole value"
    if re.fullmatch(r"[@`%*&]", value.strip()[:1]):
        return f"a value that begins with {value.strip()[0]} needs quotes", hint
    return f"the {what} cannot be read: {problem}", QUOTE


def unknown_key(key: str, known: set[str], source: Source, what: str) -> Problem:
    """The problem for a key nobody knows, with a suggestion."""
    hint = suggest(key, known) or f"known keys: {', '.join(sorted(known))}"
    return Problem(source, "unknown-key", f"unknown key '{key}' in {what}", hint)
