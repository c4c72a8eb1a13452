"""What making a page asks of the rest of the log: while the answers stay the same, so does the page, and it is not made.

This is what spares `serve` the making of a thousand pages for one that was edited. Nobody has to say on what a page
depends: it is made from a site whose tables note what is looked up in them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from builder.model import Document, Page
from builder.pages import Site

Answers = dict[tuple[str, Hashable], Any]  # by table and key

_NONE = object()  # there is nothing under that key
_OWN = ("by_url", "readings", "related", "titles", "_readings_by_note", "_decisions_by_call")
_LINKED = ("targets", "backlinks", "files")
_WHOLE = {"documents": (), "by_slug": {}, "tags": {}, "timeline": (), "reading_list": (), "years": {}}
"""What of the library has no keys by which one entry could ask: the page of an entry does without."""


class Questions:
    """A site that can be asked, and the pages that were made of its answers, now and in earlier builds of this process."""

    def __init__(self, site: Site) -> None:
        self._answers: Answers = {}
        self._tables = {name: getattr(site, name) for name in (*_OWN, "demos")}
        self._tables |= {name: getattr(site.library, name) for name in _LINKED}
        noting = {name: _Noting(name, table, self._note) for name, table in self._tables.items()}
        library = replace(site.library, **_WHOLE, **{name: noting[name] for name in _LINKED})
        self._site = replace(site, library=library, demos=noting["demos"])
        vars(self._site).update((name, noting[name]) for name in _OWN)
        self._made = site.kept.memory("entries")
        if self._made.get("config") != site.config:
            self._made.clear()
            self._made["config"] = site.config

    def page(self, document: Document, given: tuple[Any, ...], make: Callable[..., Page]) -> Page:
        """Return what `make(site, document, *given)` returns, which must depend on these alone."""
        earlier = self._made.get(document.url)
        if earlier and earlier[0] == (document, given) and self._are_the_same(earlier[1]):
            return earlier[2]
        self._answers = {}
        page = make(self._site, document, *given)
        if not document.calls and not document.cells:  # what was recorded is looked at anew
            self._made[document.url] = (document, given), self._answers, page
        return page

    def _note(self, name: str, key: Hashable) -> Any:
        found = self._tables[name].get(key, _NONE)
        seen = found if name != "files" or found is _NONE else object()  # what is in a file may be another thing
        self._answers[name, key] = seen
        return found

    def _are_the_same(self, answers: Answers) -> bool:
        return all(self._tables[name].get(key, _NONE) == answer for (name, key), answer in answers.items())


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
