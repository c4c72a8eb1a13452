"""Files that entries refer to: found under content/, and nowhere else."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path, PurePosixPath

from builder.errors import suggest
from builder.urls import is_portable, slugify

ASSETS = "content/assets"


def find_file(root: Path, entry: str, written: str, *, embedded: bool = False) -> Path | tuple[str, str]:
    """The file that the entry at path `entry` calls `written`, or what is wrong with that, as message and hint.

    An embed may leave out the folder, as editors write it. Symbolic links and what lies outside content/ are refused.
    """
    content = (root / "content").resolve()
    names = [f"{ASSETS}/{written}"] if embedded else []
    if not written.startswith("/"):
        names.append(posixpath.join(posixpath.dirname(entry), written))
    else:
        names += [f"content{written}", f"{ASSETS}{written}"]
    if "\\" in written or "\0" in written or len(written) > 1000:
        return f"'{written[:60]}' is not a file's path", "write it with `/`, from the entry's folder"
    for name in names:
        plain = root / posixpath.normpath(name)
        if not plain.resolve().is_relative_to(content):
            if not plain.is_symlink() and posixpath.normpath(name).startswith("content/"):
                return (
                    f"'{written}' leads outside content/ by a symbolic link",
                    "put the file itself into content/assets/",
                )
            return f"'{written}' is outside content/", "put the file into content/assets/"
        if plain.is_symlink():
            return f"'{written}' is a symbolic link", "put the file itself there"
        if plain.suffix.lower() in (".md", ".markdown") and plain.is_file():
            return f"'{written}' is an entry, not a file to show", f"link to it: [[{plain.stem}]]"
        if plain.is_file() and not _is_hidden(plain, root):
            if not is_portable(posixpath.normpath(name)):
                return f"'{written}' is not a file name on every system", 'avoid < > : " | ? * and names such as CON'
            return plain.resolve()
    return _elsewhere(root, entry, written, embedded=embedded)


def what_is_missing(root: Path, name: str) -> str:
    """What to do about an entry that is on no page: publish it, if there is a file of it, else write it."""
    stem = PurePosixPath(name).stem if name.endswith((".md", ".markdown")) else posixpath.basename(name.strip("/"))
    slug = slugify(stem)
    for path in sorted((root / "content").glob("*/*.*")) if slug else ():
        if path.suffix in (".md", ".markdown", ".ipynb", ".py") and _is_called(path, slug):
            return f"{path.relative_to(root).as_posix()} is a draft, or dated in the future"
    title = re.sub(r"[^\w .,:+-]", "", stem).strip()
    return f'`studylog new note "{title}"` writes it' if title else "write the name of an entry"


def _is_called(path: Path, slug: str) -> bool:
    """Tell whether the name of an entry's file means a slug, apart from its date."""
    stem = path.stem.casefold()
    return stem == slug or (
        stem.endswith(f"-{slug}") and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", stem[: -len(slug) - 1]))
    )


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _elsewhere(root: Path, entry: str, written: str, *, embedded: bool) -> Path | tuple[str, str]:
    """Look for a file of that name anywhere in the assets: an embed means it, a link gets it as a suggestion."""
    assets = sorted(path for path in (root / ASSETS).rglob("*") if path.is_file() and not path.is_symlink())
    same = [path for path in assets if path.name == posixpath.basename(written) and not _is_hidden(path, root)]
    if embedded and len(same) == 1 and "/" not in written:
        return same[0].resolve()
    known = {posixpath.relpath(path.relative_to(root).as_posix(), posixpath.dirname(entry)): path for path in assets}
    if same:
        hint = f"did you mean '{next(name for name, path in known.items() if path == same[0])}'?"
    elif written.startswith("www."):
        hint = f"write 'https://{written}'"
    else:
        near = suggest(posixpath.basename(written), [path.name for path in assets])
        hint = near or "put it into content/assets/"
    return f"no file '{written}'", hint
