"""Turns existing notes into entries, with a ledger that accounts for every source line.

One file per source format, found by scanning this folder; each defines `IMPORTER = Importer(...)`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from builder.config import SiteConfig
from builder.importers._bring import Import, check_shape
from builder.importers._types import Draft, Importer, OldSite, Page, Piece, Reading, Said
from builder.model import Json

__all__ = ["IMPORTERS", "Draft", "Importer", "OldSite", "Page", "Piece", "Reading", "Said", "import_notes"]


def _scan() -> dict[str, Importer]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    found = [importlib.import_module(f"{__name__}.{name}").IMPORTER for name in names]
    return {importer.name: importer for importer in found}


def import_notes(
    config: SiteConfig, paths: Iterable[Path], *, shape: str, year: int | None, dry_run: bool, overwrite: bool = False
) -> Json:
    """Import files and folders and return the ledger. An entry that exists and differs is kept, unless `overwrite`.

    Raises ConfigError for a shape that nobody reads, ContentError for sources that cannot be read; nothing is written
    then.
    """
    check_shape(shape, IMPORTERS)
    return Import(config, IMPORTERS, shape, year).run(list(paths), dry_run=dry_run, overwrite=overwrite)


IMPORTERS = _scan()
"""Every importer by name."""
