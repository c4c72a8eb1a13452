"""Drafts of a page that holds many dated items: one for each day's item, one for each section, one for the page itself."""

from __future__ import annotations

import re
from dataclasses import replace

from builder.importers._addresses import settle
from builder.importers._blocks import blocks
from builder.importers._convert import close, name_title, open_page
from builder.importers._dated import Split
from builder.importers._dating import Segment, year_of, years_of
from builder.importers._frontmatter import Header, shared
from builder.importers._outline import drop_contents, relevel, take_title
from builder.importers._single import entry_meta, keep_picture, read_single, slug_for, strip_blank
from builder.importers._source import described_paper
from builder.importers._types import Body, Draft, Page, Piece, Reading
from builder.parse.dates import Calendar, long_date, match_date, read_group
from builder.parse.scan import anchor
from builder.parse.titles import plain_text, title_of


def split_page(page: Page, *, keep_headings: bool) -> tuple[Header, Body, Split, str]:
    """A page taken apart, with its title."""
    header, body = open_page(page)
    title = header.values.get("title") or ""
    if not title and not _begins_dated(body):
        title = take_title(body)
    drop_contents(body)
    calendar = Calendar(year_of(page, title, header.values.get("date", "")) or header.values.get("year"))
    return header, body, Split(body, calendar, keep_headings, years_of(title)).run(), title


def _begins_dated(body: Body) -> bool:
    """Tell whether the first heading is a date or a year, and no title."""
    first = next((plain_text(b.text) for b in blocks(body.text) if b.type == "heading"), "")
    return bool(match_date(first)) or (read_group(first) is not None and bool(re.search(r"\d{4}", first)))


def read_dated(page: Page, kind: str) -> Reading:
    """Make an entry of `kind` for every dated item of a page."""
    header, body, split, title = split_page(page, keep_headings=kind == "post")
    if not any(segment.date for segment in split.segments):
        return _with_questions(read_single(page, kind=""), body)
    for message in split.calendar.turned:
        body.warn(0, f"the year turns: {message}")
    drafts = [_day(segment, kind, header) if segment.date else _part(segment, header) for segment in split.segments]
    drafts = [draft for draft in drafts if draft is not None]
    index = _index(page, header, body, split, title, kind)
    drafts = ([index] if index else []) + drafts
    _unused(split, drafts, body)
    drafts = _define(drafts, split)
    close(header, body)
    return body.reading(drafts)


def _with_questions(reading: Reading, body: Body) -> Reading:
    return replace(reading, questions=tuple(dict.fromkeys([*reading.questions, *body.questions])))


def _unused(split: Split, drafts: list[Draft], body: Body) -> None:
    """Give headings below which nothing stands to the ledger."""
    for segment in split.segments:
        if segment.heading and not segment.pieces:
            body.metadata.discard(segment.heading.line)
            body.dropped[segment.heading.line] = "a heading below which nothing stands"


def _day(segment: Segment, kind: str, header: Header) -> Draft:
    pieces = relevel(strip_blank(segment.pieces))
    title = segment.title or _title(pieces) or long_date(segment.date)
    span = match_date(title)  # a range, which the name of the file need not repeat
    return Draft(
        kind,
        slug_for("", (title[span.end :] if span and span.span else "") or title),
        title,
        pieces,
        str(segment.date),
        _meta(header),
        (title,),
        tuple(segment.anchors),
    )


def _title(pieces: tuple[Piece, ...]) -> str:
    """A title from the first line that says something."""
    for piece in pieces:
        text = re.sub(r"^\s*(?:[-*+]|\d+[.)]|>|#{1,6})\s+(?:\[[ xX]\]\s+)?", "", piece.text).strip()
        if re.search(r"\w", text) and not re.match(r"```|~~~|<|\||!\[", text) and (title := title_of(text)):
            return title
    return ""


def _meta(header: Header) -> dict:
    return shared(header)


def _part(segment: Segment, header: Header) -> Draft | None:
    """A section without a date: a note on a paper if it names just one, else a note."""
    pieces = relevel(strip_blank(segment.pieces))
    if not pieces:
        return None
    paper = described_paper(pieces)
    title = segment.title or _title(pieces) or "Notes"
    kind = "paper" if paper else "note"
    return Draft(
        kind, slug_for("", title), title, pieces, "", {**_meta(header), **paper}, (title,), tuple(segment.anchors)
    )


def _index(page: Page, header: Header, body: Body, split: Split, title: str, kind: str) -> Draft | None:
    """The page itself, when it has an address to keep or says something above its first date."""
    title = title or name_title(page, page.path.stem)
    slug = slug_for(page.path.stem, title)
    addresses, known = settle(page, header, body, "", slug)
    keep_picture(page, header, body)
    pieces = strip_blank(list(relevel(split.preamble)))
    if not pieces and not addresses:
        for key in ("title", "description", "image", "slug", "date", "updated"):
            if key in header.values:
                header.refuse(key, "the page is split into entries, each with its own")
        return None
    days = sorted({str(segment.date)[:4] for segment in split.segments if segment.date})
    links = [f"[{year}](/log/{year}/)" for year in days] if kind == "log" else ["[all posts](/posts/)"]
    pieces += [Piece(0, "")] * bool(pieces) + [Piece(0, f"Its entries have pages of their own: {', '.join(links)}.")]
    meta = {key: value for key, value in entry_meta(header, body).items() if key != "date"} | addresses
    return Draft("note", slug, title, tuple(pieces), "", meta, (page.path.stem, title), (anchor(title),), known)


def _define(drafts: list[Draft], split: Split) -> list[Draft]:
    """Give every draft the definitions of links and footnotes that it uses; the rest goes into the last one."""
    if not split.definitions:
        return drafts
    unused = dict(split.definitions)
    order = {label: index for index, label in enumerate(split.definitions)}
    result = []
    for draft in drafts:
        wanted, text = [], draft.text
        while True:
            labels = {" ".join(label.split()).upper() for label in re.findall(r"\[([^\[\]]{1,200})\]", text)}
            more = sorted((labels & split.definitions.keys()) - set(wanted), key=order.__getitem__)
            if not more:
                break
            wanted += more
            text = "\n".join(piece.text for label in more for piece in split.definitions[label])
        for label in wanted:
            unused.pop(label, None)
        result.append(_plus(draft, [split.definitions[label] for label in wanted]))
    return [*result[:-1], _plus(result[-1], list(unused.values()))]


def _plus(draft: Draft, groups: list[list[Piece]]) -> Draft:
    if not groups:
        return draft
    added = [Piece(0, "")] + [piece for group in groups for piece in group]
    return replace(draft, body=(*draft.body, *added))
