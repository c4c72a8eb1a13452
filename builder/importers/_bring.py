"""An import from beginning to end: sources read, drafts placed and wired, tried out, and only then written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.config import SiteConfig
from builder.errors import ConfigError, ContentError, Problem, Source, suggest
from builder.importers._assets import Assets
from builder.importers._compose import compose
from builder.importers._ledger import account
from builder.importers._map import Map
from builder.importers._mojibake import read_lines
from builder.importers._place import Placed, Places, origin_of
from builder.importers._rehearse import rehearse
from builder.importers._sources import files_below, site_of
from builder.importers._types import Draft, Importer, OldSite, Page, Piece, Reading, Said
from builder.importers._wire import Wirer
from builder.model import Document, Json
from builder.parse import read_content

MANIFEST = "content/.imported.json"
"""Remembers which source each imported entry came from."""
_LARGER = 8  # a source may be this many times as large as an entry, as it may become many


@dataclass(slots=True)
class Import:
    """One import into a log, and the ledger of it."""

    config: SiteConfig
    importers: Mapping[str, Importer]
    shape: str
    year: int | None
    ledger: dict[str, list] = field(
        default_factory=lambda: {
            "sources": [],
            "drafts": [],
            "warnings": [],
            "questions": [],
            "assets": [],
            "redirects": [],
        }
    )

    def run(self, paths: Sequence[Path], *, dry_run: bool, overwrite: bool) -> Json:
        """Import files and folders. Raises ContentError for sources that cannot be read, before anything is written."""
        pages, others = self._pages(paths)
        documents, _ = read_content(self.config)
        origins = read_origins(self.config.root)
        places = Places(self.config, origins, documents)
        placed: list[Placed] = []
        for page, said in pages:
            reading = self._read(page, said)
            if reading is not None:
                placed += [places.place(page, draft) for draft in reading.drafts]
        self.ledger["warnings"] += places.warnings
        assets = Assets(self.config.root)
        wirer = Wirer(_map(placed, documents, origins, self.config), assets)
        placed = [wirer.wire(entry) for entry in placed]
        placed, mended = rehearse(self.config, placed, assets.paths)
        self.ledger["warnings"] += [*wirer.warnings, *mended]
        brought = {source.resolve() for source in assets.copies}
        self.ledger["warnings"] += [f"{p}: not Markdown; left alone" for p in others if p.resolve() not in brought]
        self.ledger["warnings"] = [" ".join(warning.split()) for warning in self.ledger["warnings"]]
        self._write(placed, assets, origins, dry_run=dry_run, overwrite=overwrite)
        return self.ledger

    def _pages(self, paths: Sequence[Path]) -> tuple[list[tuple[Page, tuple[Said, ...]]], list[Path]]:
        """Every source as a page; raises ContentError for all that cannot be read, before any is used."""
        suffixes = {suffix for importer in self.importers.values() for suffix in importer.suffixes}
        files, others = files_below(paths, suffixes)
        pages, problems = [], []
        for path in files:
            if path.suffix.lower() not in suffixes:
                others.append(path)
                continue
            limit = self.config.limits.entry_bytes * _LARGER
            raw, lines, said, wrong = read_lines(path.read_bytes(), str(path), limit_bytes=limit)
            problems += wrong
            pages.append((Page(path, raw, lines, site_of(path, paths), self.year, self.config.today), said))
        if problems:
            raise ContentError(*problems)
        return pages, others

    def _read(self, page: Page, said: Iterable[Said]) -> Reading | None:
        """The drafts of a page; its account goes into the ledger."""
        importer = self._choose(page)
        if importer is None:
            self.ledger["warnings"].append(f"{page.path}: no importer knows this shape; left alone")
            return None
        reading = importer.read(page)
        self.ledger["sources"].append(account(page, reading))
        self.ledger["warnings"] += [at(page, warning) for warning in (*said, *reading.warnings)]
        questions = [at(page, question) for question in reading.questions]
        self.ledger["questions"] += questions
        self.ledger["warnings"] += [f"question: {question}" for question in questions]
        return reading

    def _choose(self, page: Page) -> Importer | None:
        suffix = page.path.suffix.lower()
        able = sorted((i for i in self.importers.values() if suffix in i.suffixes), key=lambda i: i.order)
        if self.shape != "auto":
            asked = self.importers[self.shape]
            return asked if asked in able else None
        return next((importer for importer in able if importer.accepts(page)), None)

    def _write(
        self, placed: Sequence[Placed], assets: Assets, origins: dict[str, str], *, dry_run: bool, overwrite: bool
    ) -> None:
        """Write what is not there yet. An entry that differs is only replaced when asked for."""
        root = self.config.root
        for entry in placed:
            path, draft, text = root / entry.path, entry.draft, compose(entry.draft)
            changed = not path.exists() or path.read_text(encoding="utf-8", errors="replace") != text
            if changed and path.exists() and not overwrite:
                self.ledger["warnings"].append(
                    f"{entry.path}: exists and differs; not overwritten (--overwrite replaces it)"
                )
            elif changed:
                self.ledger["drafts"].append(
                    {
                        "kind": draft.kind,
                        "date": draft.date,
                        "title": draft.title,
                        "path": entry.path,
                        "lines": len(draft.lines),
                    }
                )
                self.ledger["redirects"] += [{"from": a, "to": f"/{entry.url}"} for a in draft.meta.get("aliases", ())]
                if not dry_run:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8", newline="\n")
            origins[entry.path] = origin_of(entry.page.path, root)
        self.ledger["assets"] += assets.write(dry_run=dry_run)
        if not dry_run and placed:
            _write_origins(root, origins)


def at(page: Page, said: Said) -> str:
    """A message with its place."""
    return f"{page.path}:{said.line}: {said.message}" if said.line else f"{page.path}: {said.message}"


def read_origins(root: Path) -> dict[str, str]:
    """The sources that entries were imported from, as far as they are remembered."""
    try:
        read = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(path): str(source) for path, source in read.items()} if isinstance(read, dict) else {}


def _write_origins(root: Path, origins: Mapping[str, str]) -> None:
    text = json.dumps(dict(sorted(origins.items())), indent=1, ensure_ascii=False) + "\n"
    path = root / MANIFEST
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def _map(
    placed: Iterable[Placed], documents: Iterable[Document], origins: Mapping[str, str], config: SiteConfig
) -> Map:
    """What references may mean: the entries of this import, and those that the log has already."""
    entries = Map()
    for entry in placed:
        entries.add(entry)
    ours = {entry.path for entry in placed}
    for document in documents:
        path = document.source.path
        if path in ours:
            continue
        lines = (config.root / path).read_text(encoding="utf-8-sig").split("\n")
        source = config.root / origins[path] if path in origins else config.root / path
        page = Page(source, (), (), OldSite(config.root), None, config.today)
        names = (document.slug, document.title, source.stem)
        body = tuple(Piece(0, line) for line in lines)
        aliases = tuple(document.meta.aliases)
        draft = Draft(document.kind, document.slug, document.title, body, names=names, addresses=aliases)
        entries.add(Placed(page, draft, path, document.url))
    return entries


def check_shape(shape: str, importers: Mapping[str, Importer]) -> None:
    """Refuse a shape that nobody reads."""
    if shape != "auto" and shape not in importers:
        hint = suggest(shape, importers) or f"shapes: auto, {', '.join(importers)}"
        raise ConfigError(Problem(Source("import"), "shape", f"notes of shape '{shape}' cannot be imported", hint))
