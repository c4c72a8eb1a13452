"""Turns existing notes into entries, with a ledger that accounts for every source line.

One file per source format, found by scanning this folder; each defines `IMPORTER = Importer(...)`.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from builder.config import SiteConfig
from builder.errors import ConfigError, ContentError, Problem, Source, suggest
from builder.model import Json
from builder.parse.text import decode
from builder.parse.tree import SUFFIXES
from builder.urls import is_safe_slug, slugify


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry made from notes. `text` is the whole file; `lines` counts the source lines it took."""

    kind: str
    slug: str
    date: str
    title: str
    path: str  # relative to the log
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What an importer made of one source: drafts, and how many lines were what."""

    drafts: tuple[Draft, ...]
    content: int
    metadata: int
    blank: int
    dropped: tuple[tuple[int, str, str], ...] = ()  # line, text, reason
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """A source format. `accepts` looks at a path and its text; `read` makes drafts."""

    name: str
    accepts: Callable[[Path, str], bool]
    read: Callable[[Path, str, int | None], Reading]


def _scan() -> dict[str, Importer]:
    modules = sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name)
    found = [importlib.import_module(f"{__name__}.{module.name}").IMPORTER for module in modules]
    return {importer.name: importer for importer in found}


def import_notes(config: SiteConfig, paths: Iterable[Path], *, shape: str, year: int | None, dry_run: bool) -> Json:
    """Import files and folders and return the ledger. An entry that exists is never overwritten.

    Raises ConfigError for a shape that cannot be read yet, ContentError for a source that cannot be read.
    """
    if shape != "auto" and shape not in IMPORTERS:
        hint = suggest(shape, IMPORTERS) or f"shapes: auto, {', '.join(IMPORTERS)}"
        raise ConfigError(Problem(Source("import"), "shape", f"notes of shape '{shape}' cannot be imported yet", hint))
    ledger: dict[str, list] = {"sources": [], "drafts": [], "warnings": []}
    sources = list(_sources(paths, config.limits.entry_bytes, ledger["warnings"]))
    planned: dict[str, Path] = {}
    for path, text in sources:
        importer = _choose(path, text, shape)
        if importer is None:
            ledger["warnings"].append(f"{path}: no importer knows this shape; left alone")
            continue
        reading = importer.read(path, text, year)
        ledger["sources"].append(_account(path, text, reading))
        ledger["warnings"] += [f"{path}: {warning}" for warning in reading.warnings]
        for draft in reading.drafts:
            if draft.path in planned:
                ledger["warnings"].append(
                    f"{path}: {draft.path} was already made from {planned[draft.path]}; left alone"
                )
            else:
                planned[draft.path] = path
                _write(config.root / draft.path, draft, ledger, dry_run=dry_run)
    return ledger


def _sources(paths: Iterable[Path], limit_bytes: int, warnings: list[str]) -> Iterator[tuple[Path, str]]:
    """Every file that may hold notes, with its text. Raises ContentError for all that cannot be read, before any is used."""
    problems: list[Problem] = []
    found = []
    for path in _files(paths):
        if path.suffix.lower() not in SUFFIXES:
            warnings.append(f"{path}: not Markdown; left alone")
            continue
        text, wrong = decode(path.read_bytes(), str(path), limit_bytes=limit_bytes)
        problems += wrong
        found.append((path, text))
    if problems:
        raise ContentError(*problems)
    yield from found


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files among `paths`, and those below its folders; hidden ones and symbolic links are left out."""
    files: list[Path] = []
    for path in paths:
        below = sorted(path.rglob("*")) if path.is_dir() else []
        shown = [p for p in below if not any(part.startswith(".") for part in p.relative_to(path).parts)]
        files += [p for p in shown if p.is_file() and not p.is_symlink()] if path.is_dir() else [path]
    return files


def source_lines(text: str) -> list[str]:
    """The lines of a source, as an editor counts them."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def quoted(title: str) -> str:
    """A title as YAML that means just this text."""
    return json.dumps(title, ensure_ascii=False)


def slug_of(stem: str, title: str) -> str:
    """A slug from a file's name, or from the title where the name says nothing."""
    named = "" if stem.lower() in ("readme", "index", "_index") else slugify(stem)
    slug = named or slugify(title) or slugify(stem) or "note"
    return slug if is_safe_slug(slug) else f"note-{slug}"


def _choose(path: Path, text: str, shape: str) -> Importer | None:
    if shape != "auto":
        return IMPORTERS[shape]
    return next((importer for importer in IMPORTERS.values() if importer.accepts(path, text)), None)


def _account(path: Path, text: str, reading: Reading) -> Json:
    """One source's line of the ledger; the sum must be the number of lines."""
    lines = len(source_lines(text))
    counted = reading.content + reading.metadata + reading.blank + len(reading.dropped)
    if counted != lines:
        raise AssertionError(f"{path}: {counted} of {lines} lines accounted for")
    dropped = [{"line": line, "text": content, "reason": reason} for line, content, reason in reading.dropped]
    return {
        "path": str(path), "lines": lines, "content": reading.content,
        "metadata": reading.metadata, "blank": reading.blank, "dropped": dropped,
    }  # fmt: skip


def _write(path: Path, draft: Draft, ledger: dict[str, list], *, dry_run: bool) -> None:
    entry = {"kind": draft.kind, "date": draft.date, "title": draft.title, "path": draft.path, "lines": draft.lines}
    if path.exists():
        same = path.read_text(encoding="utf-8") == draft.text
        if not same:
            ledger["warnings"].append(f"{draft.path}: exists and differs; not overwritten")
        return
    ledger["drafts"].append(entry)
    if not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draft.text, encoding="utf-8")


IMPORTERS = _scan()
"""Every importer by name."""
