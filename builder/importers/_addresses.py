"""Old addresses: what a permalink means here, where a generator had put a page, which aliases can redirect."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from builder.importers._dating import day_in_name, read_day
from builder.importers._frontmatter import Header
from builder.importers._types import Body, Page
from builder.parse.dates import is_only_date
from builder.urls import is_safe_slug, slugify

_OWN = {"", "timeline", "log", "reading", "papers", "posts", "notes", "notebooks", "demos", "tags", "status", "assets", "files", "search",
        "404.html", "index.html", "sitemap.xml", "feed.xml", "feed.json", "timeline.json", "reading.json", "status.json", "references.bib"}  # fmt: skip
_JEKYLL = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "weekdate": "/:categories/:year/W:week/:short_day/:title.html",
    "none": "/:categories/:title.html",
}


def clean(address: str) -> str:
    """An address from the site's root, with its first slash; empty if it cannot be one."""
    try:
        path = unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""
    path = posixpath.normpath(f"/{path}") + ("/" if path.endswith("/") else "")
    path = "/" + path.lstrip("/")
    parts = [part for part in path.strip("/").split("/") if part]
    wrong = any(part.startswith(".") or ":" in part or "\\" in part for part in parts)
    return "" if wrong or not parts or len(path) > 200 else path


def is_own(address: str) -> bool:
    """Tell whether studylog itself puts a page at an address."""
    path = address.strip("/")
    first = path.partition("/")[0]
    return (
        path in _OWN
        or first in ("tags", "demos", "assets", "files", "search")
        or bool(re.fullmatch(r"log/\d{4}", path))
    )


def old_addresses(page: Page, header: Header, date: str, slug: str) -> list[str]:
    """Where the old generator had put a page that says nothing about it itself."""
    inside = PurePosixPath(page.place)
    if page.site.flavour == "jekyll":
        if "_posts" not in inside.parts:
            plain = inside.with_suffix("")
            return (
                [f"/{plain}/", f"/{plain}.html"]
                if plain.name.lower() not in ("index", "readme")
                else [f"/{plain.parent}/"]
            )
        pattern = page.site.permalinks.get("", "date")
        return [expand(_JEKYLL.get(pattern, pattern), header, date, slug)]
    if page.site.flavour in ("hugo", "zola") and inside.parts[:1] == ("content",):
        return [_below_content(page, header, date, PurePosixPath(*inside.parts[1:]).with_suffix(""))]
    return []


def _below_content(page: Page, header: Header, date: str, inside: PurePosixPath) -> str:
    """Where Hugo or Zola had put a page: below its section, or where the section's pattern says."""
    if inside.name == "_index":
        return f"/{inside.parent}/".replace("/./", "/")
    place = inside.parent if inside.name == "index" else inside
    name = re.sub(r"^\d{4}-\d\d-\d\d[-_]", "", place.name) if page.site.flavour == "zola" else place.name
    own = header.values.get("slug")
    pattern = page.site.permalinks.get(place.parts[0]) if len(place.parts) > 1 else None
    if pattern is None:
        return f"/{place.parent / (own or name)}/".replace("/./", "/")
    title = slugify(str(header.values.get("title") or name))
    names = {"title": title, "slug": own or title, "section": place.parts[0], "sections": str(place.parent)}
    names |= dict.fromkeys(("filename", "contentbasename"), name)
    names |= dict.fromkeys(("slugorfilename", "slugorcontentbasename"), own or name)
    return expand(pattern, header, date, name, names) + ("" if pattern.endswith((".html", "/")) else "/")


def expand(pattern: str, header: Header, date: str, slug: str, names: Mapping[str, str] | None = None) -> str:
    """Fill in a pattern such as `/:year/:month/:title/`; `names` are what it may call the page."""
    day = dt.date.fromisoformat(date) if date else None
    categories = [slugify(str(c)) for c in header.values.get("categories", [])]
    known = {
        "categories": "/".join(categories), "title": slug, "slug": slug, "name": slug, "output_ext": ".html",
        "year": f"{day:%Y}" if day else "", "month": f"{day:%m}" if day else "", "day": f"{day:%d}" if day else "",
        "i_month": str(day.month) if day else "", "i_day": str(day.day) if day else "", "y_day": f"{day:%j}" if day else "",
        "short_year": f"{day:%y}" if day else "", "week": f"{day:%V}" if day else "", "short_day": f"{day:%a}" if day else "",
    } | dict(names or {})  # fmt: skip
    filled = re.sub(r":(\w+)", lambda match: known.get(match[1], match[0]), pattern)
    return re.sub(r"/{2,}", "/", f"/{filled}")


def settle(page: Page, header: Header, body: Body, date: str, slug: str) -> tuple[dict, tuple[str, ...]]:
    """The `permalink` and `aliases` that an entry keeps, and every address that led to it before."""
    meta: dict = {}
    aliases = [(a, clean(a)) for a in header.values.get("aliases", [])]
    permalink = header.values.get("permalink", "")
    address = (
        clean(expand(permalink, header, date, slug) if ":" in urlsplit(permalink).path else permalink)
        if permalink
        else ""
    )
    if permalink and (not address or is_own(address)):
        header.refuse(
            "permalink", "an address that cannot be kept" if not address else "an address that the log itself uses"
        )
        body.warn(header.lines.get("permalink", 0), f"the permalink '{permalink}' cannot be kept")
    elif address.endswith((".html", ".htm")) or (address and not all(map(is_safe_slug, address.strip("/").split("/")))):
        aliases.insert(0, (permalink, address))
    elif address:
        meta["permalink"] = f"{address.rstrip('/')}/"
    kept = []
    for written, alias in aliases:
        if not alias or is_own(alias):
            body.warn(
                header.lines.get("aliases", 0),
                f"'{written}' cannot redirect: it is no address, or one of the log's own",
            )
        elif alias.strip("/").casefold() != meta.get("permalink", "").strip("/").casefold():
            kept.append(alias)
    before = [] if permalink else [clean(a) for a in old_addresses(page, header, date, slug)]
    if (before and "_posts" in page.place.split("/")) or page.site.flavour in ("hugo", "zola"):
        kept += [a for a in before if a and not is_own(a)]
    if header.values.get("aliases") and not any(clean(a) in kept for a in header.values["aliases"]):
        header.refuse("aliases", "leads to the entry already, or cannot redirect")
    if kept:
        meta["aliases"] = list(dict.fromkeys(kept))
    every = [*before, *kept, *([meta["permalink"]] if "permalink" in meta else [])]
    return meta, tuple(dict.fromkeys(a for a in every if a))


def day_and_stem(page: Page) -> tuple[str, str]:
    """The date in a page's file name, if any, and the name without it; of a page called `index` the folder's.

    What Notion's exports append to names is not part of them. A daily note may be named by its date in any shape, or by its day in the folders of year and month.
    """
    stem = re.sub(r" [0-9a-f]{32}$", "", page.path.stem)
    folder = page.path.parent
    if stem in ("index", "_index") and folder != page.site.root and folder.name != "content":
        stem = folder.name
    day, rest = day_in_name(stem)
    if day is None and is_only_date(stem):
        day, rest = read_day(stem), ""
    if day is None and page.site.flavour == "obsidian" and re.fullmatch(r"\d\d", stem):
        day, rest = day_in_name("-".join([*folder.parts[-2:], stem]))
    return (str(day), rest) if day else ("", stem)
