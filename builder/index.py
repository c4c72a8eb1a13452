"""Everything a reference may name, by the ways it may be named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.bibliography import Reference
from builder.errors import Problem
from builder.model import Document, Heading
from builder.papers import paper_id
from builder.reading import identities
from builder.urls import slugify

SUFFIXES = (".md", ".ipynb", ".py")


@dataclass(frozen=True, slots=True)
class Referable:
    """All of a document that decides which references lead to it; most edits change none of this."""

    slug: str
    title: str
    url: str
    path: str
    year_url: str
    aliases: tuple[str, ...]
    keys: tuple[str, ...]  # of a paper note: under which it can be cited
    headings: tuple[Heading, ...]
    anchors: tuple[str, ...]  # ids of the author's HTML, of remarks and of demo calls
    document: Document = field(compare=False)  # for messages


def referable(document: Document) -> Referable:
    """What references can name of a document."""
    return Referable(
        slug=document.slug,
        title=document.title,
        url=document.url,
        path=document.source.path,
        year_url=document.year_url,
        aliases=document.meta.aliases,
        keys=_paper_keys(document) if document.kind == "paper" else (),
        headings=document.headings,
        anchors=(
            *document.anchors,
            *(remark.anchor for remark in document.annotations),
            *(f"demo-{call.name}" for call in document.calls),
        ),
        document=document,
    )


def _paper_keys(document: Document) -> tuple[str, ...]:
    keys = [document.slug, document.meta.bibkey, *identities(document)]
    return tuple(dict.fromkeys(key.casefold() for key in keys if key))


class Index:
    """What there is to refer to; it stays as it was made. `problems` has the addresses and keys that are taken twice."""

    def __init__(
        self,
        root: Path,
        referables: Iterable[Referable],
        demos: Collection[str],
        references: Mapping[str, Reference],
    ) -> None:
        self.root, self.demos = root, demos
        self.by_reference = {r.key.casefold(): r for r in references.values()}
        self.by_name: dict[str, list[Referable]] = defaultdict(list)
        self.by_path: dict[str, Referable] = {}
        self.by_url: dict[str, Referable] = {}
        self.by_key: dict[str, Referable] = {}
        self.of_year: dict[str, list[Referable]] = defaultdict(list)
        self.problems: list[Problem] = []
        for one in referables:
            self._add(one)

    def owner(self, address: str) -> Referable | None:
        """Who is at a site address."""
        return self.by_url.get(address.partition("#")[0].casefold())

    def note_on(self, address: str) -> str | None:
        """The site address of the note on the paper that an outside address leads to."""
        found = self.by_key.get(paper_id(address).casefold())
        return found.url if found is not None else None

    def named(self, name: str) -> list[Referable]:
        """What a wikilink's name may mean: by path, slug, then title or file name."""
        path = f"content/{name.strip('/')}"
        for known in (path, *(f"{path}{suffix}" for suffix in SUFFIXES)):
            if known in self.by_path:
                return [self.by_path[known]]
        for wanted in dict.fromkeys((name.casefold(), bare(name).casefold())):
            found = self.by_name.get(wanted) or self.by_name.get(slugify(wanted), [])
            if found:
                return [candidate for candidate in found if candidate.slug.casefold() == wanted] or found
        return []

    def _add(self, one: Referable) -> None:
        """Enter a document under its slug, title, path, addresses and, for papers, its keys.

        The path of a year's file leads to the page of the year, its names with `#` to its entries.
        """
        names = {one.slug.casefold(), slugify(one.title)}
        if one.year_url:
            self.of_year[one.year_url].append(one)
        else:
            self.by_path[one.path] = one
            names.add(Path(one.path).stem.casefold())
        for name in names - {""}:
            self.by_name[name].append(one)
        for key, address in [("slug", one.url), *(("aliases", as_address(alias)) for alias in one.aliases)]:
            other = self.by_url.setdefault(address.casefold(), one)
            if other is not one:
                self._taken(one.document, key, address, other.document)
        for key in one.keys:
            other = self.by_key.setdefault(key, one)
            if other is not one:
                message = f"'{key}' is described in {other.path} too"
                self.problems.append(Problem(one.document.source, "duplicate-paper", message, "merge the two notes"))

    def _taken(self, document: Document, key: str, address: str, other: Document) -> None:
        same = document.source.path == other.source.path
        message = f"the address '/{address}' belongs to {other.source if same else other.source.path} too"
        own = key == "slug" and document.year_url and key not in document.lines
        hint = "give one of them `<!--- slug: … --->`" if own else f"change the `{key}:` of one of them"
        self.problems.append(Problem(document.at(key), "duplicate-address", message, hint))


def as_address(written: str) -> str:
    """An address from the site's root as the library knows it: without the first slash, with the last."""
    path = written.strip("/")
    return path if not path or path.endswith(".html") else f"{path}/"


def bare(name: str) -> str:
    """A file's name without the suffix that entries have."""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)
