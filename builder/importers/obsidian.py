"""An Obsidian vault: daily notes become log entries, other notes become notes; wikilinks, embeds and tags go along."""

from __future__ import annotations

import re

from builder.importers._addresses import day_and_stem
from builder.importers._convert import open_page
from builder.importers._single import single
from builder.importers._types import Importer, Page, Reading


def accepts(page: Page) -> bool:
    """Notes of a vault: there is an `.obsidian` folder above them."""
    return page.site.flavour == "obsidian"


def read(page: Page) -> Reading:
    """Make an entry of a note. Its aliases are names for wikilinks, not addresses."""
    header, body = open_page(page)
    names = tuple(header.values.get("aliases", ()))
    header.refuse("aliases", "other names of the note; wikilinks by them are rewired")
    day, rest = day_and_stem(page)
    if day and not rest and "date" not in header.values:
        header.values["date"] = day
    is_daily = bool(day) and not rest
    kind = "log" if is_daily else "post" if _is_post(header.values) else "note"
    return single(
        page, header, body, kind=kind, names=(*names, *([day] if day else []), re.sub(r"\.md$", "", page.place))
    )


def _is_post(values: dict) -> bool:
    """Tell a note that is published as a post: it has an address of its own and a date."""
    return bool(values.get("permalink") and values.get("date"))


IMPORTER = Importer("obsidian", accepts, read, order=10)
