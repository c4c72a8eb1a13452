"""The outline of a page: its title, its hand-made table of contents, the levels of its headings, its stubs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from builder.importers._blocks import Block, blocks
from builder.importers._types import Body, Piece
from builder.parse.titles import plain_text

_CONTENTS = re.compile(
    r"\W*(?:hand-made |overview of |table of )?(?:contents?|toc|index|outline|overview|on this page|目次|目录|inhalt(?:sverzeichnis)?)\W*(?:\(?toc\)?)?\W*",
    re.IGNORECASE,
)
_TOC_MARK = re.compile(r"\s*(?:\[toc\]|\[\[_?toc_?\]\]|<!--\s*/?\s*(?:toc|/?toc\s.*|tocstop|start doctoc.*|end doctoc.*|don't edit.*)\s*-->|\$\{toc\})\s*", re.IGNORECASE)  # fmt: skip
_TOC_ITEM = re.compile(
    r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?(?:\d[\d.]*\s+)?\[.*\]\(#[^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)[\s.]*"
)
_TO_TOP = re.compile(r"\W*\[[^\]]*(?:top|toc|contents|up)\b[^\]]*\]\(#[^)]*\)\W*", re.IGNORECASE)
_STUB = re.compile(
    r"[\W_]*(?:tbd|tba|tbc|todo|to ?do|wip|fixme|coming soon|(?:this )?(?:section )?(?:is )?(?:under construction|work in progress|to be (?:done|written|continued|added|completed|defined))|in progress|stub|later|placeholder|:construction:|🚧|⏳)[\W_]*(?::construction:)?[\W_]*",
    re.IGNORECASE,
)
_BADGE = re.compile(
    r"\[?!\[[^\[\]]{0,200}\]\([^()\s]{0,300}(?:shields\.io|badge)[^()\s]{0,300}\)(?:\]\([^()\s]{0,500}\))?"
    r"|<img\b[^<>]{0,500}(?:shields\.io|badge)[^<>]{0,500}>",
    re.IGNORECASE,
)
_DOTS = re.compile(r"[\s.…*_-]*(?:\.\.\.|…)[\s.…*_-]*")
TOC = "hand-made table of contents; the page makes its own"


_LONG = 300  # characters; no mark, link of a table of contents or stub is longer
_OPENERS = ("introduction", "intro", "overview", "preface", "abstract", "motivation", "background", "summary", "tl;dr")
LINK = re.compile(r"\]\(|\]\[|://|<\w|\[\^|\[\[")
"""What a title would lose."""


def drop_contents(body: Body) -> None:
    """Take out badges, tables of contents made by hand, and links back up to them."""
    found = blocks(body.text)
    body.drop(_badges(body, found), "badges of a repository")
    found = blocks(body.text)
    gone: set[int] = set()
    for position, block in enumerate(found):
        if block.type == "item" and (position == 0 or found[position - 1].type != "item"):
            gone |= _contents_at(body, found, position)
        elif block.type in ("paragraph", "html_block"):
            text = [body.pieces[n].text for n in range(block.first, block.last)]
            short = all(len(line) < _LONG for line in text)
            if short and all(_TOC_MARK.fullmatch(line) or _TO_TOP.fullmatch(line) for line in text if line.strip()):
                gone |= set(range(block.first, block.last))
    body.drop(gone, TOC)


def _badges(body: Body, found: list[Block]) -> set[int]:
    """The lines that hold nothing but badges."""
    if "badge" not in body.text and "shields.io" not in body.text:
        return set()
    lines = {n for block in found if block.type in ("paragraph", "html_block") for n in range(block.first, block.last)}
    texts = {n: body.pieces[n].text for n in lines}
    with_badges = {n for n, text in texts.items() if len(text) < 10 * _LONG and _BADGE.search(text)}
    return {
        n for n in with_badges if not re.search(r"\w", re.sub(r"</?(?:a|p|div)\b[^<>]*>", "", _BADGE.sub("", texts[n])))
    }


def _contents_at(body: Body, found: list[Block], position: int) -> set[int]:
    """The lines of the list that begins at a position, and of what names it, if it is a table of contents."""
    run = _run_of_items(found, position)
    lines = [body.pieces[n].text for b in run for n in range(b.first, b.last) if body.pieces[n].text.strip()]
    links = sum(len(line) < _LONG and bool(_TOC_ITEM.fullmatch(line)) for line in lines)
    label = found[position - 1] if position else None
    may_name = label is not None and label.type in ("heading", "paragraph") and len(label.text) < 60
    named = label is not None and may_name and bool(_CONTENTS.fullmatch(plain_text(label.text) or "-"))
    if links < len(lines) or not (links > 2 or (named and links)):
        return set()
    gone = {n for b in run for n in range(b.first, b.last)} | _wrapping(body, found, position, len(run))
    return gone | set(range(label.first, label.last)) if named and label else gone


def _wrapping(body: Body, found: list[Block], position: int, length: int) -> set[int]:
    """The lines of `<details>` around a table of contents."""
    around = found[position - 1 : position] + found[position + length : position + length + 1]
    texts = [" ".join(body.pieces[n].text for n in range(b.first, b.last)) for b in around]
    if len(around) != 2 or not re.search(r"<summary>.{0,60}(?:contents|toc)\b", texts[0], re.IGNORECASE):
        return set()
    return {n for b in around for n in range(b.first, b.last)} if re.fullmatch(r"\s*</details>\s*", texts[1]) else set()


def _run_of_items(found: list[Block], position: int) -> list[Block]:
    run = []
    for block in found[position:]:
        if block.type != "item":
            break
        run.append(block)
    return run


def take_title(body: Body) -> str:
    """Take the heading out that is the page's title: the first, if nothing but comments stands above it and it leads the rest."""
    found = blocks(body.text)
    headings = [block for block in found if block.type == "heading"]
    if not headings:
        return ""
    first = headings[0]
    above = [b for b in found if b.first < first.first and b.type not in ("definition", "footnote")]
    above = [b for b in above if not _is_decoration(body, b)]
    leads = all(other.level > first.level for other in headings[1:])
    title = plain_text(first.text)
    if not title or not (leads or first.level == 1) or (above and not (leads and first.level == 1)):
        return ""
    if len(headings) > 1 and not leads and title.casefold() in _OPENERS:
        return ""
    take_heading(body, first)
    return title


def take_heading(body: Body, heading: Block) -> None:
    """Take a heading out, as its text became a title; one that holds a link stays, as a paragraph."""
    if LINK.search(heading.text):
        body.pieces[heading.first] = Piece(body.pieces[heading.first].line, heading.text.replace("\n", " "))
        for index in range(heading.first + 1, heading.last):
            body.pieces[index] = Piece(body.pieces[index].line, "")
    else:
        body.use(range(heading.first, heading.last))


def _is_decoration(body: Body, block: Block) -> bool:
    """Tell comments, pictures and badges from text."""
    text = " ".join(body.pieces[n].text for n in range(block.first, block.last))
    return not re.search(r"\w", re.sub(r"<!--.*?-->|<[^<>]*>|!?\[[^\[\]]*\]\([^()]*\)", "", text))


def drop_title(body: Body, title: str) -> None:
    """Take the first heading out if it only repeats the title."""
    first = next(iter(blocks(body.text)), None)
    if first and first.type == "heading" and plain_text(first.text).casefold() == title.casefold():
        take_heading(body, first)


def relevel(pieces: Iterable[Piece], top: int = 2) -> tuple[Piece, ...]:
    """Headings from level `top` on, none skipped; underlined ones are written with `#`."""
    kept = list(pieces)
    headings = [block for block in blocks("\n".join(piece.text for piece in kept)) if block.type == "heading"]
    open_levels: list[int] = []
    for heading in headings:
        while open_levels and open_levels[-1] >= heading.level:
            open_levels.pop()
        open_levels.append(heading.level)
        level = min(top - 1 + len(open_levels), 6)
        text = " ".join(heading.text.split())
        for index in range(heading.first + 1, heading.last):  # the underline, or lines of the heading
            kept[index] = Piece(kept[index].line, "")
        kept[heading.first] = Piece(kept[heading.first].line, f"{'#' * level} {text}".rstrip())
    return tuple(kept)


def sections(pieces: tuple[Piece, ...]) -> list[tuple[Block, int, int]]:
    """Every heading with the lines of its section: from the heading to the next of its level or above."""
    headings = [block for block in blocks("\n".join(piece.text for piece in pieces)) if block.type == "heading"]
    found = []
    begins = [len(pieces)] * 7  # where the next heading of each level, or above it, begins
    for heading in reversed(headings):
        found.append((heading, heading.first, begins[heading.level]))
        begins[heading.level :] = [heading.first] * (7 - heading.level)
    return found[::-1]


def is_stub(texts: Iterable[str]) -> bool:
    """Tell whether lines say nothing but that something is still to be written."""
    lines = [line for line in texts if line.strip() and not re.match(r"\s*#{1,6}\s", line)]
    if any(len(line) > _LONG for line in lines):
        return False
    return any(_STUB.fullmatch(line) for line in lines) and all(
        _STUB.fullmatch(line) or _DOTS.fullmatch(line) or not re.search(r"\w", line) for line in lines
    )
