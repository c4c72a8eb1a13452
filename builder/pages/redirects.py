"""Redirects from the old addresses of entries: small pages that any static host can serve."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from builder.errors import ContentError, Problem
from builder.model import Document, StaticFile
from builder.pages import PageMaker, Site
from builder.urls import relative


def make(site: Site) -> Iterator[StaticFile]:
    """Make one page per alias. Raises ContentError for aliases that cannot be addresses, or are taken."""
    documents = (*site.library.documents, *site.library.years.values())
    taken = {f"{document.url}index.html": document for document in documents}
    problems = []
    for document in documents:
        for alias in document.meta.aliases:
            path = _path(alias)
            if path is None:
                hint = "write the old address from the site's root, such as `/2023/02/24/llama/`"
                problems.append(
                    Problem(document.at("aliases"), "alias", f"'{alias}' is not an address of this site", hint)
                )
            elif path in taken:
                message = f"the alias '{alias}' is already the address of '{taken[path].source.path}'"
                problems.append(Problem(document.at("aliases"), "alias", message, "remove it from one of the two"))
            else:
                taken[path] = document
                yield StaticFile(path, _html(path, document).encode())
    if problems:
        raise ContentError(*problems)


def _path(alias: str) -> str | None:
    """The file that answers at an alias, or None if it would lie outside the site."""
    path = unquote(alias.split("#")[0].split("?")[0]).lstrip("/")
    parts = path.rstrip("/").split("/")
    if (
        not path
        or ":" in path
        or "\\" in path
        or any(part in ("", ".", "..") or part.startswith(".") for part in parts)
    ):
        return None
    return path if posixpath.splitext(path)[1] in (".html", ".htm") else f"{path.rstrip('/')}/index.html"


def _html(path: str, document: Document) -> str:
    folder = posixpath.dirname(path)
    to = html.escape(relative(f"{folder}/" if folder else "", document.url))
    title = html.escape(document.title)
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={to}">\n<link rel="canonical" href="{to}">\n'
        f'<meta name="robots" content="noindex">\n<p>This page has moved: <a href="{to}">{title}</a></p>\n</html>\n'
    )


PAGE = PageMaker("redirects", make)
