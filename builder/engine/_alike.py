"""Parts of the theme that are alike on many pages: each is rendered once in a process.

The nav, its tabs and the search box differ only by relative links on pages that are not in the nav themselves: they are
the same wherever a page lies as deep and shares as much of its path with what the nav leads to. The words of the
interface are the same everywhere.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from jinja2 import Environment
from jinja2.runtime import Context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

PARTIALS = ("partials/nav.html", "partials/tabs.html", "partials/search.html")
WORDS = "partials/language.html"

Render = Callable[[Context], Iterator[str]]


def render_alike_once(env: Environment, nav: Navigation, config: MkDocsConfig) -> None:
    """Let the templates of `env` remember what they gave."""
    branches = {_branch(page.url, end) for page in nav.pages for end in range(page.url.count("/") + 1)}
    for name in PARTIALS:
        template = env.get_template(name)
        template.root_render_func = _once_in_a_place(template.root_render_func, nav.pages, branches)
    words = env.get_template(WORDS)
    module = words.make_module({"config": config}, True)
    module.t = functools.cache(module.t)
    words.make_module = lambda *given: module


def _once_in_a_place(render: Render, in_nav: list[Page], branches: set[str]) -> Render:
    known: dict[tuple[int, str], str] = {}

    def root(context: Context) -> Iterator[str]:
        page = context.get("page")
        if page is None or page in in_nav:
            yield from render(context)
            return
        depth = page.url.count("/")
        shared = next(branch for end in range(depth, -1, -1) if (branch := _branch(page.url, end)) in branches)
        if (depth, shared) not in known:
            known[depth, shared] = "".join(render(context))
        yield known[depth, shared]

    return root


def _branch(url: str, end: int) -> str:
    """The first parts of an address."""
    return "/".join(url.split("/")[:end])
