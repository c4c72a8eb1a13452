"""The Markdown that a log speaks: CommonMark, GitHub's tables and task lists, and the log's own marks.

Own inline marks become tokens of their own: `wikilink`, `embed`, `cite`, `value`. Callouts are block quotes that begin
with `[!type]`; they become `callout_open` and `callout_close`.
"""

from __future__ import annotations

import functools
import re

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar
from mdit_py_plugins.footnote import footnote_plugin

from builder.parse.cells import read_blocks
from builder.parse.mathematics import to_mathml

_NOT_A_LINK = r"(?!\(|\[(?![\[@]))"  # `[[1]](address)` and `[[1]][reference]` are ordinary links
_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]{1,200}?)(?:\\?\|([^\[\]\n]{1,200}))?\]\]" + _NOT_A_LINK)
_CITE = re.compile(r"\[([^\[\]@\n]{0,60}@[^\[\]\n]{1,300})\]" + _NOT_A_LINK)
_CITED = re.compile(r"(?<![^\s(-])@((?:arxiv|doi):[^\s,;\]]+|[\w][\w:.+/-]*\w|\w)", re.IGNORECASE)
_VALUE = re.compile(r"\{\{\s*([A-Za-z][\w-]*)\.([A-Za-z]\w*)(?::([^{}]{0,20}))?\s*\}\}")
_EMOJI = re.compile(r":([a-z0-9_+-]{2,40}):")
_CALLOUT = re.compile(r"\[!([A-Za-z][\w-]*)(?:[ \t|]+([^\]]*))?\]([+-]?)[ \t]*(.*)")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_ARXIV = re.compile(r"\s?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?!\d)")

DENSE = 5000
REMARKS = ("annotation", "correction")
"""Callouts with a date: what the author wrote later, about the passage above."""


@functools.cache
def markdown(*, math: bool = True) -> MarkdownIt:
    """The parser; `math` says whether `$…$` is mathematics."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True, "typographer": False})
    parser.linkify = _Links()
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    parser.linkify.add("arxiv:", {"validate": _arxiv_end, "normalize": _arxiv_address})
    parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    if math:
        parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, renderer=_mathematics)
        parser.block.ruler.at("math_block", _displayed)
    parser.inline.ruler.before("link", "wikilink", _wikilink)
    parser.inline.ruler.before("link", "cite", _cite)
    parser.inline.ruler.before("emphasis", "value", _value)
    parser.inline.ruler.before("emphasis", "emoji", _emoji)
    parser.inline.ruler.before("image", "embed", _wikilink)
    parser.core.ruler.at("block", read_blocks)
    parser.core.ruler.after("block", "callouts", _callouts)
    parser.core.ruler.after("block", "tasks", _tasks)
    parser.core.ruler.before("inline", "dense", _dense)
    return parser


class _Links(LinkifyIt):
    """Finds addresses in plain text; most text has none, which is quickly told where each begins with its scheme."""

    def pretest(self, text: str) -> bool:
        return (":" in text or "//" in text) and super().pretest(text)


_read_displayed = math_block_dollar(allow_blank_lines=True)


def _displayed(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A displayed formula. Where the search for the end of one came to nothing, it is not made again further down."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if not line.startswith("$$"):
        return False
    unclosed: dict[tuple[str, int], int] = state.env.setdefault("unclosed", {})
    if unclosed.get((state.src, end), start) < start:
        return False
    found = _read_displayed(state, start, end, silent)
    if not found and "$$" not in line[2:]:
        unclosed.setdefault((state.src, end), start)
    return found


def _mathematics(formula: str, options: dict) -> str:
    """Mathematics in snippets; entries have their own renderer."""
    return to_mathml(formula, display=options["display_mode"])


def _take(state: StateInline, match: re.Match[str], kind: str, **meta: object) -> bool:
    """Consume a match as one token."""
    token = state.push(kind, "", 0)
    token.content = match.group(0)
    token.meta = meta
    state.pos = match.end()
    return True


def _wikilink(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "[!":
        return False
    match = _WIKI.match(state.src, state.pos)
    if match is None:
        return False
    if silent:
        state.pos = match.end()
        return True
    target, text = match.group(2).strip(), (match.group(3) or "").strip()
    return _take(state, match, "embed" if match.group(1) else "wikilink", target=target, text=text)


def _cite(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    match = _CITE.match(state.src, state.pos)
    if match is None:
        return False
    parts = []
    for piece in match.group(1).split(";"):
        cited = _CITED.search(piece)
        if cited is None:
            return False
        parts.append((piece[: cited.start()].strip(), cited.group(1), piece[cited.end() :].lstrip(", ").strip()))
    if silent:
        state.pos = match.end()
        return True
    return _take(state, match, "cite", parts=tuple(parts))


def _value(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    match = _VALUE.match(state.src, state.pos)
    if match is None:
        return False
    if silent:
        state.pos = match.end()
        return True
    name, metric, spec = match.groups()
    return _take(state, match, "value", name=name, metric=metric, format=(spec or "").strip())


@functools.cache
def _emoji_names() -> dict[str, str]:
    """Short names to characters, from the table that comes with Material's Markdown extensions."""
    from pymdownx.gemoji_db import aliases, emoji

    named = {name.strip(":"): entry["unicode"] for name, entry in emoji.items() if "unicode" in entry}
    named |= {alias.strip(":"): named[name.strip(":")] for alias, name in aliases.items() if name.strip(":") in named}
    return {name: "".join(chr(int(code, 16)) for code in codes.split("-")) for name, codes in named.items()}


def _emoji(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":":
        return False
    match = _EMOJI.match(state.src, state.pos)
    if match is None or match.group(1) not in _emoji_names():
        return False
    if not silent:
        state.push("text", "", 0).content = _emoji_names()[match.group(1)]
    state.pos = match.end()
    return True


def _callouts(state: StateCore) -> None:
    """Turn block quotes that begin with `[!type]` into callouts."""
    tokens, stack = state.tokens, []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            meta = _callout_meta(state, index)
            stack.append(meta)
            if meta is not None:
                token.type, token.meta = "callout_open", meta
        elif token.type == "blockquote_close":
            meta = stack.pop()
            if meta is not None:
                token.type, token.meta = "callout_close", meta


def _callout_meta(state: StateCore, index: int) -> dict | None:
    """Read and remove the `[!type]` line of the block quote that opens at `index`."""
    tokens = state.tokens
    if index + 2 >= len(tokens) or tokens[index + 2].type != "inline":
        return None
    inline = tokens[index + 2]
    first, newline, rest = inline.content.partition("\n")
    match = _CALLOUT.fullmatch(first.rstrip())
    if match is None:
        return None
    kind, date, fold, title = match.groups()
    if kind.lower() in REMARKS and title:  # its first line is text, not a title
        rest, title = title + newline + rest, ""
    elif newline and inline.map:
        inline.map = [inline.map[0] + 1, inline.map[1]]
    inline.content = rest
    if not rest:
        for token in tokens[index + 1 : index + 4]:
            token.hidden = True
    title_tokens: list = []
    state.md.inline.parse(title, state.md, state.env, title_tokens)
    return {"kind": kind.lower(), "date": (date or "").strip(), "fold": fold, "title_tokens": title_tokens}


def _tasks(state: StateCore) -> None:
    """Mark list items that begin with `[ ]` or `[x]`."""
    lists: list = []
    for index, token in enumerate(state.tokens[:-2]):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and state.tokens[index + 1].type == "paragraph_open":
            inline = state.tokens[index + 2]
            match = _TASK.match(inline.content)
            if match:
                inline.content = inline.content[match.end() :]
                token.attrSet("class", "task-list-item")
                token.meta = {"done": match[1] != " "}
                lists[-1].attrSet("class", "contains-task-list")


def _dense(state: StateCore) -> None:
    """Leave text alone that is a flood of opening marks: reading it as Markdown would take very long."""
    inlines = [token for token in state.tokens if token.type == "inline"]
    marks = sum(token.content.count("[") + token.content.count("$") for token in inlines)
    if marks > DENSE and marks * 3 > sum(len(token.content) for token in inlines):
        for token in inlines:
            token.meta = {"dense": True}
            token.children = [Token("text", "", 0, content=token.content)]
            token.content = ""


def _arxiv_end(linkify: object, text: str, position: int) -> int:
    """How many characters after `arXiv:` belong to the number."""
    match = _ARXIV.match(text, position)
    return match.end() - position if match else 0


def _arxiv_address(linkify: object, match: object) -> None:
    """Make `arXiv:1706.03762` a link to its page."""
    match.url = f"https://arxiv.org/abs/{match.url[6:].strip()}"
