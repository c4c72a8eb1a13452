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
from builder.model import Document, StaticFile
from builder.pages import PageMaker, Site
from builder.pages._templates import day

Words = Mapping[str, str]  # what a card says, and its accent; see builder.pages._card

FOLDER = ".build/cards"
NAME = "card.png"
_END = b"IEND\xaeB\x60\x82"  # of every whole PNG


def make(site: Site) -> Iterator[StaticFile]:
    """Make the site's own card, and one beside each entry and each demo."""
    if not site.config.site_url:
        return
    config, accent = site.config, find_accent(site.config.theme.accent)[0]
    yield StaticFile(card_path(""), _kept(_words(config.author, config.title, config.description, accent), config.root))
    for document in site.library.documents:
        if card_of(site, document) == card_path(document.url):
            yield StaticFile(card_path(document.url), _kept(_of_entry(document, config.title, accent), config.root))
    for spec in site.demos.values():
        card = _words("Demo", spec.title, config.title, accent)
        yield StaticFile(card_path(f"demos/{spec.name}/"), _kept(card, config.root))


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


def _kept(words: Words, root: Path) -> Path:
    """The file of a card, drawn before or now; one that is not whole is drawn anew."""
    key = hashlib.sha256("\0".join([_drawn_by(), *words.values()]).encode()).hexdigest()
    path = root / FOLDER / f"{key}.png"
    if path.is_file() and path.read_bytes().endswith(_END):
        return path
    from builder.pages._card import draw_card  # loads Pillow, which a build that draws nothing does without

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draw_card(**words))
    return path


@functools.cache
def _drawn_by() -> str:
    """The code that draws and the library that it draws with."""
    code = Path(__file__).with_name("_card.py").read_bytes()
    return f"{importlib.metadata.version('pillow')} {hashlib.sha256(code).hexdigest()}"


PAGE = PageMaker("cards", make)
