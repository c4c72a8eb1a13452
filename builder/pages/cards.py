"""Link cards: what chats and social sites show where an address of this log is shared. Only a log with `site_url` has them.

A card is drawn once and kept in `.build/cards/`, named by what it says and by what draws it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Iterator, Mapping
from pathlib import Path

from builder.accents import find_accent
from builder.apart import share
from builder.model import Document, StaticFile
from builder.pages import PageMaker, Site
from builder.pages._templates import day

Words = Mapping[str, str]  # what a card says, and its accent; see builder.pages._card

FOLDER = ".build/cards"
NAME = "card.png"
FEWEST = 150  # cards that take about twice as long as starting a process
_END = b"IEND\xaeB\x60\x82"  # of every whole PNG


def make(site: Site) -> Iterator[StaticFile]:
    """Make the site's own card, and one beside each entry and each demo."""
    if not site.config.site_url:
        return
    folder = site.config.root / FOLDER
    cards = {path: (words, folder / f"{_key(words)}.png") for path, words in _cards(site)}
    missing = {file: words for words, file in cards.values() if not _is_whole(file)}
    if missing:
        _draw(missing, site.jobs)
    yield from (StaticFile(path, file) for path, (_, file) in cards.items())


def _cards(site: Site) -> Iterator[tuple[str, Words]]:
    """The path of every card, and what it says."""
    config, accent = site.config, find_accent(site.config.theme.accent)[0]
    yield card_path(""), _words(config.author, config.title, config.description, accent)
    for document in site.library.documents:
        if card_of(site, document) == card_path(document.url):
            yield card_path(document.url), _of_entry(document, config.title, accent)
    for spec in site.demos.values():
        yield card_path(f"demos/{spec.name}/"), _words("Demo", spec.title, config.title, accent)


def _draw(missing: Mapping[Path, Words], jobs: int) -> None:
    """Draw cards; many of them in `jobs` processes."""
    from builder.pages._card import helper  # loads Pillow, which a build that draws nothing does without

    draw = helper()
    share(
        [(str(file), words) for file, words in missing.items()],
        draw,
        helpers=jobs - 1 if len(missing) >= FEWEST else 0,
        module="builder.pages._card",
        setup=None,
        write=list,
    )
    for file, words in missing.items():
        if not _is_whole(file):
            draw((str(file), words))


def card_of(site: Site, document: Document) -> str:
    """The picture of an entry's card: the one that its front matter names, else the one that is drawn."""
    return site.library.targets.get((document.url, "card", ""), card_path(document.url))


def card_path(url: str) -> str:
    """Where the card of the page at `url` is."""
    return f"{url}{NAME}"


def _words(above: str, title: str, foot: str, accent: str) -> Words:
    return {"above": above, "title": title, "foot": foot, "accent": accent}


def _of_entry(document: Document, log: str, accent: str) -> Words:
    above = document.kind.capitalize() + (f" · {day(document.date)}" if document.date else "")
    return _words(above, document.title, log, accent)


def _key(words: Words) -> str:
    return hashlib.sha256("\0".join([_drawn_by(), *words.values()]).encode()).hexdigest()


def _is_whole(file: Path) -> bool:
    return file.is_file() and file.read_bytes().endswith(_END)


@functools.cache
def _drawn_by() -> str:
    """The code that draws and the library that it draws with."""
    code = Path(__file__).with_name("_card.py").read_bytes()
    return f"{importlib.metadata.version('pillow')} {hashlib.sha256(code).hexdigest()}"


PAGE = PageMaker("cards", make)
