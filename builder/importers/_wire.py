"""Links between imported pages rewired; pictures brought along; what leads nowhere turned into text that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from builder.importers._assets import Assets, find_asset
from builder.importers._blocks import table_lines
from builder.importers._change import SCHEME, Change, strip_base
from builder.importers._links import Reference, rewrite
from builder.importers._map import Map
from builder.importers._place import Placed
from builder.importers._types import Piece


@dataclass(slots=True)
class Wirer:
    """Rewires the drafts of an import."""

    entries: Map
    assets: Assets
    warnings: list[str] = field(default_factory=list)

    def wire(self, placed: Placed) -> Placed:
        """A draft whose references hold."""
        body = tuple(placed.draft.body)
        lines = [piece.line for piece in body]

        written = "\n".join(piece.text for piece in body)
        rows = table_lines(written)

        def change(reference: Reference) -> str | None:
            source = lines[reference.line]
            if not source:
                return None  # the importer's own words
            changed = Change(
                self.entries, self.assets, placed, reference, lambda message: self.warn(placed, source, message)
            ).result()
            in_row = changed and reference.line in rows and reference.form in ("wiki", "embed")
            return re.sub(r"(?<!\\)\|", r"\\|", changed) if in_row else changed

        text = rewrite(written, change).split("\n") if body else []
        pieces = tuple(Piece(line, new) for line, new in zip(lines, text, strict=True))
        return replace(placed, draft=replace(placed.draft, body=pieces, meta=self._image(placed)))

    def _image(self, placed: Placed) -> dict:
        """Front matter with its picture brought along, or without it."""
        meta = dict(placed.draft.meta)
        written = str(meta.get("image", ""))
        if written and not SCHEME.match(written):
            found = find_asset(placed.page.path.parent, placed.page.site.root, unquote(strip_base(written, placed)))
            if found is not None:
                meta["image"] = self.assets.add(found).removeprefix("content/")
        return meta

    def warn(self, placed: Placed, line: int, message: str) -> None:
        """Tell of a reference, with its place in the source."""
        self.warnings.append(f"{placed.page.path}{f':{line}' if line else ''}: {message}")
