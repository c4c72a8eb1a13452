"""A map of an entry's neighbourhood: what it is connected with, in the order of time, joined by arcs.

Every row is a line of text with a link; the drawing beside the rows is only the arcs. So the map is as readable on a
phone as on a wide screen, and says the same to those who cannot see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from builder.model import Document, Relation
from builder.pages import Site
from builder.pages._connections import RELATIONS, Ties, inward, outward

MOST = 12
ROW = 24  # height of a row, in units of the drawing: twentieths of the unit `rem`; as in entry.css
WIDTH = 52
_OUT: Mapping[Relation, str] = {
    "follows": "continued here", "cites": "cited here", "annotates": "named in a remark here",
    "links to": "linked from here", "relates": "related",
}  # fmt: skip
_IN: Mapping[Relation, str] = {
    "follows": "continues this", "cites": "cites this", "annotates": "remarked on with this",
    "links to": "links here", "relates": "related",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the map; `relation` is in words, empty for the entry itself."""

    document: Document
    relation: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Rows, oldest first, with the drawing of their arcs, and how many neighbours there was no room for."""

    rows: tuple[Row, ...]
    arcs: Markup
    left_out: int


def neighbourhood(site: Site, document: Document) -> Neighbourhood | None:
    """Map what a document refers to and what refers to it; None where that is too little to need a map."""
    there, back = outward(site, document), inward(site, document)
    near = {url: other for ties in (there, back) for url, (other, _) in ties.items()}
    if len(near) < 2:
        return None

    def closeness(url: str) -> tuple[int, int]:
        relations = [RELATIONS.index(ties[url][1]) for ties in (there, back) if url in ties]
        return -len(relations), min(relations)

    newest_first = sorted(near, key=lambda url: (str(near[url].date or ""), url), reverse=True)
    shown = [near[url] for url in sorted(newest_first, key=closeness)[:MOST]]
    ordered = sorted([document, *shown], key=lambda other: (str(other.date or ""), other.url))
    rows = tuple(Row(other, _words(other, there, back)) for other in ordered)
    return Neighbourhood(rows, _draw(ordered, document, there, back), len(near) - len(shown))


def _words(other: Document, there: Ties, back: Ties) -> str:
    """How two documents are connected, in words."""
    words = [names[ties[other.url][1]] for ties, names in ((there, _OUT), (back, _IN)) if other.url in ties]
    return " and ".join(dict.fromkeys(words))


def _draw(ordered: list[Document], document: Document, there: Ties, back: Ties) -> Markup:
    """The arcs between the row of a document and the others: an arrow points to what is referred to."""
    here = ordered.index(document)
    parts = [_arc(row, here, there.get(o.url), back.get(o.url)) for row, o in enumerate(ordered) if o is not document]
    dots = [
        f'<circle class="sl-kind--{other.kind}" cx="{WIDTH - 5}" cy="{_y(row)}" r="{4 if other is document else 2.5}"/>'
        for row, other in enumerate(ordered)
    ]
    height = ROW * len(ordered)
    box = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return Markup(f'<svg class="sl-map-arcs" {box} aria-hidden="true">{"".join((*parts, *dots))}</svg>')


def _arc(row: int, here: int, there: tuple[Document, Relation] | None, back: tuple[Document, Relation] | None) -> str:
    """One arc, drawn as its strongest relation, with an arrow at each end that is referred to."""
    relation = min((tie[1] for tie in (there, back) if tie), key=RELATIONS.index)
    start, end, x = _y(here), _y(row), WIDTH - 11
    reach = x - min(x - 2, 8 + 4 * abs(row - here))
    ends = [end] if there else []
    heads = "".join(f"M{x - 4} {y - 3}L{x} {y}L{x - 4} {y + 3}" for y in (*ends, *([start] if back else [])))
    name = relation.replace(" ", "-")
    return f'<path class="sl-arc--{name}" d="M{x} {start}C{reach} {start} {reach} {end} {x} {end}{heads}"/>'


def _y(row: int) -> int:
    return ROW * row + ROW // 2
