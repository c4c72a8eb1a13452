"""YAML as authors write it, read strictly: front matter, demo fences and `site_config.yml`.

A safe loader without surprises: no tags, anchors or duplicate keys, no `no` -> False, no `12:30` -> 750, dates stay
text. Every mistake names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from builder.errors import Problem, Source, suggest

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class YamlText:
    """A mapping as read, the line of each of its top-level keys, and what was wrong with it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class _Loader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's few implicit types, and none of its indirections."""

    yaml_implicit_resolvers: dict = {}

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed", self.peek_event().start_mark)
        self._depth = getattr(self, "_depth", 0) + 1
        if self._depth > MAX_DEPTH:
            raise yaml.constructor.ConstructorError(None, None, "nested too deeply", self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node, deep=False):
        seen = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
            if key in seen:
                message = f"'{key}' is given twice, first in line {seen[key] + 1 + self.first_line - 1}"
                raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
            seen[key] = key_node.start_mark.line
            key_node.tag, key_node.value = "tag:yaml.org,2002:str", key
        return super().construct_mapping(node, deep=deep)

    first_line = 1


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
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
        mark = error.problem_mark or error.context_mark
        line = source.line + (mark.line if mark else 0)
        return failed(line, *_explain(error, text, mark.line if mark else 0, what))
    except yaml.reader.ReaderError as error:
        line = source.line + text.count("\n", 0, error.position)
        return failed(line, f"the {what} has a character that YAML does not allow: U+{ord(text[error.position]):04X}")
    finally:
        loader.dispose()
    lines = {key.value: source.line + key.start_mark.line for key, _ in node.value}
    return YamlText(values, lines)


def _explain(error: yaml.MarkedYAMLError, text: str, index: int, what: str) -> tuple[str, str]:
    """Say what YAML complains about in words an author knows, with what to type."""
    lines = text.split("\n")
    line = lines[index] if index < len(lines) else ""
    problem = error.problem or error.context or "cannot be read"
    if "\t" in line and ("'\\t'" in problem or not line.strip() or line.startswith("\t")):
        return f"a tab in the {what}", "indent with spaces"
    if "could not determine a constructor" in problem:
        return f"the {what} uses a YAML tag, which is not allowed", "write the plain value"
    if "mapping values are not allowed" in problem:
        key, _, value = line.partition(":")
        return "a colon inside a value needs quotes", f'{key.strip()}: "{value.strip()}"'
    return f"the {what} cannot be read: {problem}", "put quotes around values with : # [ ] { } or a leading @ or `"


def unknown_key(key: str, known: set[str], source: Source, what: str) -> Problem:
    """The problem for a key nobody knows, with a suggestion."""
    hint = suggest(key, known) or f"known keys: {', '.join(sorted(known))}"
    return Problem(source, "unknown-key", f"unknown key '{key}' in {what}", hint)
