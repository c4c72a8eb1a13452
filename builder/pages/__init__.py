"""The pages of the site. One file each, found by scanning this folder; each defines `PAGE = PageMaker(...)`.

A page is a pure function of the linked log, its recorded runs and the configuration: no clock, no machine.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from builder.config import SiteConfig
from builder.errors import ContentError, Problem, Source
from builder.kept import Kept
from builder.model import Artifact, Decision, DemoCall, DemoSpec, Document, Item, Library, ReadingItem, StaticFile
from builder.pages._templates import remembering
from builder.related import Related, find_related
from builder.run.vectors import Vectors


@dataclass(frozen=True)
class Site:
    """Everything a page may depend on."""

    library: Library
    decisions: tuple[Decision, ...]
    demos: Mapping[str, DemoSpec]
    config: SiteConfig
    blob: Callable[[Artifact], bytes]  # verified read from the store
    kept: Kept = field(default_factory=Kept)
    jobs: int = 1  # processes that may work on it
    vectors: Vectors = field(default_factory=Vectors)  # of the texts, as far as the configured encoder has made them

    @cached_property
    def _decisions_by_call(self) -> Mapping[tuple[str, str], tuple[Decision, ...]]:
        found: dict[tuple[str, str], list[Decision]] = {}
        for decision in self.decisions:
            found.setdefault((decision.document.url, decision.call.name), []).append(decision)
        return {call: tuple(sorted(states, key=lambda d: d.state)) for call, states in found.items()}

    @cached_property
    def _readings_by_note(self) -> Mapping[str, ReadingItem]:
        return {item.note.url: item for item in self.library.reading_list if item.note is not None}

    @cached_property
    def by_url(self) -> Mapping[str, Document]:
        """Documents by address."""
        return {document.url: document for document in self.library.documents}

    @cached_property
    def readings(self) -> Mapping[str, ReadingItem]:
        """The reading list by normalised identifier."""
        return {item.id: item for item in self.library.reading_list}

    @cached_property
    def related(self) -> Mapping[str, tuple[Related, ...]]:
        """Entries about the same things, by the address of each entry."""
        return find_related(self.library, self.kept, self.vectors)

    def decisions_of(self, document: Document, call: DemoCall) -> tuple[Decision, ...]:
        """The decisions about a demo call, one per state, in the order of the sweep."""
        return self._decisions_by_call.get((document.url, call.name), ())

    def reading_of(self, document: Document) -> ReadingItem | None:
        """The item of the reading list that a paper note describes."""
        return self._readings_by_note.get(document.url)

    def of_kind(self, kind: str) -> tuple[Document, ...]:
        """The documents of a kind, newest first."""
        return tuple(document for document in self.library.documents if document.kind == kind)


@dataclass(frozen=True, slots=True)
class PageMaker:
    """Something that makes pages; `name` is only for messages."""

    name: str
    make: Callable[[Site], Iterable[Item]]


def make_pages(site: Site, made_one: Callable[[Item], object] = lambda item: None) -> tuple[Item, ...]:
    """Make every page and file of the site, sorted by address; `made_one` is told of each at once.

    Raises ContentError if two want the same address.
    """
    made: dict[str, tuple[str, Item]] = {}
    problems = []
    with remembering(site.kept):
        for name, item in ((maker.name, item) for maker in PAGES for item in maker.make(site)):
            path = path_of(item)
            if path.casefold() in made:
                problems.append(_collision(path, item, name, *made[path.casefold()]))
            made[path.casefold()] = (name, item)
            made_one(item)
    if problems:
        raise ContentError(*problems)
    for shelf in ("bodies", "drawings", "entries", "pages"):
        site.kept.afterwards(site.kept.shelf(shelf).prune)
    return tuple(item for _, (_, item) in sorted(made.items()))


def path_of(item: Item) -> str:
    """The file of the published site that an item becomes."""
    return item.path if isinstance(item, StaticFile) else f"{item.url}index.html"


def _collision(path: str, item: Item, name: str, other_name: str, other: Item) -> Problem:
    sources = [i.source for i in (item, other) if not isinstance(i, StaticFile) and i.source]
    where = sources[0] if sources else Source("site_config.yml")
    address = "/" + path.removesuffix("index.html")
    also = f"'{sources[1].path}'" if len(sources) > 1 else f"the page '{other_name if other_name != name else name}'"
    hint = "give one of them another `slug:` or `permalink:`"
    return Problem(where, "duplicate-address", f"the address '{address}' is taken by {also}", hint)


def _scan() -> Iterator[PageMaker]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        if not module.name.startswith("_"):
            page = getattr(importlib.import_module(f"{__name__}.{module.name}"), "PAGE", None)
            if page is not None:
                yield page


PAGES = tuple(_scan())
"""Every maker of pages, by the name of its file."""
