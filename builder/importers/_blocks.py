"""The block structure of Markdown: what stands at the top level, which lines are code, where definitions are."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top level: lines `first` to `last` - 1, counted from 0."""

    type: str  # heading, paragraph, item, fence, code_block, html_block, hr, blockquote, table, definition, footnote
    first: int
    last: int
    level: int = 0  # of a heading
    text: str = ""  # of a heading or a paragraph; the first line of an item
    label: str = ""  # of a definition


@functools.cache
def _parser() -> MarkdownIt:
    """A parser that only finds blocks."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False}).use(footnote_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _parse(text: str) -> tuple[list, dict]:
    env: dict = {}
    return _parser().parse(text, env), env


def blocks(text: str) -> list[Block]:
    """The blocks at the top level; a list is given as its items."""
    tokens, env = _parse(text)
    found = []
    for index, token in enumerate(tokens):
        kind = token.type.removesuffix("_open")
        if token.map is None or token.level > (kind == "list_item") or kind in ("bullet_list", "ordered_list"):
            continue
        after = tokens[index + 1] if index + 1 < len(tokens) else token
        if kind == "list_item":
            inline = next((t for t in tokens[index + 1 : index + 3] if t.type == "inline"), None)
            found.append(Block("item", *token.map, text=inline.content.partition("\n")[0] if inline else ""))
        elif kind == "footnote_reference":
            found.append(Block("footnote", *token.map, label=token.meta["label"]))
        elif kind in ("heading", "paragraph"):
            level = int(token.tag[1]) if kind == "heading" else 0
            found.append(Block(kind, *token.map, level=level, text=after.content))
        elif token.level == 0:
            found.append(Block(kind, *token.map))
    for label, reference in {**env.get("references", {})}.items():
        found.append(Block("definition", *reference["map"], label=label))
    found += [Block("definition", *d["map"], label=d.get("label", "")) for d in env.get("duplicate_refs", [])]
    return sorted(found, key=lambda block: (block.first, block.last))


def cover(text: str) -> list[Block]:
    """The blocks at the top level, without overlaps, and every line between them that is not blank."""
    lines = text.split("\n")
    covered: list[Block] = []
    end = 0
    for block in [*blocks(text), Block("paragraph", len(lines), len(lines))]:
        if block.first < end:
            continue
        loose = [n for n in range(end, block.first) if lines[n].strip()]
        covered += [Block("paragraph", n, n + 1, text=lines[n].strip()) for n in loose]
        if block.last > block.first:
            covered.append(block)
        end = max(end, block.last)
    return covered


def code_lines(text: str) -> set[int]:
    """The lines, counted from 0, that are code at any depth, fences included."""
    tokens, _ = _parse(text)
    return {n for t in tokens if t.type in ("fence", "code_block") and t.map for n in range(*t.map)}


def fences(text: str) -> dict[int, int]:
    """The lines, counted from 0, on which fences at any depth open, each with the last line of its fence."""
    return {token.map[0]: token.map[1] - 1 for token in _parse(text)[0] if token.type == "fence" and token.map}


def table_lines(text: str) -> set[int]:
    """The lines, counted from 0, that are rows of tables at any depth: in these a bar ends a cell."""
    return {n for t in _parse(text)[0] if t.type == "table_open" and t.map for n in range(*t.map)}


def block_of_html(text: str) -> list[tuple[int, int, str]]:
    """First and last line of each block of HTML at any depth, with its text."""
    return [(*token.map, token.content) for token in _parse(text)[0] if token.type == "html_block" and token.map]


def open_item(lines: list[str]) -> tuple[str, list[str]]:
    """The text of a list item's first line, and its other lines as they stand without the item around them."""
    first = lines[0].expandtabs(4)
    marker = _MARKER.match(first)
    if marker is None:
        return first.strip(), [line.strip() for line in lines[1:]]
    width = marker.end(2) if len(marker[2]) <= 4 and marker[3] else marker.end(1) + 1
    rest = [_expand(line) for line in lines[1:]]
    inner = [len(line) - len(line.lstrip()) - width for line in rest if line.strip()]
    spare = min([n for n in inner if n >= 0], default=0)
    width += spare if spare < 4 else 0
    return first[marker.end(2) :].strip(), [_outdent(line, width) for line in rest]


def escape_start(text: str) -> str:
    """A line that would begin a list, a heading or a quotation, as the plain text that it is."""
    numbered = re.match(r"(\d+)([.)])(\s|$)", text)
    if numbered:
        return f"{numbered[1]}\\{text[numbered.end(1) :]}"
    return f"\\{text}" if re.match(r"(?:[-+*]|#{1,6}|>)(?:\s|$)", text) else text


_MARKER = re.compile(r"(\s*(?:[-*+]|\d{1,9}[.)]))(\s+|$)(.?)")


def _expand(line: str) -> str:
    """A line whose leading tabs are spaces."""
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].expandtabs(4) + body


def _outdent(line: str, width: int) -> str:
    blank = len(line) - len(line.lstrip(" "))
    return line[min(blank, width) :]
