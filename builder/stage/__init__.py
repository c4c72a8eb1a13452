"""From pages to a tree that any engine of the MkDocs family can render: `.build/docs/`, `.build/theme/`, `.build/mkdocs.yml`.

A page becomes a Markdown file whose content is finished HTML; only its top-level headings are Markdown, so that the
engine makes the table of contents. Files are written only when their bytes differ, and pruned when nothing wants them.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from pathlib import Path

from builder.accents import accent_css
from builder.config import SiteConfig
from builder.errors import ContentError, Problem, Source, cannot_write
from builder.kept import Kept
from builder.model import Page, StaticFile
from builder.stage.bundle import bundle
from builder.stage.settings import settings_yml
from builder.urls import relative

ASSETS = "assets/studylog/"
MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
MERMAID = f"{ASSETS}vendor/mermaid.tiny.js"
_HEADING = re.compile(r'^<h([1-6]) id="([^"]+)">(.*)</h\1>$', re.MULTILINE)
_TAG_OR_ENTITY = re.compile(r"(<[^<>]*>|&#?\w+;)")
_ATTRIBUTE = re.compile(r'"([^"]*)"')
_SPECIAL = re.compile(r"[^\w\s&;,]|_")
_NOT_TEXT = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]*>|\t", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"^( *) $", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Staged:
    """A tree that is ready to be rendered."""

    folder: Path  # .build
    settings: Path  # .build/mkdocs.yml
    sources: Mapping[str, Source]  # staged file under docs/ -> the author's file
    files: Mapping[str, str]  # staged file under docs/ -> sha256 of its bytes
    fingerprint: str  # of settings and theme, on which every page depends
    written: int  # how many files were new or different
    removed: int


def stage(
    pages: Iterable[Page | StaticFile], *, config: SiteConfig, files: Mapping[str, Path], kept: Kept | None = None
) -> Staged:
    """Write the tree for `pages` and for `files` (site path -> file of the log) under the log's `.build/`."""
    folder, kept = config.root / ".build", kept or Kept()
    pages = tuple(pages)
    _refuse_markdown(files, config.root)
    own = _package_tree("assets") | {"css/accent.css": accent_css(config.theme.accent).encode()}
    assets = bundle(own, fonts=config.theme.fonts == "studylog")
    wanted: dict[str, Path | bytes | Page] = {
        **files,
        **{f"{ASSETS}{path}": data for path, data in assets.files.items()},
    }
    wanted |= {page.path: page.data for page in pages if isinstance(page, StaticFile)}
    wanted |= {f"{page.url}index.md": page for page in pages if isinstance(page, Page)}
    digests, written = _write_all(folder / "docs", wanted, kept)
    urls = {page.url for page in pages if isinstance(page, Page)}
    settings = settings_yml(config, urls=urls, style=f"{ASSETS}{assets.style}", script=f"{ASSETS}{assets.script}")
    written += _write(folder / "mkdocs.yml", settings.encode())
    theme, written_theme = _write_all(folder / "theme", _package_tree("theme"), kept)
    removed = _prune(folder / "docs", set(wanted)) + _prune(folder / "theme", set(theme))
    sources = {f"{page.url}index.md": page.source for page in pages if isinstance(page, Page) and page.source}
    return Staged(
        folder=folder,
        settings=folder / "mkdocs.yml",
        sources=sources,
        files=digests,
        fingerprint=_digest(json.dumps([settings, theme], sort_keys=True).encode()),
        written=written + written_theme,
        removed=removed,
    )


def _write_all(folder: Path, wanted: Mapping[str, Path | bytes | Page], kept: Kept) -> tuple[dict[str, str], int]:
    """Write files below `folder`; return the digest of each and how many were new or different."""
    digests, written = {}, 0
    for path, content in wanted.items():
        if isinstance(content, Page):
            data = _page_bytes(path, content, kept)
        else:
            data = content.read_bytes() if isinstance(content, Path) else content
        digests[path] = _digest(data)
        written += _write(folder / path, data)
    return digests, written


def _page_bytes(path: str, page: Page, kept: Kept) -> bytes:
    """A page as its staged file holds it; the same page gave the same bytes earlier in this process."""
    staged = kept.memory("staged")
    earlier, data = staged.get(path, (None, b""))
    if earlier != page:
        data = to_markdown(page).encode()
        staged[path] = page, data
    return data


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


def to_markdown(page: Page) -> str:
    """Write a page as Markdown that says exactly what its HTML says."""
    content = _CONTROL.sub("", page.html)
    parts, end = [], 0
    for match in _HEADING.finditer(content):
        parts.append(_raw(content[end : match.start()]))
        parts.append(f'{"#" * int(match[1])} {_heading_text(match[3])} {{ id="{match[2]}" }}')
        end = match.end()
    parts.append(_raw(content[end:]))
    if 'class="mermaid"' in content:
        parts.append(f'<script src="{relative(page.url, MERMAID)}"></script>')
    return "\n\n".join([_front_matter(page), *(part for part in parts if part)]) + "\n"


def _front_matter(page: Page) -> str:
    """The engine writes title and description into HTML as they are: they are escaped here."""
    meta: dict[str, object] = {}
    if page.url:  # without a title of its own, the home page is called like the site
        meta["title"] = escape_line(page.title)
    if page.description:
        meta["description"] = escape_line(page.description)
    if page.hide:
        meta["hide"] = list(page.hide)
    if page.tags:
        meta["tags"] = [escape_line(tag) for tag in page.tags]  # the search puts them into its list as HTML
    if page.card:
        meta["card"] = page.card
    if not page.search:
        meta["search"] = {"exclude": True}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in meta.items()]
    return "\n".join(["---", *lines, "---"])


def escape_line(text: str) -> str:
    """Escape text for places where an engine copies it into HTML unescaped, attributes included."""
    return html.escape(" ".join(_CONTROL.sub("", text).split()))


def _raw(content: str) -> str:
    """Wrap finished HTML so that Python-Markdown passes it on untouched: it expands tabs and strips blank lines."""
    content = content.strip("\n")
    if not content.strip():
        return ""
    if "\t" in content:
        content = _NOT_TEXT.sub(lambda match: "&#9;" if match[0] == "\t" else match[0].replace("\t", " "), content)
    if " \n" in content or content.endswith(" "):
        content = _SPACES.sub(r"\1&#32;", content)
    content = content.replace("\n</div>\n\n", "\n </div>\n\n")  # only a part itself ends like this
    return f'<div class="sl-part">\n{content}\n</div>'


def _heading_text(markup: str) -> str:
    """Inline HTML in which Python-Markdown finds nothing to interpret."""

    def entities(text: str) -> str:
        return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};" if match[0].isascii() else match[0], text)

    pieces = _TAG_OR_ENTITY.split(markup)
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pieces[index] = entities(piece)
        elif piece.startswith("<"):
            pieces[index] = _ATTRIBUTE.sub(lambda match: f'"{entities(match[1])}"', piece)
    return "".join(pieces)


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


def _prune(folder: Path, wanted: set[str]) -> int:
    """Remove what is not wanted below `folder`, then directories that became empty."""
    removed = 0
    for parent, folders, names in os.walk(folder, topdown=False):
        inside = "" if parent == str(folder) else f"{parent[len(str(folder)) + 1 :].replace(os.sep, '/')}/"
        links = [name for name in folders if os.path.islink(f"{parent}/{name}")]
        for name in (*names, *links):
            if inside + name not in wanted:
                os.unlink(f"{parent}/{name}")
                removed += 1
        if inside and not os.listdir(parent):
            os.rmdir(parent)
    return removed
