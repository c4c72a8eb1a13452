"""What the check has to know about a file of the site; it depends on nothing but the file's path and bytes.

So it is found out once for the same bytes, wherever the page is rendered, and kept.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from sys import intern
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

OWN_SCRIPTS = "assets/studylog/js/"
_INERT_RELS = {"canonical", "alternate", "prev", "next", "author", "license", "me", "edit"}
_OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
_CSS_FETCH = re.compile(r"(?:url\(\s*|@import\s+)[\"']?\s*([^\"')\s]+)", re.IGNORECASE)
_SCRIPT_URL = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'`<>)]+")
_REFERRING = "[href], [src], [srcset], [poster], [style], object[data], use, image, feImage, style, meta[http-equiv]"


@dataclass(frozen=True, slots=True)
class Reference:
    """Something a file refers to, as written; `fetched` if a browser loads it without being asked."""

    target: str
    fetched: bool

    @property
    def is_outside(self) -> bool:
        """Whether it is on another host."""
        return _OUTSIDE.match(self.target) is not None

    @property
    def is_inside(self) -> bool:
        """Whether it leads to a place of the site."""
        return bool(self.target) and self.target != "#" and not self.is_outside and not _SCHEME.match(self.target)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file offers and what it relies on.

    `needs` has the places of the site that it refers to, each with the anchors wanted there. Places count from the
    site's root; those that begin with `/` count from the server's. A part of a page is not `whole`: it has no document
    of its own and borrows the ids of its host.
    """

    ids: frozenset[str] = frozenset()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    twice: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()  # what a browser would fetch from other hosts
    canonical: str = ""  # its address once published

    def as_json(self) -> str:
        """Write the facts on one line; `parse_facts` reads them."""
        parts = [sorted(self.ids), self.needs, self.twice, self.outside, self.canonical]
        return json.dumps(parts, separators=(",", ":"))


NO_FACTS = Facts()


@lru_cache(maxsize=4096)
def parse_facts(text: str) -> Facts:
    """Read what `Facts.as_json` wrote."""
    ids, needs, twice, outside, canonical = json.loads(text)
    shared = {intern(place): tuple(anchors) for place, anchors in needs.items()}  # most pages refer to the same places
    return Facts(frozenset(map(intern, ids)), shared, tuple(twice), tuple(outside), canonical)


def facts_of(path: str, data: bytes) -> Facts:
    """The facts of the file at `path` of the site."""
    if path.startswith(OWN_SCRIPTS):
        return Facts(outside=tuple(dict.fromkeys(_SCRIPT_URL.findall(data.decode("utf-8")))))
    if path.endswith(".css"):
        return _facts(path, _references_of_style(data))
    if not path.endswith(".html") or not data.strip():
        return NO_FACTS
    tree = LexborHTMLParser(data)
    ids: set[str] = set()
    twice: set[str] = set()
    for element in tree.css("[id]"):
        name = element.id or ""
        (twice if name in ids else ids).add(name)
    ids |= {element.attributes["name"] or "" for element in tree.css("a[name]")}
    canonical = [element.attributes["href"] or "" for element in tree.css("link[rel=canonical][href]")]
    facts = _facts(path, _references_of_page(tree), whole=_is_whole(data))
    return replace(
        facts,
        ids=frozenset(ids),
        twice=tuple(sorted(twice)) if _is_whole(data) else (),
        canonical=canonical[-1] if canonical else "",
    )


def references_in(path: str, data: bytes) -> list[Reference]:
    """Everything that the page or style sheet at `path` refers to, as written."""
    if path.endswith(".css"):
        return _references_of_style(data)
    return _references_of_page(LexborHTMLParser(data))


def _facts(path: str, references: list[Reference], *, whole: bool = True) -> Facts:
    needs: dict[str, dict[str, None]] = {}
    for reference in dict.fromkeys(references):
        if reference.is_inside:
            place, anchor = place_of(path, reference.target)
            anchors = needs.setdefault(place, {})
            if anchor and (whole or not reference.target.startswith("#")):
                anchors[anchor] = None
    outside = dict.fromkeys(r.target for r in references if r.fetched and r.is_outside)
    return Facts(needs={place: tuple(anchors) for place, anchors in needs.items()}, outside=tuple(outside))


def _is_whole(data: bytes) -> bool:
    return data[:200].lstrip().lower().startswith((b"<!doctype", b"<html"))


def _references_of_style(data: bytes) -> list[Reference]:
    return [Reference(target, True) for target in _CSS_FETCH.findall(data.decode("utf-8"))]


def _references_of_page(tree: LexborHTMLParser) -> list[Reference]:
    return [reference for element in tree.css(_REFERRING) for reference in _references(element)]


def place_of(page: str, target: str) -> tuple[str, str]:
    """Where a reference on the page at path `page` leads: the place and the anchor there."""
    path, _, anchor = target.partition("#")
    path = unquote(path.partition("?")[0])
    if not path:
        return page, unquote(anchor)
    if path.startswith("/"):
        return path, unquote(anchor)
    place = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return "" if place == "." else place, unquote(anchor)


def _references(element: LexborNode) -> Iterator[Reference]:
    """What one element refers to."""
    tag, attributes = element.tag, element.attributes
    if tag == "style":
        yield from (Reference(url, True) for url in _CSS_FETCH.findall(element.text()))
    if tag == "meta" and (attributes.get("http-equiv") or "").lower() == "refresh":
        yield Reference((attributes.get("content") or "").partition("=")[2].strip(), True)
    for name, value in attributes.items():
        if value is None:
            continue
        if name in ("href", "xlink:href"):
            rels = set((attributes.get("rel") or "").lower().split())
            followed = tag in ("a", "area", "base") or (tag == "link" and rels & _INERT_RELS)
            yield Reference(value.strip(), not followed)
        elif name in ("src", "poster") or (name == "data" and tag == "object"):
            yield Reference(value.strip(), True)
        elif name == "srcset":
            yield from (Reference(part.split()[0], True) for part in value.split(",") if part.strip())
        elif name == "style":
            yield from (Reference(url, True) for url in _CSS_FETCH.findall(value))
