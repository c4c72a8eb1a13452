"""What is wrong with a rendered site: links that lead nowhere, ids given twice, and anything a browser would fetch elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from builder.errors import Problem, Source, in_order, suggest
from builder.model import Page, StaticFile

OWN_SCRIPTS = "assets/studylog/js/"
_INERT_RELS = {"canonical", "alternate", "prev", "next", "author", "license", "me", "edit"}
_OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
_CSS_FETCH = re.compile(r"(?:url\(\s*|@import\s+)[\"']?\s*([^\"')\s]+)", re.IGNORECASE)
_SCRIPT_URL = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'`<>)]+")
_ASSET = re.compile(r"^(?:/|\.\./)*assets/")
_OF_THE_ENGINE = {"404.html", "sitemap.xml"}
_REFERRING = "[href], [src], [srcset], [poster], [style], object[data], use, image, feImage, style, meta[http-equiv]"


@dataclass(slots=True)
class _Reference:
    """Something a page refers to; `fetched` if a browser loads it without being asked."""

    target: str
    fetched: bool


@dataclass(slots=True)
class _Parsed:
    """A parsed file of the site; a part of a page has no document of its own and borrows the ids of its host."""

    path: str
    whole: bool
    ids: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    prefix: str = "/"  # path of its canonical address
    references: list[_Reference] = field(default_factory=list)


def check_site(out_dir: Path, *, sources: Mapping[str, Source] | None = None) -> tuple[Problem, ...]:
    """Check every file of a rendered site. `sources` (staged Markdown file -> the author's file) is for messages."""
    files = {path.relative_to(out_dir).as_posix() for path in out_dir.rglob("*") if path.is_file()}
    pages = {path: _parse(path, (out_dir / path).read_bytes()) for path in sorted(files) if path.endswith(".html")}
    home = pages.get("index.html")
    checker = _Checker(files, pages, home.prefix if home else "/", sources or {})
    for page in pages.values():
        checker.check_page(page)
    for path in sorted(files):
        if path.endswith(".css"):
            checker.check_style_sheet(path, (out_dir / path).read_text("utf-8"))
        elif path.startswith(OWN_SCRIPTS):
            checker.check_script(path, (out_dir / path).read_text("utf-8"))
    return in_order(checker.problems)


def check_pages(items: Iterable[Page | StaticFile], *, files: Iterable[str], prefix: str) -> tuple[Problem, ...]:
    """Check the links and anchors of pages that are not rendered yet, against each other and the log's `files`.

    The theme is left out: links into `assets/` are taken to hold. `prefix` is the path of the site's address.
    """
    items = tuple(items)
    made = {item.path if isinstance(item, StaticFile) else f"{item.url}index.html" for item in items}
    pages = {f"{i.url}index.html": _parse(f"{i.url}index.html", i.html.encode()) for i in items if isinstance(i, Page)}
    sources = {f"{item.url}index.md": item.source for item in items if isinstance(item, Page) and item.source}
    checker = _Checker(made | set(files) | _OF_THE_ENGINE, pages, prefix, sources)
    for page in pages.values():
        page.whole = True
        page.references = [r for r in page.references if not _ASSET.search(r.target)]
        checker.check_page(page)
    return in_order(checker.problems)


def _parse(path: str, data: bytes) -> _Parsed:
    page = _Parsed(path, whole=data[:200].lstrip().lower().startswith((b"<!doctype", b"<html")))
    if not data.strip():
        return page
    tree = LexborHTMLParser(data)
    for element in tree.css("[id]"):
        name = element.id or ""
        (page.twice if name in page.ids else page.ids).add(name)
    page.ids |= {element.attributes["name"] or "" for element in tree.css("a[name]")}
    for element in tree.css("link[rel=canonical][href]"):
        page.prefix = urlsplit(element.attributes["href"] or "").path or "/"
    for element in tree.css(_REFERRING):
        page.references += _references(element)
    return page


def _references(element: LexborNode) -> Iterator[_Reference]:
    """What one element refers to."""
    tag, attributes = element.tag, element.attributes
    if tag == "style":
        yield from (_Reference(url, True) for url in _CSS_FETCH.findall(element.text()))
    if tag == "meta" and (attributes.get("http-equiv") or "").lower() == "refresh":
        yield _Reference((attributes.get("content") or "").partition("=")[2].strip(), True)
    for name, value in attributes.items():
        if value is None:
            continue
        if name in ("href", "xlink:href"):
            rels = set((attributes.get("rel") or "").lower().split())
            followed = tag in ("a", "area", "base") or (tag == "link" and rels & _INERT_RELS)
            yield _Reference(value, not followed)
        elif name in ("src", "poster") or (name == "data" and tag == "object"):
            yield _Reference(value, True)
        elif name == "srcset":
            yield from (_Reference(part.split()[0], True) for part in value.split(",") if part.strip())
        elif name == "style":
            yield from (_Reference(url, True) for url in _CSS_FETCH.findall(value))


@dataclass(slots=True)
class _Checker:
    files: set[str]
    pages: Mapping[str, _Parsed]
    prefix: str
    sources: Mapping[str, Source]
    problems: list[Problem] = field(default_factory=list)

    def report(self, path: str, code: str, message: str, hint: str = "") -> None:
        """Add a problem, in the author's file where that is known."""
        source = self.sources.get(path.removesuffix(".html") + ".md", Source(path))
        self.problems.append(Problem(source, code, message, hint))

    def check_page(self, page: _Parsed) -> None:
        for name in sorted(page.twice) if page.whole else ():
            self.report(page.path, "duplicate-id", f"the id '{name}' is given twice", "rename one of the headings")
        for reference in page.references:
            self.check_reference(page, reference)

    def check_reference(self, page: _Parsed, reference: _Reference) -> None:
        target = reference.target.strip()
        if _OUTSIDE.match(target):
            if reference.fetched:
                hint = "keep a copy in `content/assets/` and refer to that"
                self.report(page.path, "third-party-request", f"the page would fetch '{target}'", hint)
            return
        if _SCHEME.match(target) or not target or target == "#":
            return
        path, _, anchor = target.partition("#")
        found = self.find(page.path, unquote(path.partition("?")[0]))
        if found is None:
            hint = suggest(posixpath.join(posixpath.dirname(page.path), path), self.pages)
            self.report(page.path, "broken-link", f"'{target}' leads nowhere", hint)
        elif anchor and found in self.pages and (page.whole or path):
            self.check_anchor(page, found, unquote(anchor))

    def find(self, page: str, path: str) -> str | None:
        """The file behind an address, or None."""
        if not path:
            return page
        if path.startswith("/"):
            path = path.removeprefix(self.prefix) if path.startswith(self.prefix) else path[1:]
            resolved = posixpath.normpath(path) if path else "."
        else:
            resolved = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        resolved = "" if resolved == "." else resolved
        for candidate in (resolved, f"{resolved}/index.html".lstrip("/")):
            if candidate in self.files:
                return candidate
        return None

    def check_anchor(self, page: _Parsed, found: str, anchor: str) -> None:
        target = self.pages[found]
        demo = f"demo-{anchor.partition(':')[0]}"  # a state of a demo: NAME:temperature=0.8
        if anchor in target.ids or anchor.startswith(":~:") or (":" in anchor and demo in target.ids):
            return
        hint = suggest(anchor, target.ids)
        self.report(page.path, "broken-anchor", f"'{found}' has no heading or id '{anchor}'", hint)

    def check_style_sheet(self, path: str, text: str) -> None:
        for target in _CSS_FETCH.findall(text):
            if _OUTSIDE.match(target):
                self.report(path, "third-party-request", f"the style sheet would fetch '{target}'")
            elif not _SCHEME.match(target) and not target.startswith("#") and self.find(path, target) is None:
                self.report(path, "broken-link", f"'{target}' leads nowhere")

    def check_script(self, path: str, text: str) -> None:
        for target in _SCRIPT_URL.findall(text):
            self.report(path, "third-party-request", f"the script names '{target}'")
