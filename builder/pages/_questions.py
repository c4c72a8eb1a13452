"""What making a page asks of the rest of the log: while the answers stay the same, so does the page, and it is not made.

This is what spares a build the making of a thousand pages for one that was edited. Nobody has to say on what a page
depends: it is made from a site whose tables note what is looked up in them. One process compares the answers; a later
one goes by their digests, and where an answer cannot be told exactly, the page is made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from builder.errors import Source
from builder.kept import code_digest, digest
from builder.model import Document, KeptPage, Page
from builder.pages import Site
from builder.pages._fingerprints import LIBRARIES, ROOT, TEMPLATES, Fingerprints
from builder.pages._templates import forgetting

T = TypeVar("T")
Question = tuple[str, Hashable]  # table and key
Answers = dict[Question, Any]

_NONE = object()  # there is nothing under that key
_OWN = tuple(name for name, value in vars(Site).items() if isinstance(value, cached_property))
_LINKED = ("targets", "backlinks", "titles", "files")
_WHOLE = {"documents": (), "by_slug": {}, "tags": {}, "items": {}, "timeline": (), "reading_list": (), "years": {}}
"""What of the library has no keys by which one entry could ask: the page of an entry does without."""
_INDEX = "index"  # on the shelf, beside the pages: what each was made of, by the name of its text


@dataclass(frozen=True, slots=True)
class _Made:
    """A page, or a part of one, and what it was made of."""

    of: tuple[Any, ...]
    answers: Answers
    page: Any  # of a page the digest, if its text is on the shelf only


class Questions:
    """A site that can be asked, and the pages that were made of its answers, now and in earlier builds."""

    def __init__(self, site: Site) -> None:
        self._tables = {name: getattr(site, name) for name in (*_OWN, "demos")}
        self._tables |= {name: getattr(site.library, name) for name in _LINKED}
        noting = {name: _Noting(name, table, self._note) for name, table in self._tables.items()}
        library = replace(site.library, **_WHOLE, **{name: noting[name] for name in _LINKED})
        self._site = replace(site, library=library, demos=noting["demos"])
        vars(self._site).update((name, noting[name]) for name in _OWN)
        self._asked: Answers = {}
        self._files: dict[Path, str] = {}
        self._marks: dict[Question, str | None] = {}
        self._fingerprints = Fingerprints()
        config = site.config.model_dump_json(exclude={"today"})
        self._warm = site.kept.warm
        self._made: dict[str, Any] = site.kept.memory("entries")
        self._begins = self._made.get("config") != config
        if self._begins:
            self._made.clear()
            self._made["config"] = config
        self._shelf, self._made_from = site.kept.shelf("entries"), digest(_code(), config)
        kept = self._shelf.get(_INDEX, self._made_from) if self._begins else None
        self._earlier = dict(line.split(" ", 1) for line in kept.split("\n")) if kept else {}
        self._index: dict[str, str] = {}

    def page(self, document: Document, given: tuple[Any, ...], make: Callable[..., Page]) -> Page | KeptPage:
        """Return what `make(site, document, *given)` returns, which must depend on these alone."""
        if is_made_anew(document):
            return make(self._site, document, *given)
        name, of, anew = _name(document.url), (document, given), partial(self._make, document, given, make)
        made = self._made.get(document.url)
        if made is None or made.of != of or not self._are_the_same(made.answers):
            made = self._of_earlier(name, of) or self._anew(name, of, anew)
            if self._warm:
                self._made[document.url] = made
        self._shelf.want(name)
        if isinstance(made.page, Page):
            return made.page
        whole = partial(self._whole, name, made.page, document.source, anew)
        return KeptPage(document.url, document.source, made.page, whole)

    def part(self, name: Hashable, of: tuple[Any, ...], make: Callable[..., T]) -> T:
        """Return what `make(site, *of)` returns, likewise; only one process remembers it. Parts may have parts."""
        made = self._made.get(name)
        if made is None or made.of != of or not self._are_the_same(made.answers):
            outer, self._asked = self._asked, {}
            made = _Made(of, self._asked, make(self._site, *of))
            self._asked = outer
            if self._warm:
                self._made[name] = made
        self._asked.update(made.answers)
        return made.page

    def keep(self) -> None:
        """Write what a later process may go by; one that builds again and again does so once."""
        if self._begins and self._shelf.lasts:
            self._shelf.put(_INDEX, self._made_from, "\n".join(f"{name} {line}" for name, line in self._index.items()))

    def _anew(self, name: str, of: tuple[Document, tuple[Any, ...]], make: Callable[[], Page]) -> _Made:
        self._asked = {}
        page = make()
        answers = self._asked
        marks = self._fingerprints.of(*of), self._mark(answers)
        if all(marks) and self._shelf.lasts:
            self._shelf.put(name, page.digest, page.as_json())
            self._index[name] = json.dumps([*marks, page.digest, list(answers)], ensure_ascii=False)
            return _Made(of, answers, page if self._warm else page.digest)  # thousands of pages take much room
        return _Made(of, answers, page)

    def _of_earlier(self, name: str, of: tuple[Document, tuple[Any, ...]]) -> _Made | None:
        """What an earlier process made of the same."""
        line = self._earlier.get(name)
        if line is None:
            return None
        made_of, answered, page, questions = json.loads(line)
        if made_of != self._fingerprints.of(*of):
            return None
        answers = {question: self._see(*question) for question in map(_question, questions)}
        if answered != self._mark(answers):
            return None
        self._index[name] = line
        return _Made(of, answers, page)

    def _make(self, document: Document, given: tuple[Any, ...], make: Callable[..., Page]) -> Page:
        with forgetting():
            return make(self._site, document, *given)

    def _whole(self, name: str, page: str, source: Source, anew: Callable[[], Page]) -> Page:
        text = self._shelf.get(name, page)
        return Page.from_json(text, source) if text is not None else anew()

    def _note(self, table: str, key: Hashable) -> Any:
        self._asked[table, key] = self._see(table, key)
        return self._tables[table].get(key, _NONE)

    def _see(self, table: str, key: Hashable) -> Any:
        """The answer to a question; of a file, the digest of its bytes."""
        found = self._tables[table].get(key, _NONE)
        if table != "files" or found is _NONE:
            return found
        if found not in self._files:
            self._files[found] = hashlib.sha256(found.read_bytes()).hexdigest()
        return self._files[found]

    def _are_the_same(self, answers: Answers) -> bool:
        tables = self._tables
        for (table, key), answer in answers.items():
            if tables[table].get(key, _NONE) is not answer and self._see(table, key) != answer:
                return False
        return True

    def _mark(self, answers: Answers) -> str | None:
        """One digest of answers; None if one of them cannot be told exactly."""
        for question, answer in answers.items():
            if question not in self._marks:
                self._marks[question] = self._mark_one(answer)
        marks = [self._marks[question] for question in answers]
        return digest("".join(marks)) if all(marks) else None

    def _mark_one(self, answer: Any) -> str | None:
        if answer is _NONE:
            return "nothing"
        return digest(answer) if type(answer) is str else self._fingerprints.of(answer)


class _Noting(Mapping[Any, Any]):
    """A table that notes what is looked up in it; it cannot be looked through."""

    def __init__(self, name: str, table: Mapping[Any, Any], look_up: Callable[[str, Hashable], Any]) -> None:
        self._name, self._table, self._look_up = name, table, look_up

    def __getitem__(self, key: Any) -> Any:
        found = self._look_up(self._name, key)
        if found is _NONE:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[Any]:
        raise TypeError(f"the page of an entry asks for one of {self._name}, not for all")

    def __len__(self) -> int:
        return len(self._table)


def questions_of(site: Site) -> Questions:
    """The questions of one site, whoever asks."""
    if "questions" not in vars(site):
        vars(site)["questions"] = Questions(site)
    return vars(site)["questions"]


def is_made_anew(document: Document) -> bool:
    """Tell whether a document is shown with what was recorded, which is looked at each time."""
    return bool(document.calls or document.cells)


@lru_cache(maxsize=65536)
def _name(url: str) -> str:
    return digest(url)


def _question(written: list[Any]) -> Question:
    """A question as it was asked: JSON knows no tuples."""
    table, key = written
    return table, tuple(key) if isinstance(key, list) else key


@cache
def _code() -> str:
    """All of studylog: nobody has to say what a page is made by."""
    return code_digest(*sorted(ROOT.rglob("*.py")), *TEMPLATES, *LIBRARIES)
