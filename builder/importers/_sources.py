"""The files of an import, and the old sites that they belong to."""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from builder.errors import Source
from builder.importers._types import OldSite
from builder.yamltext import parse_mapping

_SKIPPED = {"_site", "_includes", "_layouts", "_sass", "_data", "_plugins", "node_modules", "public", "resources", "themes", "archetypes",
            "layouts", "static", "assets", "vendor", "__pycache__", "bak", "whiteboards", "draws", "logseq", "site-packages"}  # fmt: skip
_MARKS = {".obsidian": "obsidian", "_config.yml": "jekyll", "_config.yaml": "jekyll", "hugo.toml": "hugo", "hugo.yaml": "hugo",
          "hugo.json": "hugo", "hugo.yml": "hugo", "archetypes": "hugo", "logseq/config.edn": "logseq"}  # fmt: skip
_HUGO_CONFIGS = ("config.toml", "config.yaml", "config.yml", "config.json")
_BASES = ("baseURL", "baseurl", "baseUrl", "base_url")
_STOPS = (".git", "pyproject.toml", "mkdocs.yml", "package.json")


def files_below(paths: Iterable[Path], suffixes: set[str]) -> tuple[list[Path], list[Path]]:
    """The files among `paths` and below its folders: those that may hold notes, and the others.

    Hidden ones, symbolic links and the folders of generators that hold no notes are left out.
    """
    notes: dict[Path, None] = {}
    others: dict[Path, None] = {}
    for path in paths:
        found = [path] if not path.is_dir() else sorted(p for p in path.rglob("*") if _is_wanted(p, path))
        for file in found:
            (notes if file.suffix.lower() in suffixes or file is path else others)[file] = None
    return list(notes), list(others)


def _is_wanted(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    hidden = any(part.startswith(".") for part in parts)
    return (
        not hidden
        and not path.is_symlink()
        and path.is_file()
        and not any(part.lower() in _SKIPPED for part in parts[:-1])
    )


def site_of(path: Path, given: Iterable[Path]) -> OldSite:
    """The site that a file belongs to: marked by a generator's files above it, else the folder that was given."""
    path = path.absolute()
    folders = [folder.absolute() for folder in given if folder.is_dir() and path.is_relative_to(folder.absolute())]
    default = max(folders, key=lambda folder: -len(folder.parts), default=path.parent)
    if default.name in ("_posts", "_drafts", "content", "posts"):
        default = default.parent
    return _site(path.parent, default)


@functools.lru_cache(maxsize=4096)
def _site(folder: Path, default: Path) -> OldSite:
    for above in [folder, *folder.parents][:12]:
        flavour = next((kind for mark, kind in _MARKS.items() if (above / mark).exists()), "")
        if not flavour and (above / "content").is_dir() and any((above / name).is_file() for name in _HUGO_CONFIGS):
            flavour = "zola" if "base_url" in _configuration(above) else "hugo"
        if not flavour and (above / "journals").is_dir() and (above / "pages").is_dir():
            flavour = "logseq"
        if flavour:
            return OldSite(above, flavour, *_addresses(above, flavour))
        if any((above / mark).exists() for mark in _STOPS) and above != folder:
            return OldSite(above if default.is_relative_to(above) else default)
    return OldSite(default, "jekyll" if folder.name == "_posts" else "plain")


def _addresses(root: Path, flavour: str) -> tuple[str, str, dict[str, str]]:
    """Address, base and permalink patterns of a site, from its configuration."""
    values = _configuration(root)
    if flavour in ("hugo", "zola"):
        found = re.match(r"(https?://[^/]+)(.*)", str(next((values[k] for k in _BASES if values.get(k)), "")))
        patterns = values.get("permalinks")
        patterns = patterns.get("page", patterns) if isinstance(patterns, dict) else {}
        known = {section: pattern for section, pattern in patterns.items() if isinstance(pattern, str)}
        return (found[1], found[2].rstrip("/"), known) if found else ("", "", known)
    cname = root / "CNAME"
    named = cname.read_text(encoding="utf-8", errors="replace").split()[:1] if cname.is_file() else []
    address = str(values.get("url") or (f"https://{named[0]}" if named else "")).rstrip("/")
    base = "/" + str(values.get("baseurl") or "").strip("/")
    permalink = values.get("permalink")
    return (
        address if re.match("https?://", address) else "",
        base.rstrip("/"),
        {"": permalink} if isinstance(permalink, str) else {},
    )


def _configuration(root: Path) -> dict:
    """The top-level values of a generator's configuration, as far as they can be read."""
    for name in ("_config.yml", "_config.yaml", "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", *_HUGO_CONFIGS):
        path = root / name
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        try:
            if path.suffix == ".toml":
                return tomllib.loads(text)
            if path.suffix == ".json":
                return json.loads(text)
        except ValueError:
            return {}
        values: dict = {}
        for line in text.splitlines():  # each key alone: themes have keys that a strict reader refuses
            if re.match(r"[A-Za-z]\w*\s*:", line):
                values |= dict(parse_mapping(line, Source(name, 1)).values)
        return values
    return {}
