"""One style sheet and one script for the whole site: a reader's first page waits for two small files, not for twenty.

Each has a digest of its content in its name, so that browsers may keep it for ever and never keep an old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FIRST = ("css/fonts.css", "css/accent.css", "css/site.css", "js/core.js")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The assets to publish, and which of them every page links to (paths within the assets)."""

    files: Mapping[str, bytes]
    style: str
    script: str


def bundle(assets: Mapping[str, bytes], *, fonts: bool) -> Bundle:
    """Join the style sheets and the scripts of `assets` (path -> bytes); without `fonts`, the reader's own are used."""
    styles = [path for path in assets if path.startswith("css/") and (fonts or path != "css/fonts.css")]
    scripts = [path for path in assets if path.startswith("js/")]
    style, script = _join(assets, styles), _join(assets, scripts)
    files = {path: data for path, data in assets.items() if not path.startswith(("css/", "js/"))}
    if not fonts:
        files = {path: data for path, data in files.items() if not path.startswith("fonts/")}
    style_path, script_path = f"css/studylog.{_digest(style)}.css", f"js/studylog.{_digest(script)}.js"
    return Bundle(files | {style_path: style, script_path: script}, style_path, script_path)


def _join(assets: Mapping[str, bytes], paths: Iterable[str]) -> bytes:
    """The files after one another, those that others build on first."""
    order = sorted(paths, key=lambda path: (FIRST.index(path) if path in FIRST else len(FIRST), path))
    return b"\n".join(assets[path].strip() for path in order) + b"\n"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]
