"""How an entry is named by those who link to it, before and after it moves."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from builder.model import Document, Link

_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


@dataclass(frozen=True, slots=True)
class Move:
    """An entry and where it goes. `path` is the file's new path, `url` the entry's new address."""

    document: Document
    slug: str
    title: str
    path: str
    url: str

    def renamed(self, link: Link) -> str:
        """What a link that leads to the entry has to say afterwards."""
        name, mark, heading = link.target.partition("#")
        if self.document.year_url and heading.casefold() == self.document.slug.casefold():
            return f"{name}#{self.slug}"
        if link.form == "cite":
            return self.slug if name.casefold() == self.document.slug.casefold() else link.target
        renamed = self._named(name) if link.form in ("wiki", "embed") else self._addressed(name)
        return f"{renamed}{mark}{heading}"

    def _named(self, name: str) -> str:
        """A wikilink's name: slug, path, file name or title."""
        folder, slash, last = name.strip().rpartition("/")
        bare = PurePosixPath(last).stem if last.endswith((".md", ".markdown")) else last
        old = self.document
        if bare.casefold() == PurePosixPath(old.source.path).stem.casefold() and not old.year_url:
            new = PurePosixPath(self.path).stem if slash or bare.casefold() != old.slug.casefold() else self.slug
            return f"{folder}{slash}{new}{last[len(bare) :]}"
        if bare.casefold() == old.slug.casefold():
            return f"{folder}{slash}{self.slug}"
        return self.title if name.strip().casefold() == old.title.casefold() else name

    def _addressed(self, name: str) -> str:
        """A path or an address."""
        if name.startswith("/"):
            return f"/{self.url}"
        folder, last = posixpath.split(name)
        old = posixpath.basename(self.document.source.path)
        return posixpath.join(folder, posixpath.basename(self.path)) if unquote(last) == old else name


def rewrite(line: str, link: Link, renamed: str) -> str:
    """A line in which a link is written, with another target; the same line if it does not stand there."""
    for written in dict.fromkeys((link.target, unquote(link.target))):
        target = re.escape(written)
        if link.form in ("wiki", "embed"):
            mark = "(?<!!)" if link.form == "wiki" else "!"
            pattern = rf"(?P<before>{mark}\[\[\s*){target}(?=\s*(?:\\?\|[^\[\]\n]*)?\]\])"
        elif link.form == "cite":
            pattern = rf"(?P<before>@){target}(?![\w:+/-]|\.\w)"
        else:
            before = r"\]\(\s*<?|^\s{0,3}\[[^\]]+\]:\s*<?|\b(?:href|src)\s*=\s*[\"']"
            pattern = rf"(?P<before>{before}){target}(?=[\s>)\"']|$)"
        code = [found.span() for found in _CODE.finditer(line)]

        def put(found: re.Match[str], code: list[tuple[int, int]] = code) -> str:
            inside = any(start <= found.start() < end for start, end in code)
            return found[0] if inside else f"{found['before']}{renamed}"

        changed = re.sub(pattern, put, line)
        if changed != line:
            return changed
    return line
