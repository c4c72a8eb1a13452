"""Addresses: from one page of the site to another, and from a title to a slug."""

from __future__ import annotations

import functools
import re
import unicodedata

_WINDOWS_NAMES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def relative(from_url: str, to: str) -> str:
    """Return the link from the page at `from_url` to `to`; both count from the site's root.

    `from_url` ends in `/` or is empty (home); `to` may be a page, a file or carry an anchor. Outside addresses
    (`https:`, `mailto:`) come back unchanged.
    """
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", to):
        return to
    path, hash_mark, anchor = to.partition("#")
    if path == from_url and hash_mark:
        return f"#{anchor}"
    return f"{_path(from_url, path)}{hash_mark}{anchor}"


def _path(from_url: str, path: str) -> str:
    """As posixpath.relpath, with the slash that ends a page; a site has so many links that this must be quick."""
    here, there = from_url.split("/")[:-1], path.split("/")
    common = 0
    for one, other in zip(here, there[:-1], strict=False):
        if one != other:
            break
        common += 1
    return "../" * (len(here) - common) + "/".join(there[common:]) or "./"


def store_fault(address: str) -> str:
    """Say what is wrong with the address of a shared store; "" if nothing is."""
    match = re.fullmatch(r"[a-z][a-z0-9+.-]*://([^\s/?#]*)[^\s?#]*", address)
    if not match or "::" in address:
        return f"'{address}' is not the address of a store; write it like https://example.org/runs or s3://bucket/runs"
    if ":" in match[1].rpartition("@")[0]:
        return "a password does not belong in an address; keep it where fsspec looks for it (~/.config/fsspec)"
    return ""


@functools.lru_cache(maxsize=65536)
def slugify(text: str) -> str:
    """Make an address part of a title: lower case ASCII letters, digits and hyphens; empty if nothing is left.

    Accents are dropped; letters without an ASCII form are written as their code point, so that a title in any script
    has a stable, non-empty slug.
    """
    if text.isascii():
        return _shorten(re.sub("[^a-z0-9]+", "-", text.lower().replace("'", "")))
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = []
    for char in decomposed:
        if char.isascii():
            letters.append(char if char.isalnum() else "" if char == "'" else "-")
        elif unicodedata.category(char)[0] in "LN":
            letters.append(f"-u{ord(char):x}-")
        elif unicodedata.category(char)[0] in "ZP":
            letters.append("-")
    return _shorten(re.sub(r"-+", "-", "".join(letters)))


def _shorten(slug: str) -> str:
    return slug.strip("-")[:120].rstrip("-")


def short_slug(text: str) -> str:
    """A slug of at most 60 characters, cut between words."""
    slug = slugify(text)
    return slug if len(slug) <= 60 else slug[:60].rsplit("-", 1)[0]


def is_safe_slug(slug: str) -> bool:
    """Tell whether a slug can be a directory name on every system."""
    plain = re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,180}[A-Za-z0-9_-])?", slug)
    return plain is not None and not _WINDOWS_NAMES.match(slug) and ".." not in slug


@functools.lru_cache(maxsize=65536)
def is_portable(path: str) -> bool:
    """Tell whether a file of this path can exist on every system: what Windows refuses is refused everywhere."""
    parts = path.split("/")
    return len(path) <= 240 and not any(
        _WINDOWS_NAMES.match(part) or re.search(r'[<>:"|?*\\\x00-\x1f]|[. ]$', part)
        for part in (*parts, parts[-1].rpartition(".")[0])
    )
