"""One reference of a draft, and what becomes of it: rewired, its file brought along, or turned into text."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from builder.importers._assets import Assets, find_asset
from builder.importers._gone import missing_picture, not_imported, remote_picture
from builder.importers._links import Reference, retarget
from builder.importers._map import Map, address_key
from builder.importers._place import Placed
from builder.importers._types import MARKDOWN
from builder.parse.scan import anchor

SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:|//")
_HOST = re.compile(
    r"(?i)(?:www\.)[\w.-]+\.[a-z]{2,}(?:[/?#:]\S*)?|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|ai|edu|dev|gov|co\.uk)(?:[/?#]\S*)?"
)
_PICTURES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".svg",
    ".avif",
    ".bmp",
    ".ico",
    ".mp4",
    ".webm",
    ".ogv",
    ".mov",
    ".mp3",
    ".ogg",
    ".wav",
)


def strip_base(target: str, placed: Placed) -> str:
    """A path without what stood before every path of the old site."""
    base = placed.page.site.base
    return target.removeprefix(base) if base and target.startswith(f"{base}/") else target


@dataclass(frozen=True, slots=True)
class Change:
    """One reference of a draft, and what becomes of it."""

    entries: Map
    assets: Assets
    placed: Placed
    reference: Reference
    warn: Callable[[str], None]

    def result(self) -> str | None:
        ref = self.reference
        if ref.form == "cite":
            return None
        if ref.form in ("wiki", "embed"):
            return self._wiki()
        target = html.unescape(ref.target) if ref.form in ("href", "src") else ref.target
        target = self._own(target.strip())
        if target.startswith("attachment:") and unquote(target[11:]) in self.placed.draft.files:
            name = unquote(target[11:])
            place = self.assets.add_bytes(name, self.placed.draft.files[name])
            return retarget(ref, quote(posixpath.relpath(place, posixpath.dirname(self.placed.path))))
        if target.startswith("attachment:"):
            return self._nowhere(target)
        if SCHEME.match(target) and not target.startswith("ref:"):
            return self._remote(target) if ref.form in ("image", "src") and not target.startswith("data:") else None
        if target == "/" and ref.form in ("link", "href", "definition"):
            return retarget(ref, "/")
        if not target or target == "#":
            return None if ref.form in ("href", "src") else retarget(ref, "#") if target else ref.text
        if _HOST.fullmatch(target) and find_asset(self._folder, self._root, unquote(target)) is None:
            return retarget(ref, f"https://{target}")
        return self._local(target)

    @property
    def _folder(self) -> Path:
        return self.placed.page.path.parent

    @property
    def _root(self) -> Path:
        return self.placed.page.site.root

    def _own(self, target: str) -> str:
        """An address of the old site itself as a path, if an imported page was there."""
        address = self.placed.page.site.address
        if address and target.startswith(address):
            path = strip_base(target[len(address) :] or "/", self.placed)
            if path.startswith("/") and address_key(path.partition("#")[0]) in self.entries.by_address:
                return path
        return strip_base(target, self.placed)

    def _local(self, target: str) -> str:
        """A path, an anchor, or `ref:name` of a generator's tag."""
        path, _, fragment = target.removeprefix("ref:").removeprefix("@/").partition("#")  # Zola's links begin with @/
        path = unquote(path.partition("?")[0])
        found = self._entry(path, fragment, by_name=target.startswith("ref:"))
        if found is not None:
            return self._link(found, fragment, same_page=not path)
        asset = find_asset(self._folder, self._root, path) if path else None
        if asset is not None and asset.suffix.lower() not in MARKDOWN:
            place = posixpath.relpath(self.assets.add(asset), posixpath.dirname(self.placed.path))
            return retarget(self.reference, quote(place))
        return self._nowhere(target.removeprefix("ref:"))

    def _entry(self, path: str, fragment: str, *, by_name: bool) -> Placed | None:
        entries = self.entries
        if not path:
            mine = self.entries.anchors(self.placed).has(fragment)
            return self.placed if mine else entries.in_file(self.placed.page.path, fragment) if fragment else None
        inside = path.lstrip("/")
        beside = [] if path.startswith("/") else [self._folder / path]
        for base in (*beside, self._root / inside, self._root / "content" / inside):
            for name in (
                base,
                base.with_name(f"{base.name}.md"),
                base / "index.md",
                base / "_index.md",
                base / "README.md",
            ):
                if name.resolve() in entries.by_file:
                    return entries.in_file(name, fragment)
        if by_name:
            stem = posixpath.splitext(posixpath.basename(inside))[0]
            return next(iter(entries.by_name.get(stem.casefold(), [])), None)
        base = "" if path.startswith("/") else self._base()
        return entries.by_address.get(address_key(posixpath.join(base, path)))

    def _base(self) -> str:
        """The address that the page's relative links counted from."""
        return next(iter(self.placed.draft.addresses), "/" + posixpath.dirname(self.placed.page.place))

    def _link(self, found: Placed, fragment: str, *, same_page: bool = False) -> str:
        """A link to an entry; to one of its headings, if it has it."""
        held = self.entries.anchors(found).find(fragment)
        if fragment and not held and not self.entries.anchors(found).has(fragment):
            if same_page and found is self.placed:
                return self._nowhere(f"#{fragment}")
            self.warn(f"no heading '{fragment}' in {found.path}; the link leads to its top")
        path = (
            "" if found.path == self.placed.path else posixpath.relpath(found.path, posixpath.dirname(self.placed.path))
        )
        suffix = f"#{held}" if held else "" if path else f"#{anchor(found.draft.title)}"
        if self.reference.form in ("image", "src"):
            return self._nowhere(self.reference.target)
        return retarget(self.reference, f"{quote(path)}{suffix}")

    def _remote(self, target: str) -> str:
        self.warn(f"'{target}' is on another host; it is linked, not shown")
        return remote_picture(self.reference, target)

    def _wiki(self) -> str | None:
        """A wikilink or embed."""
        ref = self.reference
        name, _, heading = ref.target.partition("#")
        name = name.strip().removesuffix(".md")
        if ref.form == "embed" or posixpath.splitext(name)[1].lower() in _PICTURES:
            found = self._attachment(name)
            if found is not None:
                return self._attached(found, name)
        entry = self.placed if not name else self._named(name)
        if entry is None:
            if posixpath.splitext(name)[1].lower() in _PICTURES:
                return self._nowhere(name)
            self.warn(f"no note called '{name}'; the link is plain text now")
            return ref.text or ref.target
        heading = heading.rpartition("#")[2].strip()
        anchors = self.entries.anchors(entry)
        mark = heading[1:] if heading.startswith("^") else ""
        held = (mark if mark in anchors.ids else "") if mark else anchors.find(heading) if heading else ""
        if heading and not held:
            what = f"block '{mark}'" if mark else f"heading '{heading}'"
            self.warn(f"no {what} in '{name}'; the link leads to its top")
        text = (
            ref.text
            if ref.text and not re.fullmatch(r"\d+(?:x\d+)?", ref.text)
            else (name or heading).rpartition("/")[2]
        )
        if not name:
            return f"[[#{held}|{text}]]" if held else text
        short = entry.path.removeprefix("content/").removesuffix(".md")
        return f"[[{short}{f'#{held}' if held else ''}|{text}]]"

    def _attached(self, found: Path, name: str) -> str:
        """An embedded file, or a link to it."""
        path = self.assets.add(found)
        if self.reference.form == "embed":
            size = f"|{self.reference.text}" if self.reference.text else ""
            return f"![[{path.removeprefix('content/assets/')}{size}]]"
        return f"[{self.reference.text or name}]({quote(posixpath.relpath(path, posixpath.dirname(self.placed.path)))})"

    def _named(self, name: str) -> Placed | None:
        """The entry that a wikilink names: by path, file name, title or alias; the nearest, if several."""
        found = self.entries.by_name.get(name.casefold()) or self.entries.by_name.get(
            posixpath.basename(name).casefold(), []
        )
        same_site = [placed for placed in found if placed.page.site.root == self._root]
        return next((p for p in same_site if p.page.path.parent == self._folder), next(iter(same_site or found), None))

    def _attachment(self, name: str) -> Path | None:
        """A file that an embed names, perhaps without its folder."""
        if not posixpath.splitext(name)[1] or name.startswith("/"):
            return None
        found = find_asset(self._folder, self._root, unquote(name))
        if found is not None:
            return found
        base = posixpath.basename(name)
        for path in _files_called(self._root, base):
            return find_asset(path.parent, self._root, base)
        return None

    def _nowhere(self, target: str) -> str:
        """What leads to nothing, as text that says so; a link to the old site, if that is known."""
        ref, site = self.reference, self.placed.page.site
        if ref.form in ("image", "src", "embed"):
            self.warn(f"missing picture '{target}'")
            return missing_picture(ref, target)
        if target.startswith("/") and site.address:
            self.warn(f"'{target}' was not imported; linked at {site.address}")
            return retarget(ref, f"{site.address}{site.base}{quote(target, safe='/#?=&%')}")
        self.warn(f"'{target}' is not here; the link is plain text now")
        return not_imported(ref, target)


def _files_called(root: Path, name: str) -> Iterable[Path]:
    """Files of a name anywhere in a vault."""
    if not name or re.search(r"[*?\[\]]", name):
        return []
    return sorted(path for path in root.rglob(name) if path.is_file() and not path.is_symlink())[:1]
