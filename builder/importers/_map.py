"""What references may mean: the entries of an import, and of the log, by file, address, name and anchor."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from builder.importers._addresses import clean
from builder.importers._place import Placed
from builder.importers._types import Draft
from builder.parse.scan import anchor
from builder.parse.titles import plain_text

_ID = re.compile(r"\bid\s*=\s*[\"']?([\w:.-]+)")
_HEAD = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)


@dataclass(slots=True)
class Map:
    """What references may mean: entries by file, address, name and anchor."""

    by_file: dict[Path, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[str, Placed] = field(default_factory=dict)
    by_name: dict[str, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, Anchors] = field(default_factory=dict)
    holding: dict[Path, dict[str, Placed]] = field(default_factory=dict)

    def add(self, placed: Placed) -> None:
        """Enter an entry. Drafts are on no page, so nothing can lead to them."""
        if placed.draft.meta.get("draft"):
            return
        self.by_file[placed.page.path.resolve()].append(placed)
        for address in (*placed.draft.addresses, f"/{placed.url}"):
            self.by_address.setdefault(address_key(address), placed)
        for name in placed.draft.names:
            self.by_name[name.casefold()].append(placed)

    def anchors(self, placed: Placed) -> Anchors:
        """The anchors of an entry, collected once."""
        if placed.path not in self.tables:
            self.tables[placed.path] = Anchors.of(placed.draft)
        return self.tables[placed.path]

    def in_file(self, path: Path, fragment: str) -> Placed | None:
        """The entry of a source that has an anchor, or its first."""
        path = path.resolve()
        entries = self.by_file.get(path, [])
        if path not in self.holding:
            table = self.holding[path] = {}
            for placed in entries:
                known = self.anchors(placed)
                for name in (*known.headings, *known.whole, *map(plain_anchor, known.ids)):
                    table.setdefault(name, placed)
        return self.holding[path].get(plain_anchor(fragment)) or next(iter(entries), None)


def address_key(address: str) -> str:
    """An address as it is compared."""
    path = clean(address).strip("/").casefold()
    return re.sub(r"(?:/?index)?\.html?$", "", path)


def plain_anchor(fragment: str) -> str:
    """An anchor as every generator would make it: only letters and digits."""
    return re.sub(r"[\W_]", "", unquote(fragment)).casefold()


@dataclass(slots=True)
class Anchors:
    """The anchors of an entry in their plain form: those of headings, ids of its HTML, and what leads to it as a whole."""

    headings: dict[str, str] = field(default_factory=dict)  # plain form -> the anchor here
    loose: dict[str, str] = field(default_factory=dict)  # without numbers at the start, which kramdown leaves out
    ids: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, draft: Draft) -> Anchors:
        """Collect the anchors of a draft."""
        found = cls(ids=set(_ID.findall(draft.text)), whole={plain_anchor(name) for name in draft.anchors})
        seen: dict[str, int] = {}
        for head in _HEAD.findall(draft.text):
            slug = anchor(plain_text(head))
            seen[slug] = seen.get(slug, -1) + 1
            numbered = f"{slug}-{seen[slug]}" if seen[slug] else slug
            for name in (numbered, head):
                found.headings.setdefault(plain_anchor(name), numbered)
            found.loose.setdefault(re.sub(r"^[\d_]+", "", plain_anchor(slug)), numbered)
        return found

    def find(self, fragment: str) -> str:
        """The anchor that a fragment means here; empty if there is none."""
        wanted = plain_anchor(fragment)
        held = (self.headings.get(wanted) or self.loose.get(wanted)) if wanted else None
        return held or (fragment if fragment in self.ids or re.match(r"fn:?\w|fnref", fragment) else "")

    def has(self, fragment: str) -> bool:
        """Tell whether a fragment leads to the entry or into it."""
        return bool(self.find(fragment)) or plain_anchor(fragment) in self.whole
