"""From pages to a tree that any engine of the MkDocs family can render: `.build/docs/`, `.build/theme/`, `.build/mkdocs.yml`.

A page becomes a Markdown file whose content is finished HTML; only its top-level headings are Markdown, so that the
engine makes the table of contents. Files are written only when their bytes differ, and pruned when nothing wants them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from pathlib import Path

from builder.accents import accent_css
from builder.config import SiteConfig
from builder.errors import ContentError, Problem, Source, cannot_write
from builder.kept import Kept, code_digest
from builder.model import Item, KeptPage, Page, StaticFile
from builder.stage.bundle import bundle
from builder.stage.markdown import to_markdown
from builder.stage.settings import settings_yml

ASSETS = "assets/studylog/"
MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
CODE = (Path(__file__).parent, Path(__file__).parents[1] / "urls.py")
"""What decides which bytes a page is staged as."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A tree that is ready to be rendered."""

    folder: Path  # .build
    settings: Path  # .build/mkdocs.yml
    sources: Mapping[str, Source]  # staged file under docs/ -> the author's file
    files: Mapping[str, str]  # staged file under docs/ -> sha256 of its bytes
    fingerprint: str  # of settings and theme, on which every page depends
    kept: Kept
    written: int  # how many files were new or different
    removed: int


def stage(
    pages: Iterable[Item],
    *,
    config: SiteConfig,
    files: Mapping[str, Path],
    kept: Kept | None = None,
    ahead: Ahead | None = None,
) -> Staged:
    """Write the tree for `pages` and for `files` (site path -> file of the log) under the log's `.build/`."""
    folder, kept = config.root / ".build", kept or Kept()
    pages = tuple(pages)
    _refuse_markdown(files, config.root)
    own = _package_tree("assets") | {"css/accent.css": accent_css(config.theme.accent).encode()}
    assets = bundle(own, fonts=config.theme.fonts == "studylog")
    wanted = {**files, **{f"{ASSETS}{path}": data for path, data in assets.files.items()}}
    wanted |= {page.path: page.data for page in pages if isinstance(page, StaticFile)}
    markdown = {f"{page.url}index.md": page for page in pages if not isinstance(page, StaticFile)}
    digests, written = _write_all(folder / "docs", wanted, kept)
    page_digests, written_pages = _write_pages(folder / "docs", markdown, kept, ahead or Ahead(folder, kept))
    urls = {page.url for page in markdown.values()}
    scripts = {folder: f"{ASSETS}{path}" for folder, path in assets.scripts.items()}
    settings = settings_yml(config, urls=urls, style=f"{ASSETS}{assets.style}", scripts=scripts)
    written += _write(folder / "mkdocs.yml", settings.encode())
    theme, written_theme = _write_all(folder / "theme", _package_tree("theme"), kept)
    removed = _prune_both(folder, {*wanted, *markdown}, set(theme), kept)
    return Staged(
        folder=folder,
        settings=folder / "mkdocs.yml",
        sources={path: page.source for path, page in markdown.items() if page.source},
        files=digests | page_digests,
        fingerprint=_fingerprint(settings, theme),
        kept=kept,
        written=written + written_pages + written_theme,
        removed=removed,
    )


class Ahead:
    """Pages that are staged before all are made: those that were staged the last time, and are others now."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self._folder, self.before = folder, _pages_before(kept)
        self.done: dict[str, list[str]] = {}

    def stage(self, page: Page | KeptPage) -> str | None:
        """Write a page and return its staged file; None if it is as it was, or was not there."""
        path = f"{page.url}index.md"
        known, _ = self.before.get(path, (page.digest, ""))
        if known == page.digest:
            return None
        data = to_markdown(page.whole()).encode()
        if not _write(self._folder / "docs" / path, data):
            return None
        self.done[path] = [page.digest, _digest(data)]
        return path


def fingerprint_in(folder: Path) -> str:
    """The fingerprint of the settings and the theme that are staged in a folder. Raises OSError if they are not."""
    found, theme = list((folder / "theme").rglob("*")), folder / "theme"
    if any(path.is_symlink() for path in found):
        raise OSError(f"'{theme}' has links, and nothing is staged as a link")
    files = {path.relative_to(theme).as_posix(): _digest(path.read_bytes()) for path in found if path.is_file()}
    return _fingerprint((folder / "mkdocs.yml").read_bytes().decode("utf-8", "replace"), files)


def _fingerprint(settings: str, theme: Mapping[str, str]) -> str:
    return _digest(json.dumps([settings, theme], sort_keys=True).encode())


def _write_all(folder: Path, wanted: Mapping[str, Path | bytes], kept: Kept) -> tuple[dict[str, str], int]:
    """Write files below `folder`; return the digest of each and how many were new or different."""
    digests, written = {}, 0
    for path, content in wanted.items():
        if isinstance(content, Path):
            digests[path] = digest = kept.seen.digest(str(content))
        else:
            digests[path] = digest = kept.once(("digest", path), content, partial(_digest, content))
        if kept.seen.digest(f"{folder}/{path}") != digest:
            written += _write(folder / path, content.read_bytes() if isinstance(content, Path) else content)
    return digests, written


def _write_pages(
    folder: Path, pages: Mapping[str, Page | KeptPage], kept: Kept, ahead: Ahead
) -> tuple[dict[str, str], int]:
    """The same for pages: what bytes a page gave is known from earlier builds, and what is there has them or not."""
    before, now, written = ahead.before, {}, len(ahead.done)
    for path, page in pages.items():
        known, digest = ahead.done.get(path) or before.get(path, ("", ""))
        if known != page.digest or kept.seen.digest(f"{folder}/{path}") != digest:
            data = to_markdown(page.whole()).encode()
            digest = _digest(data)
            written += _write(folder / path, data)
        now[path] = [page.digest, digest]
    if now != before:
        kept.afterwards(lambda: kept.shelf("staged").put("pages", code_digest(*CODE), json.dumps(now)))
    kept.memory("staged")["pages"] = now
    return {path: digest for path, (_, digest) in now.items()}, written


def _pages_before(kept: Kept) -> Mapping[str, Sequence[str]]:
    """The pages that were staged the last time: the digest of each, and that of the bytes it gave."""
    return kept.memory("staged").get("pages") or json.loads(
        kept.shelf("staged").get("pages", code_digest(*CODE)) or "{}"
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _refuse_markdown(files: Mapping[str, Path], root: Path) -> None:
    """An engine would make a page of a Markdown file among the assets."""
    found = [file for path, file in sorted(files.items()) if path.lower().endswith(MARKDOWN_SUFFIXES)]
    if found:
        hint = "make it an entry under content/notes/, or give it another suffix such as `.txt`"
        message = "a Markdown file cannot be published as it is"
        raise ContentError(*(Problem(Source(_shown(file, root)), "asset", message, hint) for file in found))


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


def _package_tree(name: str) -> dict[str, bytes]:
    """Every file below a folder of builder/pages, by relative path."""

    def walk(folder: Traversable, prefix: str) -> Iterable[tuple[str, bytes]]:
        for child in sorted(folder.iterdir(), key=lambda child: child.name):
            if child.is_dir():
                yield from walk(child, f"{prefix}{child.name}/")
            else:
                yield f"{prefix}{child.name}", child.read_bytes()

    return dict(walk(package_files("builder.pages") / name, ""))


def _write(path: Path, data: bytes) -> bool:
    """Write a file if its bytes differ; a directory or link in its place is replaced."""
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return False
    for parent in path.parents:
        if parent.is_symlink() or parent.is_file():
            parent.unlink()
    if path.is_symlink():
        path.unlink()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.rmtree(path)
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_bytes(data)
        temporary.replace(path)  # the published site may share the old file
    except OSError as error:
        raise cannot_write(str(path), len(data), error) from error
    return True


def _prune_both(folder: Path, docs: Set[str], theme: Set[str], kept: Kept) -> int:
    """Prune the tree; a process that builds again and again does so when it wants other files than last time."""
    pruned = kept.memory("pruned")
    if pruned.get("wanted") == (docs, theme):
        return 0
    removed = _prune(folder / "docs", docs) + _prune(folder / "theme", theme)
    pruned["wanted"] = docs, theme
    return removed


def _prune(folder: Path, wanted: Set[str], inside: str = "") -> int:
    """Remove what is not wanted below `folder`, then directories that became empty."""
    removed = 0
    with os.scandir(f"{folder}/{inside}") as found:
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            removed += _prune(folder, wanted, f"{inside}{entry.name}/")
        elif inside + entry.name not in wanted:
            os.unlink(entry.path)
            removed += 1
    if inside and (removed or not entries) and not os.listdir(f"{folder}/{inside}"):
        os.rmdir(f"{folder}/{inside}")
    return removed
