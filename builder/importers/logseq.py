"""A Logseq graph: journals become log entries, pages become notes; outlines, properties, tasks and block references."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote

from builder.importers import _markup, _org
from builder.importers._addresses import day_and_stem
from builder.importers._blockrefs import blocks_of
from builder.importers._blocks import code_lines
from builder.importers._convert import open_page
from builder.importers._liquid import outside_code
from builder.importers._single import single
from builder.importers._types import Body, Importer, Page, Piece, Reading
from builder.importers._vault import convert as convert_vault

_PROPERTY = re.compile(r"\s*(?:[-*]\s+)?([\w][\w./?-]*)::(?:\s+(.*)|\s*)")
_OWN = re.compile(
    r"collapsed|id|background-color|heading|created-at|updated-at|query-\w+|logseq\..*|card-.*|ls-type|hl-.*|template.*|icon|public|file.*|exclude-from-graph-view",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"^(\s*[-*]\s+)(TODO|DOING|NOW|LATER|WAITING|IN-PROGRESS|DONE|CANCELED|CANCELLED)\s+(?:\[#[ABC]\]\s*)?(.*)"
)
_PLANNED = re.compile(r"^(\s*)(SCHEDULED|DEADLINE):\s*<(\d{4}-\d\d-\d\d)[^<>]*>\s*$")

_MACRO = re.compile(r"\{\{\s*(\w+)([^{}]{0,500})\}\}")
_BLOCK = re.compile(r"\(\(([0-9a-f-]{36})\)\)", re.IGNORECASE)
_BLOCK_LABEL = re.compile(r"\[([^\[\]]*)\]\(\(\(([0-9a-f-]{36})\)\)\)", re.IGNORECASE)
_SIZE = re.compile(r"(\]\([^()]*\))\{:[^{}]*\}")
_LOGBOOK = re.compile(r"\s*(?:[-*]\s+)?:(LOGBOOK|END):\s*")
_HEADING = re.compile(r"[-*] (#{1,6} .*)")


def accepts(page: Page) -> bool:
    """Pages of a graph: there is a `logseq` folder, or `journals` and `pages`, above them."""
    return page.site.flavour == "logseq"


def read(page: Page) -> Reading:
    """Make an entry of a page or journal."""
    header, body = open_page(page)
    values = _properties(body)
    _org.convert(body)
    _outline(body, page)
    convert_vault(body)
    _markup.convert(body)
    day, _ = day_and_stem(page)
    is_journal = bool(day) and page.path.parent.name == "journals"
    name = unquote(page.path.stem).replace("___", "/")
    tags = [tag.strip("[]# ") for tag in re.split(r",\s*", values.get("tags", "")) if tag.strip("[]# ")]
    body.tags = [*tags, *body.tags]
    if is_journal:
        header.values.setdefault("date", day)
    names = [a.strip("[] ") for a in values.get("alias", "").split(",") if a.strip("[] ")]
    if is_journal:
        names += _journal_names(dt.date.fromisoformat(day))
    title = values.get("title") or ("" if is_journal else name)
    kind = "log" if is_journal else "note"
    return single(page, header, body, kind=kind, title=title, names=(name, name.rpartition("/")[2], *names))


def _journal_names(day: dt.date) -> list[str]:
    """What links call a journal: `Feb 24th, 2023`, `2023-02-24`."""
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return [
        f"{day:%b} {day.day}{ending}, {day.year}",
        str(day),
        f"{day:%Y/%m/%d}",
        f"{day:%B} {day.day}{ending}, {day.year}",
    ]


def _properties(body: Body) -> dict[str, str]:
    """Take the properties of the page: the first lines, each `key:: value`."""
    values: dict[str, str] = {}
    used = []
    for index, piece in enumerate(body.pieces):
        found = _PROPERTY.fullmatch(piece.text)
        if found is None:
            if piece.text.strip() not in ("", "-"):
                break
            continue
        key = found[1].lower()
        if key in ("title", "tags", "alias"):
            values[key] = (found[2] or "").strip()
            used.append(index)
        elif not _OWN.fullmatch(key):
            body.pieces[index] = Piece(piece.line, f"**{found[1]}:** {found[2] or ''}".rstrip() + "  ")
    body.use(used)
    return values


def _outline(body: Body, page: Page) -> None:
    """Turn the marks of an outline into Markdown, line by line."""
    code = code_lines(body.text)
    kept: list[Piece] = []
    in_book, under_heading = False, False
    for index, piece in enumerate(body.pieces):
        book = _LOGBOOK.fullmatch(piece.text)
        if book or in_book:
            in_book = book is None or book[1] == "LOGBOOK"
            body.drop_line(piece, "Logseq's record of working times")
            continue
        text = piece.text
        if index not in code:
            found = _PROPERTY.fullmatch(text)
            if found and _OWN.fullmatch(found[1]):
                body.drop_line(piece, f"'{found[1]}' means something to Logseq only")
                continue
            text = _PLANNED.sub(lambda m: f"{m[1]}*{m[2].capitalize()}: {m[3]}*", _TASK.sub(_task, text))
            text = outside_code(text, lambda part, n=piece.line: _marks(part, body, n, page))
            heading = _HEADING.fullmatch(text)
            if heading:
                under_heading = True
                kept += [Piece(0, ""), Piece(piece.line, heading[1]), Piece(0, "")]
                continue
            under_heading = under_heading and not re.match(r"[-*] ", text)
        if under_heading and text.strip():
            text = re.sub(r"^(?:\t| {1,4})", "", text)
        kept.append(Piece(piece.line, "" if text.strip() in ("-", "*") else text))
    body.pieces = kept


def _task(match: re.Match[str]) -> str:
    """A task: done or not; cancelled ones are struck out, waiting ones say so."""
    start, state, text = match.groups()
    if state.startswith("CANCEL"):
        return f"{start}[x] ~~{text.strip()}~~"
    waiting = "*waiting:* " if state == "WAITING" else ""
    return f"{start}[{'x' if state == 'DONE' else ' '}] {waiting}{text}"


def _marks(text: str, body: Body, line: int, page: Page) -> str:
    """Block references, macros and sizes within a line."""
    if "((" in text:
        text = _BLOCK_LABEL.sub(lambda m: _block(m[2], m[1], body, line, page), text)
        text = re.sub(
            r"\{\{\s*embed\s+\(\(([0-9a-f-]{36})\)\)\s*\}\}", lambda m: _block(m[1], "", body, line, page), text
        )
        text = _BLOCK.sub(lambda m: _block(m[1], "", body, line, page), text)
    text = re.sub(r"\[([^\[\]]+)\]\(\[\[([^\[\]]+)\]\]\)", r"[[\2|\1]]", text)
    if "#[[" in text:
        body.tags += re.findall(r"#\[\[([^\[\]]+)\]\]", text)
        text = re.sub(r"#\[\[([^\[\]]+)\]\]", r"\1", text)
    if "{{" in text:
        text = _MACRO.sub(lambda m: _macro(m, body, line), text)
    return _SIZE.sub(r"\1", text) if "{:" in text else text


def _block(identity: str, label: str, body: Body, line: int, page: Page) -> str:
    """A reference to a block: its text, with a link to its page."""
    found = blocks_of(page.site.root).get(identity.lower())
    if found is None:
        body.warn(line, f"there is no block '{identity}'; left visible as code")
        return f"{label} `(({identity}))`".strip()
    text = label or re.sub(r"[\[\]|*_`]|\(\([^()]*\)\)", "", found[1]).strip()[:150] or found[0]
    return f"[[{unquote(found[0]).replace('___', '/')}|{text}]]"


def _macro(match: re.Match[str], body: Body, line: int) -> str:
    """A macro of Logseq as Markdown."""
    name, value = match[1].lower(), match[2].strip()
    if name == "embed" and value.startswith("[["):
        return value
    if name in ("video", "youtube", "tweet", "twitter", "vimeo", "bilibili") and value.startswith("http"):
        return f"<{value}>"
    if name == "cloze":
        return value
    body.warn(line, f"the macro '{match[0]}' has no equal here; left visible as code")
    return f"`{match[0]}`"


IMPORTER = Importer("logseq", accepts, read, order=10)
