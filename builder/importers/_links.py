"""Every reference in a text of Markdown, outside code: found, and replaced by what a function makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from builder.importers._blocks import code_lines

_TEXT = r"(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.){0,400}\]){0,1000}"
_TARGET = r"(?:<[^<>\n]{0,1000}>|[^\s()<>]{0,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500}){0,4})"
_TITLE = r"(?:\s+(?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'|\([^()\n]{0,500}\)))?"
_SCAN = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`{1,20})(?!`)[^\n]{0,2000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<escape>\\[\[\]!`<\\])"
    r"|(?P<comment><!--.{0,2000}?-->)"
    r"|(?P<wiki>!?\[\[(?P<name>[^\[\]|\n]{1,200}?)(?:\\?\|(?P<alias>[^\[\]\n]{0,200}))?\]\](?!\())"
    rf"|(?P<link>!?\[(?P<text>{_TEXT})\]\([ \t]*(?P<target>{_TARGET})(?P<title>{_TITLE})[ \t]*\))"
    r"|(?P<definition>^[ ]{0,3}\[(?P<label>(?!\^)[^\[\]\n]{1,200})\]:[ \t]*(?P<address><[^<>\n]*>|\S+)[ \t]*(?P<rest>[^\n]*)$)"
    r"|(?P<cite>\[[^\[\]@\n]{0,60}@[^\[\]\n]{1,300}\](?!\(|\[))"
    r"|(?P<tag><(?:a|img|area|video|audio|source|iframe|embed|object)\b[^<>]{0,2000}>)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\b(href|src|data)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as written. `form`: link, image, wiki, embed, definition, cite, href or src; `line` counts from 0."""

    form: str
    target: str
    text: str
    whole: str
    line: int
    title: str = ""


def rewrite(text: str, change: Callable[[Reference], str | None]) -> str:
    """Replace every reference by what `change` returns; None leaves it as it is."""
    code = code_lines(text)
    result: list[str] = []
    chunk: list[str] = []
    start = 0
    lines = text.split("\n")
    for number, line in enumerate([*lines, None]):
        if line is None or number in code:
            if chunk:
                result.append(_chunk("\n".join(chunk), start, change))
                chunk = []
            if line is not None:
                result.append(line)
            start = number + 1
        else:
            chunk.append(line)
    return "\n".join(result)


def _chunk(text: str, first: int, change: Callable[[Reference], str | None]) -> str:
    """Prose between blocks of code."""
    lines = first
    position = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal lines, position
        lines += text.count("\n", position, match.start())
        position = match.start()
        reference = _reference(match, lines)
        if reference is None:
            return match[0]
        if reference.form == "link" and "[" in reference.text:  # pictures inside a link
            inner = _chunk(reference.text, lines, change)
            if inner != reference.text and re.search(r"(?<!!)\[[^\[\]]*\]\(", inner):  # a link cannot hold a link
                target = f"[link]({match['target']}{match['title']})"
                outer = Reference("link", reference.target, "link", target, lines, reference.title)
                return _as_long(f"{inner} ({change(outer) or target})", match[0])
            whole = f"[{inner}]({match['target']}{match['title']})"
            reference = Reference("link", reference.target, inner, whole, lines, reference.title)
        return _as_long(change(reference) or reference.whole, match[0])

    return _SCAN.sub(replace, text)


def _as_long(new: str, old: str) -> str:
    """A replacement of as many lines as what it replaces, so that lines keep their numbers."""
    missing = old.count("\n") - new.count("\n")
    return new + "\n<!-- -->" * missing if missing >= 0 else new.replace("\n", " ") + "\n<!-- -->" * old.count("\n")


def _reference(match: re.Match[str], line: int) -> Reference | None:
    whole = match[0]
    if match["wiki"]:
        form = "embed" if whole.startswith("!") else "wiki"
        return Reference(form, match["name"].strip(), (match["alias"] or "").strip(), whole, line)
    if match["link"]:
        form = "image" if whole.startswith("!") else "link"
        return Reference(form, match["target"].strip("<>"), match["text"], whole, line, match["title"].strip())
    if match["definition"]:
        return Reference("definition", match["address"].strip("<>"), match["label"], whole, line, match["rest"])
    if match["cite"]:
        return Reference("cite", whole[1:-1], "", whole, line)
    if match["tag"] and (attribute := _ATTRIBUTE.search(whole)):
        target = next((value for value in attribute.groups()[1:] if value is not None), "")
        return Reference("href" if attribute[1].lower() == "href" else "src", target, attribute[0], whole, line)
    return None


def retarget(reference: Reference, target: str) -> str:
    """A reference with another target, written as it was."""
    bare = (
        f"<{target}>" if re.search(r"[\s()]", target) and reference.form in ("link", "image", "definition") else target
    )
    title = f" {reference.title}" if reference.title else ""
    if reference.form in ("link", "image"):
        return f"{'!' * (reference.form == 'image')}[{reference.text}]({bare}{title})"
    if reference.form == "definition":
        return f"[{reference.text}]: {bare}{title}"
    if reference.form in ("href", "src"):
        return reference.whole.replace(reference.text, f'{reference.form}="{target}"', 1)
    return reference.whole
