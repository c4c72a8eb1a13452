"""Engines that render a whole site every time: what they wrote is taken as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from builder.check.facts import facts_of
from builder.engine import Rendered, SiteFile
from builder.engine._ledger import sha256

if TYPE_CHECKING:
    from builder.stage import Staged

FOLDER = "whole"


def rendered_whole(staged: Staged, folder: Path) -> Rendered:
    """Describe the site that an engine has written below `folder`."""
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data, name = path.read_bytes(), path.relative_to(folder).as_posix()
        files[name] = SiteFile(path, sha256(data), facts_of(name, data))
    return Rendered(files, rendered=sum(path.endswith(".md") for path in staged.files), reused=0)
