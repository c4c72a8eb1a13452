"""What a reference means: a wikilink, a relative link, a citation or an embed becomes a site address, or a problem."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from builder.bibliography import Reference
from builder.errors import Problem, Severity, Source, suggest
from builder.files import find_file, what_is_missing
from builder.model import Document, Link
from builder.papers import paper_id, paper_url
from builder.parse.scan import anchor
from builder.reading import identities
from builder.urls import slugify

_SUFFIXES = (".md", ".ipynb", ".py")
_PAGES = re.compile(
    r"(timeline/|log/(\d{4}/)?|reading/|papers/|posts/|notes/|notebooks/|demos/([\w-]+/)?|tags/([\w-]+/)?|status/"
    r"|((log|papers|posts)/)?feed\.(xml|json)|(status|timeline|reading)\.json|references\.bib|sitemap\.xml)?"
)
"""Pages that studylog makes; whether one is really there is checked on the finished site."""


@dataclass(slots=True)
class Index:
    """Everything a reference may name, by the ways it may be named."""

    root: Path
    demos: Collection[str]
    references: Mapping[str, Reference]
    by_name: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    by_path: dict[str, Document] = field(default_factory=dict)
    by_url: dict[str, Document] = field(default_factory=dict)
    by_key: dict[str, Document] = field(default_factory=dict)
    of_year: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    by_reference: dict[str, Reference] = field(init=False)
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_reference = {r.key.casefold(): r for r in self.references.values()}

    def add(self, document: Document) -> None:
        """Enter a document under its slug, title, path, addresses and, for papers, its keys.

        The path of a year's file leads to the page of the year, its names with `#` to its entries.
        """
        names = {document.slug.casefold(), slugify(document.title)}
        if document.year_url:
            self.of_year[document.year_url].append(document)
        else:
            self.by_path[document.source.path] = document
            names.add(Path(document.source.path).stem.casefold())
        for name in names - {""}:
            self.by_name[name].append(document)
        for key, address in [
            ("slug", document.url),
            *(("aliases", _address(alias)) for alias in document.meta.aliases),
        ]:
            other = self.by_url.setdefault(address.casefold(), document)
            if other is not document:
                same = document.source.path == other.source.path
                message = f"the address '/{address}' belongs to {other.source if same else other.source.path} too"
                own = key == "slug" and document.year_url and key not in document.lines
                hint = "give one of them `<!--- slug: … --->`" if own else f"change the `{key}:` of one of them"
                self.problem(document.at(key), "duplicate-address", message, hint)
        for key in paper_keys(document) if document.kind == "paper" else ():
            other = self.by_key.setdefault(key, document)
            if other is not document:
                message = f"'{key}' is described in {other.source.path} too"
                self.problem(document.source, "duplicate-paper", message, "merge the two notes")

    def problem(self, source: Source, code: str, message: str, hint: str = "", severity: Severity = "error") -> None:
        """Note what is wrong with a reference."""
        self.problems.append(Problem(source, code, message, hint, severity))

    def owner(self, address: str) -> Document | None:
        """The document at a site address."""
        return self.by_url.get(address.partition("#")[0].casefold())

    def note_on(self, address: str) -> str | None:
        """The site address of the note on the paper that an outside address leads to."""
        found = self.by_key.get(paper_id(address).casefold())
        return found.url if found is not None else None

    def resolve(self, document: Document, link: Link) -> str | None:
        """The site address that a reference names; None after reporting why there is none."""
        if link.form == "cite":
            return self._cite(link)
        if link.form == "wiki":
            return self._wiki(document, link)
        if link.form == "embed":
            return self._file(document, link, link.target, embedded=True)
        if link.form == "image" and re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", link.target):
            return self._remote(link)
        return self._relative(document, link)

    def _cite(self, link: Link) -> str | None:
        key = link.target.casefold()
        found = self.by_key.get(key) or self.by_key.get(paper_id(key))
        if found is not None:
            return found.url
        if key.startswith(("arxiv:", "doi:")):
            return paper_url(paper_id(key))
        if key in self.by_reference:
            reference = self.by_reference[key]
            if not reference.url:
                message = f"the BibTeX entry '{link.target}' says nowhere where the paper is"
                self.problem(link.source, "unknown-citation", message, "give it `doi`, `eprint` or `url`")
            return reference.url or None
        hint = suggest(key, {*self.by_key, *self.by_reference})
        hint = hint or "write a note for it in content/papers/, or cite `@arxiv:1706.03762`"
        self.problem(link.source, "unknown-citation", f"no paper called '{link.target}'", hint)
        return None

    def _wiki(self, document: Document, link: Link) -> str | None:
        name, _, heading = link.target.partition("#")
        found = self._named(name.strip()) or self._named(unquote(name).strip())
        if not name.strip():
            found = [document]
        name = name.strip()
        if len(found) > 1:
            paths = " or ".join(sorted(f"[[{_short(candidate)}]]" for candidate in found))
            self.problem(link.source, "ambiguous-link", f"'{name}' names {len(found)} entries", f"write {paths}")
            return None
        if found:
            return self._with_heading(found[0], heading, link)
        if name in self.demos:
            return f"demos/{name}/"
        hint = suggest(name.casefold(), [*self.by_name, *self.demos]) or what_is_missing(self.root, name)
        self.problem(link.source, "broken-link", f"no entry called '{name}'", hint)
        return None

    def _named(self, name: str) -> list[Document]:
        """The documents that a wikilink's name may mean: by path, slug, then title or file name."""
        path = f"content/{name.strip('/')}"
        for known in (path, *(f"{path}{suffix}" for suffix in _SUFFIXES)):
            if known in self.by_path:
                return [self.by_path[known]]
        for wanted in dict.fromkeys((name.casefold(), _bare(name).casefold())):
            found = self.by_name.get(wanted) or self.by_name.get(slugify(wanted), [])
            if found:
                return [candidate for candidate in found if candidate.slug.casefold() == wanted] or found
        return []

    def _with_heading(self, document: Document, heading: str, link: Link) -> str | None:
        heading = heading.rpartition("#")[2].strip()  # `note#outer#inner` means the inner one
        if not heading:
            return document.url
        others = [
            *document.anchors,
            *(a.anchor for a in document.annotations),
            *(f"demo-{c.name}" for c in document.calls),
        ]
        for written in (heading, unquote(heading)):
            wanted = written.casefold()
            if written in others:
                return f"{document.url}#{written}"
            if wanted in (document.title.casefold(), anchor(document.title)):
                return document.url
            for entry in self.of_year[document.url]:
                if wanted in (entry.slug.casefold(), entry.title.casefold(), anchor(entry.title)):
                    return entry.url
            for known in document.headings:
                if wanted in (known.slug.casefold(), known.text.casefold(), known.slug.replace("-", " ").casefold()):
                    return f"{document.url}#{known.slug}"
        entries = [entry.slug for entry in self.of_year[document.url]]
        known_anchors = [known.slug for known in document.headings] + others + entries
        hint = suggest(heading.casefold(), known_anchors) or f"it has {', '.join(known_anchors[:8]) or 'no headings'}"
        self.problem(link.source, "broken-anchor", f"no heading '{heading}' in {document.source.path}", hint)
        return None

    def _relative(self, document: Document, link: Link) -> str | None:
        path, _, anchor = link.target.partition("#")
        path, anchor = unquote(path.partition("?")[0]), unquote(anchor)
        if not path:
            return self._with_heading(document, anchor, link)
        if path.startswith("/"):
            found = self.by_url.get(_address(path).casefold())
        else:
            joined = posixpath.normpath(posixpath.join(posixpath.dirname(document.source.path), path))
            found = self.by_path.get(joined)
        if found is not None:
            return self._with_heading(found, anchor, link)
        if path.startswith("/") and (page := _PAGES.fullmatch(path.lstrip("/"))):
            return page[0]
        if path.casefold().endswith((".md", ".markdown", ".ipynb")):
            near = {posixpath.relpath(known, posixpath.dirname(document.source.path)) for known in self.by_path}
            self.problem(
                link.source,
                "broken-link",
                f"no entry at '{path}'",
                suggest(path, near) or what_is_missing(self.root, path),
            )
            return None
        return self._file(document, link, path)

    def _file(self, document: Document, link: Link, written: str, *, embedded: bool = False) -> str | None:
        """Publish a file under content/ and return its address."""
        found = find_file(self.root, document.source.path, written, embedded=embedded)
        if isinstance(found, tuple):
            if found[0].startswith("no file") and self._named(written):
                found = (found[0], f"write [[{written}]] to link to the entry")
            self.problem(link.source, "broken-link", *found)
            return None
        return self.publish(found)

    def publish(self, found: Path) -> str:
        """Publish a file under content/; its address."""
        inside = found.relative_to((self.root / "content").resolve()).as_posix()
        address = "files/" + (inside.removeprefix("assets/") if inside.startswith("assets/") else f"content/{inside}")
        self.files[address] = found
        return address

    def _remote(self, link: Link) -> None:
        """Pictures and media from other hosts are not loaded: readers would be seen there, and the file may go away."""
        if not link.target.casefold().startswith("data:image/"):
            message = f"'{link.target}' is on another host and is only linked"
            self.problem(link.source, "remote-file", message, "save it in content/assets/ and use that file", "warning")


def _address(written: str) -> str:
    """An address from the site's root as the library knows it: without the first slash, with the last."""
    path = written.strip("/")
    return path if not path or path.endswith(".html") else f"{path}/"


def _short(document: Document) -> str:
    """The shortest path by which a wikilink may name a document."""
    if document.year_url:
        return f"{_bare(document.source.path.removeprefix('content/'))}#{document.slug}"
    return _bare(document.source.path.removeprefix("content/"))


def _bare(name: str) -> str:
    """A file's name without the suffix that entries have."""
    return next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)


def paper_keys(document: Document) -> tuple[str, ...]:
    """The keys under which a paper note can be cited."""
    keys = [document.slug, document.meta.bibkey, *identities(document)]
    return tuple(dict.fromkeys(key.casefold() for key in keys if key))
