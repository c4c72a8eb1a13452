"""One style sheet and few scripts for the whole site: a reader's first page waits for small files, not for twenty.

The scripts of the folder `js/` are for every page, those of a folder in it are for the pages that use them. Each file has
a digest of its content in its name, so that browsers may keep it for ever and never keep an old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

FIRST = ("css/fonts.css", "css/accent.css", "css/site.css", "js/core.js", "js/demos/demo.js")
SCRIPTS = {"data-viewer=": "demos", "sl-controls": "demos", "data-sl-filter": "lists", "data-sl-timeline": "lists"}
"""Folders of scripts by what of a page needs them; the page for missing addresses names its own."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The assets to publish, and which of them pages link to (paths within the assets)."""

    files: Mapping[str, bytes]
    style: str
    scripts: Mapping[str, str]  # by folder: `js` for every page, the others as SCRIPTS has them


def bundle(assets: Mapping[str, bytes], *, fonts: bool) -> Bundle:
    """Join the style sheets and the scripts of `assets` (path -> bytes); without `fonts`, the reader's own are used."""
    style = _join(assets, (path for path in assets if path.startswith("css/") and (fonts or path != "css/fonts.css")))
    folders: dict[str, list[str]] = {}
    for path in assets:
        if path.startswith("js/"):
            folders.setdefault(PurePosixPath(path).parent.name, []).append(path)
    joined = {folder: _join(assets, paths) for folder, paths in folders.items()}
    scripts = {folder: f"js/{folder}.{_digest(script)}.js" for folder, script in joined.items()}
    files = {path: data for path, data in assets.items() if not path.startswith(("css/", "js/"))}
    if not fonts:
        files = {path: data for path, data in files.items() if not path.startswith("fonts/")}
    style_path = f"css/studylog.{_digest(style)}.css"
    files |= {style_path: style, **{scripts[folder]: script for folder, script in joined.items()}}
    return Bundle(files, style_path, scripts)


def scripts_of(html: str) -> list[str]:
    """The folders of scripts that a page needs beside those of every page."""
    return sorted({folder for mark, folder in SCRIPTS.items() if mark in html})


def _join(assets: Mapping[str, bytes], paths: Iterable[str]) -> bytes:
    """The files after one another, those that others build on first."""
    order = sorted(paths, key=lambda path: (FIRST.index(path) if path in FIRST else len(FIRST), path))
    return b"\n".join(assets[path].strip() for path in order) + b"\n"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]
