"""Where drafts go: a file and an address of its own for each, beside what the log has already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder.config import SiteConfig
from builder.importers._addresses import clean
from builder.importers._types import Draft, Page
from builder.kinds import KINDS
from builder.kinds.frontmatter import parse_date
from builder.model import Document
from builder.urls import is_portable, is_safe_slug


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft with its file, relative to the log, and its address from the site's root."""

    page: Page
    draft: Draft
    path: str
    url: str


@dataclass(slots=True)
class Places:
    """Hands out files and addresses. `origins`: entry -> the source that an earlier import made it from."""

    config: SiteConfig
    origins: Mapping[str, str]
    documents: Iterable[Document] = ()
    warnings: list[str] = field(default_factory=list)
    paths: dict[str, Path] = field(default_factory=dict)
    numbers: dict[tuple[str, str, str], int] = field(default_factory=dict)  # the last number given to a name
    urls: dict[str, str] = field(default_factory=dict)  # address -> who has it

    def __post_init__(self) -> None:
        for document in self.documents:
            for address in (document.url, *document.meta.aliases):
                self.urls.setdefault(_key(address), document.source.path)

    def place(self, page: Page, draft: Draft) -> Placed:
        """Find a free name for a draft. One that an earlier import made of the same source is not in its way."""
        kind = KINDS[draft.kind]
        origin = origin_of(page.path, self.config.root)
        base = draft.slug if is_safe_slug(draft.slug) else f"{draft.kind}-{draft.slug}"[:100].strip("-.")
        first = self.numbers.get((draft.kind, draft.date, base), 1)
        number, slug = first, base if first == 1 else f"{base}-{first}"
        while True:
            path = f"content/{kind.folder}/{f'{draft.date}-' if draft.date and kind.dated else ''}{slug}.md"
            permalink = str(draft.meta.get("permalink", "")).strip("/")
            url = kind.url(parse_date(draft.date) if draft.date else None, slug)
            if self._is_free(path, url, origin) and is_portable(path):
                break
            number += 1
            slug = f"{base}-{number}"
        self.numbers[draft.kind, draft.date, base] = number
        if number > 1:
            self.warnings.append(f"{page.path}: there is a '{base}' already; '{draft.title}' goes to {path}")
        self.paths[path] = page.path
        self.urls[_key(url)] = path
        meta = self._addresses(page, draft, path, url)
        url = f"{permalink}/" if "permalink" in meta else url
        return Placed(page, replace(draft, slug=slug, meta=meta), path, url)

    def _is_free(self, path: str, url: str, origin: str) -> bool:
        if path in self.paths or self.urls.get(_key(url), path) != path:
            return False
        return not (self.config.root / path).exists() or self.origins.get(path) == origin

    def _addresses(self, page: Page, draft: Draft, path: str, url: str) -> dict:
        """The draft's front matter without addresses that are taken, or that are its own anyway."""
        meta = dict(draft.meta)
        permalink = str(meta.get("permalink", ""))
        if permalink and self._take(page, permalink, path, "permalink") is False:
            del meta["permalink"]
        own = _key(str(meta.get("permalink", "")) or url)
        kept = [a for a in meta.pop("aliases", ()) if _key(a) != own and self._take(page, a, path, "alias")]
        return meta | ({"aliases": kept} if kept else {})

    def _take(self, page: Page, address: str, path: str, what: str) -> bool:
        owner = self.urls.setdefault(_key(address), path)
        if owner != path:
            self.warnings.append(f"{page.path}: the {what} '{address}' is taken by {owner}; left out of {path}")
        return owner == path


def _key(address: str) -> str:
    """An address as it is compared: two that differ in case or in the last slash are one."""
    return (clean(address) or address).strip("/").removesuffix("/index.html").casefold()


def origin_of(path: Path, root: Path) -> str:
    """A source's path as it is remembered: relative to the log, so that both can move together."""
    try:
        return Path(os.path.relpath(path.absolute(), root.resolve())).as_posix()
    except ValueError:  # another drive
        return path.name
