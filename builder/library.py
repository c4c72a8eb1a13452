"""Documents that know of each other: links resolved, backlinks, tags, the timeline."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from builder.bibliography import Reference, read_bibliography
from builder.config import SiteConfig
from builder.errors import Problem, Source, in_order, suggest
from builder.model import Backlink, Document, Library, Link, TimelineItem
from builder.papers import paper_id, paper_url
from builder.reading import identity, make_reading_list
from builder.urls import slugify

ASSETS = "content/assets"


def link(documents: Iterable[Document], config: SiteConfig, *, demos: Collection[str] = ()) -> Library:
    """Link documents into a library. `demos` are the names of demos, which wikilinks may name too.

    Unresolved and ambiguous references are problems of the library with file, line and suggestion.
    """
    ordered = sorted(documents, key=lambda d: (d.date is not None, str(d.date or ""), d.slug), reverse=True)
    references, bib_problems = read_bibliography(config.root)
    index = _Index(config.root, demos, references)
    index.problems += bib_problems
    for document in ordered:
        index.add(document)
    targets: dict[tuple[str, str, str], str] = {}
    backlinks: dict[str, list[Backlink]] = defaultdict(list)
    for document in ordered:
        for reference in document.links:
            if reference.form == "url":
                continue
            found = index.resolve(document, reference)
            if found is not None:
                targets[reference.source.path, reference.form, reference.target] = found
                _add_backlink(backlinks, index.owner(found), document, reference)
        _add_related(backlinks, index, document)
    tags = _tags(ordered, index.problems)
    return Library(
        documents=tuple(ordered),
        by_slug={document.slug: document for document in ordered},
        targets=targets,
        backlinks={slug: tuple(links) for slug, links in backlinks.items()},
        tags=tags,
        timeline=_timeline(ordered),
        reading_list=make_reading_list(ordered, targets, references),
        files=index.files,
        problems=in_order(index.problems),
    )


@dataclass(slots=True)
class _Index:
    """Everything a reference may name, by the ways it may be named."""

    root: Path
    demos: Collection[str]
    references: Mapping[str, Reference]
    by_name: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    by_path: dict[str, Document] = field(default_factory=dict)
    by_url: dict[str, Document] = field(default_factory=dict)
    by_key: dict[str, Document] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, document: Document) -> None:
        """Enter a document under its slug, title, path, addresses and, for papers, its keys."""
        for name in {document.slug.casefold(), slugify(document.title), Path(document.source.path).stem.casefold()}:
            self.by_name[name].append(document)
        self.by_path[document.source.path] = document
        for address in (document.url, *(alias.strip("/") + "/" for alias in document.meta.aliases)):
            other = self.by_url.setdefault(address.casefold(), document)
            if other is not document:
                message = f"the address '/{address}' belongs to {other.source.path} too"
                self.problem(document.source, "duplicate-address", message, "give one of them another `slug:`")
        if document.kind == "paper":
            for key in paper_keys(document):
                self.by_key.setdefault(key, document)

    def problem(self, source: Source, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(source, code, message, hint))

    def owner(self, address: str) -> Document | None:
        """The document at a site address."""
        return self.by_url.get(address.partition("#")[0].casefold())

    def resolve(self, document: Document, link: Link) -> str | None:
        """The site address that a reference names; None after reporting why there is none."""
        if link.form == "cite":
            return self._cite(link)
        if link.form == "wiki":
            return self._wiki(document, link)
        if link.form == "embed":
            return self._file(link, f"{ASSETS}/{link.target}", link.target)
        return self._relative(document, link)

    def _cite(self, link: Link) -> str | None:
        key = link.target.casefold()
        found = self.by_key.get(key) or self.by_key.get(paper_id(key))
        if found is not None:
            return found.url
        if key.startswith(("arxiv:", "doi:")):
            return paper_url(paper_id(key))
        listed = [r for r in self.references.values() if key in (r.key.casefold(), r.id.casefold())]
        if listed and listed[0].url:
            return listed[0].url
        hint = suggest(key, self.by_key) or "write a note for it in content/papers/, or cite `@arxiv:1706.03762`"
        self.problem(link.source, "unknown-citation", f"no paper called '{link.target}'", hint)
        return None

    def _wiki(self, document: Document, link: Link) -> str | None:
        name, _, heading = link.target.partition("#")
        name = name.strip()
        if not name:
            return self._with_heading(document, heading, link)
        found = self.by_name.get(name.casefold()) or self.by_name.get(slugify(name)) or []
        exact = [candidate for candidate in found if candidate.slug.casefold() == name.casefold()] or found
        if len(exact) > 1:
            paths = " or ".join(sorted(candidate.source.path for candidate in exact))
            self.problem(link.source, "ambiguous-link", f"'{name}' may be {paths}", "link to the file instead: [text](path.md)")
            return None
        if exact:
            return self._with_heading(exact[0], heading, link)
        if name in self.demos:
            return f"demos/{name}/"
        hint = suggest(name.casefold(), [*self.by_name, *self.demos])
        self.problem(link.source, "broken-link", f"no entry called '{name}'", hint or "is it a draft, or dated in the future?")
        return None

    def _with_heading(self, document: Document, heading: str, link: Link) -> str | None:
        if not heading:
            return document.url
        wanted = heading.strip().casefold()
        anchors = [a.anchor for a in document.annotations] + [f"demo-{call.name}" for call in document.calls]
        for known in document.headings:
            if wanted in (known.slug.casefold(), known.text.casefold(), known.slug.replace("-", " ")):
                return f"{document.url}#{known.slug}"
        if heading in anchors:
            return f"{document.url}#{heading}"
        hint = suggest(wanted, [known.slug for known in document.headings] + anchors)
        self.problem(link.source, "broken-anchor", f"no heading '{heading}' in {document.source.path}", hint)
        return None

    def _relative(self, document: Document, link: Link) -> str | None:
        path, _, anchor = unquote(link.target).partition("#")
        path = path.partition("?")[0]
        if not path:
            return self._anchor(document, anchor, link)
        if path.startswith("/"):
            found = self.by_url.get(path.strip("/").casefold() + "/") if path.strip("/") else None
            if path == "/":
                return ""
            if found is not None:
                return self._anchor(found, anchor, link)
            return self._file(link, f"content{path}" if path.startswith("/assets/") else f"{ASSETS}{path}", path)
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(document.source.path), path))
        if joined in self.by_path:
            return self._anchor(self.by_path[joined], anchor, link)
        if path.endswith((".md", ".markdown")):
            hint = suggest(joined, self.by_path) or "is it a draft, or dated in the future?"
            self.problem(link.source, "broken-link", f"no entry at '{path}'", hint)
            return None
        return self._file(link, joined, path)

    def _anchor(self, document: Document, anchor: str, link: Link) -> str | None:
        """Anchors in ordinary links are checked strictly: they are what a browser will look for."""
        return self._with_heading(document, anchor, link)

    def _file(self, link: Link, path: str, written: str) -> str | None:
        """Publish a file under content/ and return its address."""
        file = (self.root / path).resolve()
        inside = file.is_relative_to((self.root / "content").resolve())
        if inside and file.is_file() and not (self.root / path).is_symlink():
            address = "files/" + file.relative_to((self.root / "content").resolve()).as_posix().removeprefix("assets/")
            self.files[address] = file
            return address
        if not inside:
            message, hint = f"'{written}' is outside content/", "put the file into content/assets/"
        else:
            names = [p.name for p in (self.root / ASSETS).rglob("*") if p.is_file()]
            message, hint = f"no file '{written}'", suggest(Path(written).name, names) or "put it into content/assets/"
        self.problem(link.source, "broken-link", message, hint)
        return None


def paper_keys(document: Document) -> tuple[str, ...]:
    """The keys under which a paper note can be cited."""
    meta = document.meta
    keys = [document.slug, meta.bibkey, identity(document)]
    return tuple(key.casefold() for key in keys if key)


def _add_backlink(backlinks: dict[str, list[Backlink]], target: Document | None, source: Document, link: Link) -> None:
    """Remember that `source` refers to `target`; one backlink a sentence."""
    if target is None or target is source:
        return
    relation = "cites" if link.form == "cite" else "links to"
    backlink = Backlink(source, relation, link.context)
    if not any(known.document is source and known.context == link.context for known in backlinks[target.slug]):
        backlinks[target.slug].append(backlink)


def _add_related(backlinks: dict[str, list[Backlink]], index: _Index, document: Document) -> None:
    """`related:` in a paper note links as a wikilink would."""
    for slug in getattr(document.meta, "related", ()):
        reference = Link("wiki", slug, "", document.source, "")
        found = index.resolve(document, reference)
        if found is not None:
            _add_backlink(backlinks, index.owner(found), document, reference)


def _tags(documents: list[Document], problems: list[Problem]) -> Mapping[str, tuple[Document, ...]]:
    """Documents by tag; tags that differ only in spelling of case are one."""
    spelled: dict[str, str] = {}
    tags: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        for tag in document.tags:
            slug = slugify(tag)
            if not slug:
                problems.append(Problem(document.source, "tag", f"'{tag}' cannot be a tag", "use letters or digits"))
                continue
            tags[spelled.setdefault(slug, tag)].append(document)
    return {tag: tuple(dict.fromkeys(tags[tag])) for tag in sorted(tags, key=str.casefold)}


def _timeline(documents: list[Document]) -> tuple[TimelineItem, ...]:
    """Everything dated, newest first: entries, and annotations under their own date."""
    items = []
    for document in documents:
        if document.date is not None:
            items.append(TimelineItem(document.date, document.kind, document.title, document.url, document.tags, document.summary))
        for remark in document.annotations:
            title = f"On “{document.title}”"
            address = f"{document.url}#{remark.anchor}"
            items.append(TimelineItem(remark.date, "annotation", title, address, document.tags, remark.text))
    return tuple(sorted(items, key=lambda item: (item.date, item.url), reverse=True))
