"""What a reference means: a wikilink, a relative link, a citation or an embed becomes a site address, or a problem."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from builder.errors import Problem, Severity, Source, suggest
from builder.files import find_file, what_is_missing
from builder.index import Index, Referable, as_address, bare, referable
from builder.model import Document, Link, Relation
from builder.papers import paper_id, paper_url
from builder.parse.scan import anchor

_PAGES = re.compile(
    r"(timeline/|log/(\d{4}/)?|reading/|papers/|posts/|notes/|notebooks/|demos/([\w-]+/)?|tags/([\w-]+/)?|status/"
    r"|((log|papers|posts)/)?feed\.(xml|json)|(status|timeline|reading)\.json|references\.bib|sitemap\.xml)?"
)
"""Pages that studylog makes; whether one is really there is checked on the finished site."""


NAMING: Mapping[str, Relation] = {"follows": "follows", "related": "relates"}
"""Keys of the front matter that name entries."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the references of a document lead to. `lasts` as long as the document and the index, nothing else decided it."""

    targets: Mapping[tuple[str, str, str], str]  # as in a library
    files: Mapping[str, Path]
    problems: tuple[Problem, ...]
    lasts: bool


def resolve(document: Document, index: Index) -> Resolved:
    """Resolve every reference of a document; what leads nowhere is among the problems."""
    work = _Resolver(document, index)
    targets = {}
    for link in document.links:
        found = work.resolve(link) if link.form != "url" else index.note_on(link.target)
        if found is not None:
            targets[document.url, link.form, link.target] = found
    for key, relation in NAMING.items():
        for slug in getattr(document.meta, key, ()):
            found = work.resolve(Link("wiki", slug, "", document.at(key)))
            if found is not None:
                targets[document.url, relation, slug] = found
    if document.meta.image and (card := work.card()):
        targets[document.url, "card", ""] = card
    return Resolved(targets, work.files, tuple(work.problems), lasts=not (work.looked or work.problems))


class _Resolver:
    """The references of one document."""

    def __init__(self, document: Document, index: Index) -> None:
        self._document, self._index = document, index
        self.files: dict[str, Path] = {}
        self.problems: list[Problem] = []
        self.looked = False  # at files, which come and go

    def resolve(self, link: Link) -> str | None:
        """The site address that a reference names; None after reporting why there is none."""
        if link.form == "cite":
            return self._cite(link)
        if link.form == "wiki":
            return self._wiki(link)
        if link.form == "embed":
            return self._file(link, link.target, embedded=True)
        if link.form == "image" and re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", link.target):
            return self._remote(link)
        return self._relative(link)

    def card(self) -> str | None:
        """The address of the picture that the entry names for its link card; None after a warning if there is none."""
        written = self._document.meta.image
        if re.match(r"https?://", written):
            return written
        self.looked = True
        found = find_file(self._index.root, self._document.source.path, f"/{written.lstrip('/')}", embedded=True)
        if isinstance(found, Path):
            return self._publish(found)
        return self._problem(self._document.at("image"), "card", *found, "warning")

    def _problem(self, source: Source, code: str, message: str, hint: str = "", severity: Severity = "error") -> None:
        self.problems.append(Problem(source, code, message, hint, severity))

    def _cite(self, link: Link) -> str | None:
        key = link.target.casefold()
        found = self._index.by_key.get(key) or self._index.by_key.get(paper_id(key))
        if found is not None:
            return found.url
        if key.startswith(("arxiv:", "doi:")):
            return paper_url(paper_id(key))
        if key in self._index.by_reference:
            reference = self._index.by_reference[key]
            if not reference.url:
                message = f"the BibTeX entry '{link.target}' says nowhere where the paper is"
                self._problem(link.source, "unknown-citation", message, "give it `doi`, `eprint` or `url`")
            return reference.url or None
        hint = suggest(key, {*self._index.by_key, *self._index.by_reference})
        hint = hint or "write a note for it in content/papers/, or cite `@arxiv:1706.03762`"
        self._problem(link.source, "unknown-citation", f"no paper called '{link.target}'", hint)
        return None

    def _wiki(self, link: Link) -> str | None:
        name, _, heading = link.target.partition("#")
        found = self._index.named(name.strip()) or self._index.named(unquote(name).strip())
        if not name.strip():
            found = [referable(self._document)]
        name = name.strip()
        if len(found) > 1:
            paths = " or ".join(sorted(f"[[{_short(candidate)}]]" for candidate in found))
            self._problem(link.source, "ambiguous-link", f"'{name}' names {len(found)} entries", f"write {paths}")
            return None
        if found:
            return self._with_heading(found[0], heading, link)
        if name in self._index.demos:
            return f"demos/{name}/"
        hint = suggest(name.casefold(), [*self._index.by_name, *self._index.demos]) or what_is_missing(
            self._index.root, name
        )
        self._problem(link.source, "broken-link", f"no entry called '{name}'", hint)
        return None

    def _with_heading(self, one: Referable, heading: str, link: Link) -> str | None:
        heading = heading.rpartition("#")[2].strip()  # `note#outer#inner` means the inner one
        if not heading:
            return one.url
        for written in (heading, unquote(heading)):
            wanted = written.casefold()
            if written in one.anchors:
                return f"{one.url}#{written}"
            if wanted in (one.title.casefold(), anchor(one.title)):
                return one.url
            for entry in self._index.of_year.get(one.url, ()):
                if wanted in (entry.slug.casefold(), entry.title.casefold(), anchor(entry.title)):
                    return entry.url
            for known in one.headings:
                if wanted in (known.slug.casefold(), known.text.casefold(), known.slug.replace("-", " ").casefold()):
                    return f"{one.url}#{known.slug}"
        entries = [entry.slug for entry in self._index.of_year.get(one.url, ())]
        known_anchors = [known.slug for known in one.headings] + [*one.anchors, *entries]
        hint = suggest(heading.casefold(), known_anchors) or f"it has {', '.join(known_anchors[:8]) or 'no headings'}"
        self._problem(link.source, "broken-anchor", f"no heading '{heading}' in {one.path}", hint)
        return None

    def _relative(self, link: Link) -> str | None:
        path, _, anchor = link.target.partition("#")
        path, anchor = unquote(path.partition("?")[0]), unquote(anchor)
        if not path:
            return self._with_heading(referable(self._document), anchor, link)
        if path.startswith("/"):
            found = self._index.by_url.get(as_address(path).casefold())
        else:
            joined = posixpath.normpath(posixpath.join(posixpath.dirname(self._document.source.path), path))
            found = self._index.by_path.get(joined)
        if found is not None:
            return self._with_heading(found, anchor, link)
        if path.startswith("/") and (page := _PAGES.fullmatch(path.lstrip("/"))):
            return page[0]
        if path.casefold().endswith((".md", ".markdown", ".ipynb")):
            near = {
                posixpath.relpath(known, posixpath.dirname(self._document.source.path)) for known in self._index.by_path
            }
            self._problem(
                link.source,
                "broken-link",
                f"no entry at '{path}'",
                suggest(path, near) or what_is_missing(self._index.root, path),
            )
            return None
        return self._file(link, path)

    def _file(self, link: Link, written: str, *, embedded: bool = False) -> str | None:
        """Publish a file under content/ and return its address."""
        self.looked = True
        found = find_file(self._index.root, self._document.source.path, written, embedded=embedded)
        if isinstance(found, tuple):
            if found[0].startswith("no file") and self._index.named(written):
                found = (found[0], f"write [[{written}]] to link to the entry")
            self._problem(link.source, "broken-link", *found)
            return None
        return self._publish(found)

    def _publish(self, found: Path) -> str:
        """Publish a file under content/; its address."""
        inside = found.relative_to((self._index.root / "content").resolve()).as_posix()
        address = "files/" + (inside.removeprefix("assets/") if inside.startswith("assets/") else f"content/{inside}")
        self.files[address] = found
        return address

    def _remote(self, link: Link) -> None:
        """Pictures and media from other hosts are not loaded: readers would be seen there, and the file may go away."""
        if not link.target.casefold().startswith("data:image/"):
            message = f"'{link.target}' is on another host and is only linked"
            self._problem(
                link.source, "remote-file", message, "save it in content/assets/ and use that file", "warning"
            )


def _short(one: Referable) -> str:
    """The shortest path by which a wikilink may name a document."""
    path = bare(one.path.removeprefix("content/"))
    return f"{path}#{one.slug}" if one.year_url else path
