"""What is wrong with a rendered site: links that lead nowhere, ids given twice, and anything a browser would fetch elsewhere.

The facts of a file (builder.check.facts) are compared with those of all others, every time and in full; only a file
that has something wrong with it is read again, to say it in the words of that file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from builder.check.facts import NO_FACTS, OWN_SCRIPTS, Facts, facts_of, place_of, references_in
from builder.errors import Problem, Source, in_order, suggest
from builder.kept import Kept
from builder.model import Item, StaticFile

_OF_THE_ENGINE = ("404.html", "sitemap.xml")


def check_site(out_dir: Path, *, sources: Mapping[str, Source] | None = None) -> tuple[Problem, ...]:
    """Check every file below a folder. `sources` (staged Markdown file -> the author's file) is for messages."""
    files = sorted(path.relative_to(out_dir).as_posix() for path in out_dir.rglob("*") if path.is_file())
    facts = {path: facts_of(path, (out_dir / path).read_bytes()) for path in files}
    return check_files(facts, read=lambda path: (out_dir / path).read_bytes(), sources=sources)


def check_pages(items: Iterable[Item], *, files: Iterable[str], prefix: str) -> tuple[Problem, ...]:
    """Check the links and anchors of pages that are not rendered yet, against each other and the log's `files`.

    The theme is left out: links into `assets/` are taken to hold. `prefix` is the path of the site's address.
    """
    facts = dict.fromkeys([*files, *_OF_THE_ENGINE], NO_FACTS)
    made, sources = {}, {}
    for item in items:
        if isinstance(item, StaticFile):
            facts[item.path] = NO_FACTS
            continue
        path = f"{item.url}index.html"
        made[path] = b"<!doctype html>" + item.whole().html.encode()
        found = facts_of(path, made[path])
        needs = {
            place: anchors for place, anchors in found.needs.items() if not place.lstrip("/").startswith("assets/")
        }
        facts[path] = replace(found, needs=needs)
        if item.source:
            sources[f"{item.url}index.md"] = item.source
    return check_files(facts, read=made.__getitem__, sources=sources, prefix=prefix)


def check_files(
    files: Mapping[str, Facts],
    *,
    read: Callable[[str], bytes],
    sources: Mapping[str, Source] | None = None,
    prefix: str = "",
    kept: Kept | None = None,
) -> tuple[Problem, ...]:
    """Check a site of which the facts are known, by path; `read` gives the bytes of a file.

    `prefix` is the path of the site's address, if the home page does not say it. As long as there are the same files with
    the same ids, a file with the same facts is as right as it was.
    """
    home, kept = files.get("index.html"), kept or Kept()
    prefix = prefix or (urlsplit(home.canonical).path if home and home.canonical else "/")
    places, right = _Places(files, prefix), kept.memory("right")
    offered = kept.once("offered", (prefix, {path: facts.ids for path, facts in files.items()}), object)
    problems = []
    for path, facts in files.items():
        if right.get(path) == (offered, facts):
            continue
        if facts.twice or facts.outside or not places.has(facts.needs):
            source = (sources or {}).get(path.removesuffix(".html") + ".md", Source(path))
            problems += (
                Problem(source, code, message, hint) for code, message, hint in _problems(path, facts, places, read)
            )
        else:
            right[path] = offered, facts
    return in_order(problems)


class _Places:
    """What can be referred to: the files of the site, and the ids in them."""

    def __init__(self, files: Mapping[str, Facts], prefix: str) -> None:
        self.files, self._prefix = files, prefix
        self._found: dict[str, str | None] = {}

    def find(self, place: str) -> str | None:
        """The file behind a place, or None."""
        if place not in self._found:
            self._found[place] = self._look_for(place)
        return self._found[place]

    def _look_for(self, place: str) -> str | None:
        if place.startswith("/"):
            place = posixpath.normpath(place.removeprefix(self._prefix).lstrip("/"))
        place = "" if place == "." else place
        for candidate in (place, f"{place}/index.html".lstrip("/")):
            if candidate in self.files:
                return candidate
        return None

    def has(self, needs: Mapping[str, tuple[str, ...]]) -> bool:
        """Tell whether every place and every anchor is there."""
        for place, anchors in needs.items():
            found = self.find(place)
            if found is None or (anchors and not all(self.has_anchor(found, anchor) for anchor in anchors)):
                return False
        return True

    def has_anchor(self, file: str, anchor: str) -> bool:
        """Tell whether a file has an id; files other than pages have no ids to look for."""
        ids = self.files[file].ids
        if anchor in ids or not file.endswith(".html") or anchor.startswith(":~:"):
            return True
        return ":" in anchor and f"demo-{anchor.partition(':')[0]}" in ids  # a demo's state: NAME:temperature=0.8


def _problems(path: str, facts: Facts, places: _Places, read: Callable[[str], bytes]) -> Iterator[tuple[str, str, str]]:
    """Code, message and hint of everything that is wrong with a file."""
    for name in facts.twice:
        yield "duplicate-id", f"the id '{name}' is given twice", "rename one of the headings"
    for target in facts.outside:
        if path.startswith(OWN_SCRIPTS):
            yield "third-party-request", f"the script names '{target}'", ""
        elif path.endswith(".css"):
            yield "third-party-request", f"the style sheet would fetch '{target}'", ""
        else:
            hint = "keep a copy in `content/assets/` and refer to that"
            yield "third-party-request", f"the page would fetch '{target}'", hint
    if not places.has(facts.needs):
        for target in dict.fromkeys(reference.target for reference in references_in(path, read(path))):
            yield from _dead_end(path, target, facts, places)


def _dead_end(path: str, target: str, facts: Facts, places: _Places) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one reference of a file, if anything."""
    place, anchor = place_of(path, target)
    if place not in facts.needs:
        return
    found = places.find(place)
    if found is None:
        where = posixpath.join(posixpath.dirname(path), target.partition("#")[0])
        yield (
            "broken-link",
            f"'{target}' leads nowhere",
            suggest(where, (p for p in places.files if p.endswith(".html"))),
        )
    elif anchor in facts.needs[place] and not places.has_anchor(found, anchor):
        hint = suggest(anchor, places.files[found].ids)
        yield "broken-anchor", f"'{found}' has no heading or id '{anchor}'", hint
