"""An Obsidian vault: daily notes become log entries, other notes become notes; wikilinks, embeds and tags go along."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

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
    is_daily = bool(day) and not rest
    if is_daily:
        header.values.setdefault("date", day)
    if _is_no_note(page):
        header.values["draft"] = True
        body.warn(0, "a template or a drawing, no note; kept as a draft")
    kind = "log" if is_daily else "post" if _is_post(header.values) else "note"
    return single(
        page, header, body, kind=kind, names=(*names, *([day] if day else []), re.sub(r"\.md$", "", page.place))
    )


def _is_no_note(page: Page) -> bool:
    """Tell templates, and drawings of Excalidraw, which are stored as Markdown."""
    folder = _template_folder(page.site.root)
    return page.path.stem.lower().endswith(".excalidraw") or page.place.lower().startswith(f"{folder}/")


@functools.lru_cache(maxsize=8)
def _template_folder(root: Path) -> str:
    """Where a vault keeps its templates, as its settings say."""
    try:
        settings = json.loads((root / ".obsidian" / "templates.json").read_text("utf-8"))
    except (OSError, ValueError):
        settings = {}
    folder = settings.get("folder") if isinstance(settings, dict) else None
    return (folder if isinstance(folder, str) and folder.strip("/") else "templates").strip("/").lower()


def _is_post(values: dict) -> bool:
    """Tell a note that is published as a post: it has an address of its own and a date."""
    return bool(values.get("permalink") and values.get("date"))


IMPORTER = Importer("obsidian", accepts, read, order=10)
