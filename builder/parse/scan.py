"""One walk over the tokens of a document: its headings, links, demo calls, annotations and words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise

from markdown_it.token import Token

from builder.errors import Problem, Source
from builder.kinds.frontmatter import parse_date
from builder.model import Annotation, DemoCall, Heading, Link, Value
from builder.parse.fence import parse_demo
from builder.parse.mathematics import to_plain
from builder.parse.names import in_words, mark
from builder.parse.sentences import Sentences
from builder.parse.syntax import REMARKS
from builder.parse.terms import terms_in

HTML_LINK = re.compile(r"\b(?P<attribute>href|src)\s*=\s*(?P<quote>[\"'])(?P<target>.*?)(?P=quote)", re.IGNORECASE)
_HTML_ID = re.compile(r"<[a-z][^<>]*?\bid\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)
_NUMBER_FORMAT = re.compile(r",?(?:\.\d{1,2})?[%defg]?")
_FOOTNOTE = re.compile(r"\[\^(\d+)\]")
_ESCAPED = re.compile(r"\\.")
_SIZE = re.compile(r"\s*\d+(?:x\d+)?\s*")
_REFERRING = {"wikilink", "embed", "cite", "link_open", "image", "html_inline"}
_OUTSIDE = re.compile(r"(?i)^(?:[a-z][a-z0-9+.-]*:|//)")


@dataclass(slots=True)
class Scan:
    """What the walk found. `calls` is keyed by the index of the fence's token, for the renderer."""

    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    calls: dict[int, DemoCall] = field(default_factory=dict)
    annotations: list[Annotation] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)  # anchors of headings, and how often each was numbered
    words: int = 0
    terms: Counter[str] = field(default_factory=Counter)
    first_paragraph: str = ""


def anchor(text: str) -> str:
    """The anchor of a heading, as GitHub makes it: lower case, punctuation gone, spaces as hyphens."""
    kept = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return re.sub(r"\s", "-", kept) or "section"


def plain(tokens: list[Token], name_of: Callable[[str, str], str] = in_words) -> str:
    """The text of inline tokens. name_of: what to call what a reference without a text leads to."""
    parts = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "wikilink":
            parts.append(token.meta["text"] or name_of("wiki", token.meta["target"]))
        elif token.type == "embed":
            parts.append("" if _SIZE.fullmatch(token.meta["text"]) else token.meta["text"])
        elif token.type == "cite":
            parts.append("(" + "; ".join(name_of("cite", key) for _, key, _ in token.meta["parts"]) + ")")
        elif token.type == "image":
            parts.append(plain(token.children or [], name_of))
        elif token.type.startswith("math_"):
            parts.append(to_plain(token.content))
        elif token.type == "footnote_ref" or token.type == "html_inline":
            continue
        elif token.type == "value":
            parts.append(name_of("value", "{name}.{metric}:{format}".format(**token.meta)))
        elif token.children is None or token.content:
            parts.append(token.content)
    return "".join(parts)


def link_form(target: str) -> str:
    """Tell an address outside the log (`url`) from one inside it (`relative`)."""
    return "url" if _OUTSIDE.match(target) else "relative"


def scan(tokens: list[Token], path: str, first_line: int) -> Scan:
    """Walk over block tokens whose line 0 is `first_line` of the file at `path`."""
    found = Scan()
    demos: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    line, opened = first_line, [""]  # around a token: the anchors of its callouts, innermost last
    for index, token in enumerate(tokens):
        if token.map:
            line = first_line + token.map[0]
        source = Source(path, line)
        if token.type == "fence" and token.info.split()[:1] == ["demo"]:
            _add_call(found, index, token, source, demos)
        elif token.type == "inline":
            if token.meta.get("dense"):
                message = f"{len(token.children[0].content):,} characters that are mostly brackets or dollars"
                found.problems.append(Problem(source, "dense", message, "put them into a code block"))
            _add_inline(found, tokens, index, source, remark=opened[-1])
        elif token.type == "html_block":
            found.links += _html_links(token.content, source, "")
            found.anchors += _HTML_ID.findall(token.content)
        elif token.type == "callout_open":
            _add_references(found, token.meta["title_tokens"], "", source)
            if token.meta["kind"] in REMARKS:
                _add_annotation(found, tokens, index, source, notes)
            opened.append(token.meta.get("anchor", opened[-1]))
        elif token.type == "callout_close":
            opened.pop()
    found.first_paragraph = _first_paragraph(tokens)
    return found


def _first_paragraph(tokens: list[Token]) -> str:
    """The text of the first paragraph that has any; one of the running text, if there is one."""
    pairs = [(before.level, token) for before, token in pairwise(tokens) if before.type == "paragraph_open"]
    texts = [(level, plain(token.children or [], mark).strip()) for level, token in pairs]
    return next((text for level, text in texts if text and level == 0), next((text for _, text in texts if text), ""))


def _add_call(found: Scan, index: int, token: Token, source: Source, seen: Counter) -> None:
    name = [*token.info.split(), "", ""][1]
    seen[name] += 1
    call, problems = parse_demo(token.info, token.content, source, seen[name])
    found.problems += problems
    if call is not None:
        if any(call.name == other.name for other in found.calls.values()):
            message = f"two demos here are called '{call.name}'"
            found.problems.append(Problem(source, "demo-fence", message, "give one another name with `as:`"))
        found.calls[index] = call


def _add_inline(found: Scan, tokens: list[Token], index: int, source: Source, *, remark: str) -> None:
    token, before = tokens[index], tokens[index - 1]
    children = token.children or []
    text = plain(children)
    found.words += len(text.split())
    found.terms.update(terms_in(plain([child for child in children if not child.type.startswith(("math_", "cite"))])))
    if before.type == "heading_open":
        wanted = slug = anchor(text)
        while slug in found.taken:
            found.taken[wanted] += 1
            slug = f"{wanted}-{found.taken[wanted]}"
        found.taken[slug] = 0
        before.attrSet("id", slug)
        found.headings.append(Heading(int(before.tag[1]), text, slug))
    _add_references(found, children, token.content, source, remark)


def _add_references(found: Scan, tokens: list[Token], content: str, source: Source, remark: str = "") -> None:
    """Every link and value in a run of inline tokens, with its line and the sentence around it."""
    sentences, position = Sentences(plain(tokens, mark)), 0
    written = set(_FOOTNOTE.findall(_ESCAPED.sub("", content)))  # the tokens forget what was escaped
    for index, (token, line) in enumerate(_with_lines(tokens, content, source.line)):
        where, meta = Source(source.path, line), token.meta
        context = sentences.around(position) if token.type in _REFERRING else ""
        if token.type in ("wikilink", "embed"):
            form = "wiki" if token.type == "wikilink" else "embed"
            found.links.append(Link(form, meta["target"], meta["text"], where, context, remark))
        elif token.type == "cite":
            found.links += [Link("cite", key, "", where, context, remark) for _, key, _ in meta["parts"]]
        elif token.type == "link_open":
            target = str(token.attrGet("href") or "")
            found.links.append(Link(link_form(target), target, _label(tokens, index), where, context, remark))
        elif token.type == "image":
            found.links.append(Link("image", str(token.attrGet("src") or ""), token.content, where, context))
        elif token.type == "html_inline":
            found.links += _html_links(token.content, where, context)
            found.anchors += _HTML_ID.findall(token.content)
        elif token.type == "value":
            _add_value(found, token, where)
        elif token.type == "text":
            for label in (label for label in _FOOTNOTE.findall(token.content) if label in written):
                hint = f"add a line `[^{label}]: …` anywhere below"
                found.problems.append(Problem(where, "footnote", f"no footnote '{label}'", hint, "warning"))
        position += len(plain([token], mark))


def _with_lines(tokens: list[Token], content: str, line: int) -> Iterator[tuple[Token, int]]:
    """Inline tokens and their lines. The parser turns line ends in code into spaces: they are counted in `content`."""
    end, flat = 0, content.replace("\n", " ")
    for token in tokens:
        yield token, line
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type == "code_inline":
            start = flat.find(token.content, end)
            if start >= 0:
                end = start + len(token.content)
                line += content.count("\n", start, end)
        else:
            line += token.content.count("\n")


def _add_value(found: Scan, token: Token, source: Source) -> None:
    value = Value(token.meta["name"], token.meta["metric"], token.meta["format"], source)
    if _NUMBER_FORMAT.fullmatch(value.format):
        found.values.append(value)
    else:
        message = f"'{value.format}' is not a number format"
        found.problems.append(Problem(source, "value", message, "write for example `:.1%` or `:,.2f`"))


def _label(tokens: list[Token], opening: int) -> str:
    """The text of the link that opens at `opening`."""
    closing = next((i for i in range(opening + 1, len(tokens)) if tokens[i].type == "link_close"), len(tokens))
    return plain(tokens[opening + 1 : closing])


def _html_links(markup: str, source: Source, context: str) -> list[Link]:
    """References inside raw HTML."""
    links = []
    for match in HTML_LINK.finditer(markup):
        target = unescape(match["target"])
        where = Source(source.path, source.line + markup.count("\n", 0, match.start()))
        form = "image" if match["attribute"].lower() == "src" else link_form(target)
        links.append(Link(form, target, "", where, context))
    return links


def _add_annotation(found: Scan, tokens: list[Token], index: int, source: Source, seen: Counter) -> None:
    opening = tokens[index]
    try:
        date = parse_date(opening.meta["date"])
    except ValueError:
        written = opening.meta["date"]
        kind = opening.meta["kind"]
        what = f"an {kind}" if kind[0] == "a" else f"a {kind}"
        message = f"'{written}' is not the date of {what}" if written else f"{what} needs its date"
        found.problems.append(Problem(source, "annotation", message, f"write `> [!{kind} 2024-01-10] …`"))
        return
    level, text = 0, []
    for token in tokens[index:]:
        level += token.nesting if token.type in ("callout_open", "callout_close") else 0
        if token.type == "inline":
            text.append(plain(token.children or [], mark))
        if level == 0:
            break
    seen[str(date)] += 1
    slug = f"annotation-{date}" + (f"-{seen[str(date)]}" if seen[str(date)] > 1 else "")
    opening.meta |= {"anchor": slug, "day": str(date)}
    corrects = opening.meta["kind"] == "correction"
    found.annotations.append(Annotation(date, slug, " ".join(text).strip(), source, corrects))
