"""A page that becomes one entry, with its stubs set aside as drafts."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote

from builder.importers._addresses import day_and_stem, settle
from builder.importers._assets import find_asset
from builder.importers._blocks import block_of_html, code_lines
from builder.importers._convert import close, is_generic, name_title, open_page
from builder.importers._frontmatter import Header
from builder.importers._outline import drop_contents, drop_title, is_stub, relevel, sections, take_title
from builder.importers._source import page_on_a_paper, take_source
from builder.importers._types import Body, Draft, Page, Piece, Reading
from builder.parse.dates import is_only_date, long_date
from builder.parse.scan import anchor
from builder.parse.titles import title_of
from builder.urls import short_slug, slugify

_LINKED = re.compile(r"!?\[\[[^\[\]]*\]\]|!?\[[^\[\]]*\]\([^()]*\)")


def read_single(page: Page, *, kind: str = "") -> Reading:
    """Make one entry of a page: of the kind given, else a post if it is dated, else a note."""
    header, body = open_page(page)
    return single(page, header, body, kind=kind)


def single(
    page: Page, header: Header, body: Body, *, kind: str = "", title: str = "", names: tuple[str, ...] = ()
) -> Reading:
    """Make one entry of a page that is open already."""
    named, stem = day_and_stem(page)
    date = header.values.get("date") or named
    title, written = _title_of(page, header, body, title, date, stem)
    slug = slug_for(header.values.get("slug") or ("" if is_generic(stem) else stem), title)
    drop_contents(body)
    keep_picture(page, header, body)
    meta = entry_meta(header, body)
    addresses, known = settle(page, header, body, date or "", slug)
    meta |= addresses
    if "_drafts" in page.place.split("/"):
        meta["draft"] = True
    may_be_paper = kind in ("", "note") and not named
    paper = take_source(header, body, may_be_paper=may_be_paper)
    body.pieces = strip_blank(list(relevel(body.pieces)))
    if may_be_paper and not date and not paper:
        paper = page_on_a_paper(body.pieces)
    kind, meta = ("paper", meta | paper) if paper else (kind or ("post" if date else "note"), meta)
    whole = Draft(
        kind, slug, title, tuple(body.pieces), date or "", meta,
        names=tuple(dict.fromkeys([page.path.stem, title, *names])),
        anchors=tuple(dict.fromkeys([anchor(written or title), slugify(written or title)])), addresses=known,
    )  # fmt: skip
    drafts = _without_stubs(whole) if kind in ("note", "post") else [whole]
    close(header, body)
    if not any(piece.text.strip() for piece in body.pieces) and (
        page.path.stem in ("index", "_index") or not body.metadata
    ):
        body.dropped |= dict.fromkeys(
            [*body.metadata, *(p.line for p in body.pieces if p.line)], "a page without any text"
        )
        body.metadata.clear()
        return body.reading([])
    return body.reading(drafts)


def _title_of(page: Page, header: Header, body: Body, title: str, date: str, stem: str) -> tuple[str, str]:
    """The title of a page, and the heading that it was taken from, if any."""
    title, written = header.values.get("title") or title or "", ""
    if title:
        drop_title(body, title)
    else:
        written = take_title(body)
        title = "" if is_only_date(written) and date else written or _html_title(body)
    title = title or (
        name_title(page, stem) if stem or not date else _first_words(body) or long_date(dt.date.fromisoformat(date))
    )
    return title, written


def _html_title(body: Body) -> str:
    """The text of a heading of raw HTML at the top of a README; taken out if its line holds no more than words."""
    found = re.search(
        r"<h1\b[^<>]{0,200}>(.{1,200}?)</h1>", "\n".join(p.text for p in body.pieces[:30]), re.IGNORECASE | re.DOTALL
    )
    if found is None:
        return ""
    body.use([n for n, p in enumerate(body.pieces[:30]) if p.text.strip() == found[0] and "<" not in found[1]])
    return " ".join(re.sub(r"<[^<>]*>", " ", found[1]).split())


def _first_words(body: Body) -> str:
    lines = (re.sub(r"^\s*(?:[-*+]|\d+[.)]|>|#{1,6})\s+(?:\[[ xX]\]\s+)?", "", piece.text) for piece in body.pieces)
    lines = (re.sub(r"\s#[^\W\d][\w/-]*(?=\s|$)", "", line) for line in lines)
    titles = [(title, _LINKED.sub("", line)) for line in lines if re.search(r"\w", line) and (title := title_of(line))]
    with_words = (title for title, rest in titles if re.search(r"\w", rest))  # links alone lead to neighbours
    return next(with_words, next((title for title, _ in titles), ""))


def slug_for(name: str, title: str) -> str:
    """A slug from a name, else from the title; without what looks like a day and is none."""
    name = re.sub(r"^(?:19|20)\d\d-\d\d?-\d\d?(?!\d)[-_ ]*", "", name)
    return short_slug(name) or short_slug(title) or "note"


def keep_picture(page: Page, header: Header, body: Body) -> None:
    """Leave the front matter's picture out if it is not there; one on another host is only an address."""
    written = header.values.get("image", "")
    if written and not re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", written):
        base = page.site.base
        path = unquote(written.removeprefix(base) if base and written.startswith(f"{base}/") else written)
        if find_asset(page.path.parent, page.site.root, path) is None:
            body.warn(header.lines["image"], f"missing picture '{written}'")
            header.refuse("image", "the picture is not there")


def entry_meta(header: Header, body: Body) -> dict:
    """The front matter that goes into the entry as it is; addresses are settled apart."""
    keys = ("updated", "description", "tags", "categories", "authors", "draft", "image", "pin", "toc", "math")
    plain = {"draft": False, "math": True, "toc": True, "pin": False}  # as they are without the key
    meta = {key: header.values[key] for key in keys if key in header.values and header.values[key] != plain.get(key)}
    tags = list(dict.fromkeys([*meta.get("tags", []), *body.tags]))
    return meta | ({"tags": tags} if tags else {})


def strip_blank(pieces: list[Piece]) -> list[Piece]:
    """Pieces without blank ones at either end; what a line of the source left blank goes to the end, for the ledger."""
    written = [index for index, piece in enumerate(pieces) if piece.text.strip()]
    first, last = (written[0], written[-1] + 1) if written else (len(pieces), len(pieces))
    emptied = [piece for piece in (*pieces[:first], *pieces[last:]) if piece.line]
    return [*_without_gaps(pieces[first:last]), *emptied]


def _without_gaps(pieces: list[Piece]) -> list[Piece]:
    """Pieces with one blank line where several are: what stood between them is gone."""
    text = "\n".join(piece.text for piece in pieces)
    if "\n\n\n" not in text:
        return pieces
    kept = code_lines(text) | {n for first, last, _ in block_of_html(text) for n in range(first, last)}
    return [
        piece
        for index, piece in enumerate(pieces)
        if index in kept or piece.line or piece.text.strip() or not index or pieces[index - 1].text.strip()
    ]


def _without_stubs(draft: Draft) -> list[Draft]:
    """Set sections that are still to be written aside, as drafts of their own; a page that is all stub is one itself."""
    texts = [piece.text for piece in draft.body]
    if is_stub(texts):
        return [Draft(draft.kind, draft.slug, draft.title, draft.body, draft.date, {**draft.meta, "draft": True},
                      draft.names, draft.anchors, draft.addresses)]  # fmt: skip
    stubs: list[Draft] = []
    gone: set[int] = set()
    for heading, first, last in sections(draft.body):
        if first in gone or not is_stub(texts[first + 1 : last]):
            continue
        gone |= set(range(first, last))
        title = heading.text.strip() or draft.title
        meta = {"draft": True, **{k: v for k, v in draft.meta.items() if k in ("tags", "categories", "authors")}}
        pieces = draft.body[first:last]
        slug = slugify(f"{draft.slug} {title}")
        stubs.append(Draft("note", slug, f"{draft.title}: {title}", relevel(strip_blank(list(pieces))), "", meta))
    if not stubs:
        return [draft]
    rest = tuple(strip_blank([piece for index, piece in enumerate(draft.body) if index not in gone]))
    whole = Draft(
        draft.kind, draft.slug, draft.title, rest, draft.date, draft.meta, draft.names, draft.anchors, draft.addresses
    )
    return [whole, *stubs]
