"""One walk over the tokens of a document: its headings, links, demo calls, annotations and words."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from markdown_it.token import Token

from builder.errors import Problem, Source
from builder.model import Annotation, DemoCall, Heading, Link, Value
from builder.parse.fence import parse_demo

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[A-Z0-9\"'(\[])")
_HTML_LINK = re.compile(r"\b(?P<attribute>href|src)\s*=\s*(?P<quote>[\"'])(?P<target>.*?)(?P=quote)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?i)^(?:[a-z][a-z0-9+.-]*:|//)")


@dataclass(slots=True)
class Scan:
    """What the walk found. `calls` is keyed by the index of the fence's token, for the renderer."""

    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    calls: dict[int, DemoCall] = field(default_factory=dict)
    annotations: list[Annotation] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    words: int = 0
    first_paragraph: str = ""


def anchor(text: str) -> str:
    """The anchor of a heading, as GitHub makes it: lower case, punctuation gone, spaces as hyphens."""
    kept = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return re.sub(r"\s", "-", kept) or "section"


def plain(tokens: list[Token]) -> str:
    """The text of inline tokens, without marks."""
    parts = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type in ("wikilink", "embed"):
            parts.append(token.meta["text"] or token.meta["target"])
        elif token.type == "cite":
            parts.append("[" + "; ".join(key for _, key, _ in token.meta["parts"]) + "]")
        elif token.type == "image":
            parts.append(plain(token.children or []))
        elif token.type == "footnote_ref" or token.type == "html_inline":
            continue
        elif token.children is None or token.content:
            parts.append(token.content)
    return "".join(parts)


def sentence_around(text: str, position: int) -> str:
    """The sentence of `text` in which `position` lies."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if end.start() >= position:
            return text[start : end.start()].strip()
        start = end.end()
    return text[start:].strip()


def link_form(target: str) -> str:
    """Tell an address outside the log (`url`) from one inside it (`relative`)."""
    return "url" if _OUTSIDE.match(target) else "relative"


def scan(tokens: list[Token], path: str, first_line: int) -> Scan:
    """Walk over block tokens whose line 0 is `first_line` of the file at `path`."""
    found = Scan()
    anchors: Counter[str] = Counter()
    demos: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    line = first_line
    for index, token in enumerate(tokens):
        if token.map:
            line = first_line + token.map[0]
        if token.type == "fence" and token.info.split()[:1] == ["demo"]:
            _add_call(found, index, token, Source(path, line), demos)
        elif token.type == "inline":
            _add_inline(found, tokens, index, Source(path, line), anchors)
        elif token.type == "html_block":
            found.links += _html_links(token.content, Source(path, line), "")
        elif token.type == "callout_open" and token.meta["kind"] == "annotation":
            _add_annotation(found, tokens, index, Source(path, line), notes)
    return found


def _add_call(found: Scan, index: int, token: Token, source: Source, seen: Counter) -> None:
    name = (token.info.split() + ["", ""])[1]
    seen[name] += 1
    call, problems = parse_demo(token.info, token.content, source, seen[name])
    found.problems += problems
    if call is not None:
        if any(call.name == other.name for other in found.calls.values()):
            message = f"two demos here are called '{call.name}'"
            found.problems.append(Problem(source, "demo-fence", message, "give one another name with `as:`"))
        found.calls[index] = call


def _add_inline(found: Scan, tokens: list[Token], index: int, source: Source, anchors: Counter) -> None:
    token, before = tokens[index], tokens[index - 1]
    text = plain(token.children or [])
    found.words += len(text.split())
    if before.type == "heading_open":
        slug = anchor(text)
        anchors[slug] += 1
        if anchors[slug] > 1:
            slug = f"{slug}-{anchors[slug] - 1}"
        before.attrSet("id", slug)
        found.headings.append(Heading(int(before.tag[1]), text, slug))
    elif before.type == "paragraph_open" and not found.first_paragraph:
        found.first_paragraph = text.strip()
    found.links += _inline_links(token.children or [], text, source)
    for child in token.children or []:
        if child.type == "value":
            found.values.append(Value(child.meta["name"], child.meta["metric"], child.meta["format"], source))


def _inline_links(tokens: list[Token], text: str, source: Source) -> list[Link]:
    """Every reference in a run of inline tokens, with its line and the sentence around it."""
    links, position, line = [], 0, source.line
    for index, token in enumerate(tokens):
        where = Source(source.path, line)
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        context = sentence_around(text, position)
        if token.type == "wikilink":
            links.append(Link("wiki", token.meta["target"], token.meta["text"], where, context))
        elif token.type == "embed":
            links.append(Link("embed", token.meta["target"], token.meta["text"], where, context))
        elif token.type == "cite":
            links += [Link("cite", key, "", where, context) for _, key, _ in token.meta["parts"]]
        elif token.type == "link_open":
            target = str(token.attrGet("href") or "")
            label = _label(tokens, index)
            links.append(Link(link_form(target), target, label, where, context))
        elif token.type == "image":
            links.append(Link("image", str(token.attrGet("src") or ""), token.content, where, context))
        elif token.type == "html_inline":
            links += _html_links(token.content, where, context)
        position += len(plain([token]))
    return links


def _label(tokens: list[Token], opening: int) -> str:
    """The text of the link that opens at `opening`."""
    closing = next((i for i in range(opening + 1, len(tokens)) if tokens[i].type == "link_close"), len(tokens))
    return plain(tokens[opening + 1 : closing])


def _html_links(html: str, source: Source, context: str) -> list[Link]:
    """References inside raw HTML."""
    links = []
    for match in _HTML_LINK.finditer(html):
        target = match["target"]
        where = Source(source.path, source.line + html.count("\n", 0, match.start()))
        inside = "image" if match["attribute"].lower() == "src" else "relative"
        links.append(Link("url" if _OUTSIDE.match(target) else inside, target, "", where, context))
    return links


def _add_annotation(found: Scan, tokens: list[Token], index: int, source: Source, seen: Counter) -> None:
    opening = tokens[index]
    try:
        date = dt.date.fromisoformat(opening.meta["date"] or "")
    except ValueError:
        message = f"an annotation needs its date, not '{opening.meta['date'] or ''}'"
        found.problems.append(Problem(source, "annotation", message, "write `> [!annotation 2024-01-10] …`"))
        return
    level, text = 0, []
    for token in tokens[index:]:
        level += token.nesting if token.type in ("callout_open", "callout_close") else 0
        if token.type == "inline":
            text.append(plain(token.children or []))
        if level == 0:
            break
    seen[str(date)] += 1
    slug = f"annotation-{date}" + (f"-{seen[str(date)]}" if seen[str(date)] > 1 else "")
    opening.meta["anchor"] = slug
    found.annotations.append(Annotation(date, slug, " ".join(text).strip(), source))
