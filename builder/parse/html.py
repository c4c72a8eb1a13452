"""A document as HTML: the body of a page. Raw HTML that an author wrote is filtered (nh3)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from markdown_it.token import Token

from builder.harmless import keep_harmless
from builder.model import Cell, DemoCall, Document
from builder.parse.body import Composed
from builder.parse.code import highlight
from builder.parse.filter import nest_headings
from builder.parse.gaps import Gaps
from builder.parse.render import Renderer
from builder.parse.syntax import markdown


def render(
    document: Document,
    *,
    targets: Mapping[tuple[str, str, str], str],
    demo: Callable[[DemoCall], str],
    value: Callable[[str, str, str], str],
    cell: Callable[[Cell], str] = lambda cell: highlight(cell.text, "python"),
    titles: Mapping[str, str] | None = None,
    size: Callable[[str], str | None] = lambda address: None,
) -> str:
    """Render a document's body for its own page.

    targets: Library.targets. demo: the HTML of a call. value: the text for `{{name.metric:format}}`, given the three.
    cell: the HTML of a notebook's code cell. titles: what to call a target, by its address, when a link has no text.
    size: how large the picture at an address is in pixels, such as `640x480`.
    Top-level headings stand alone on a line as `<h2 id="…">…</h2>`.
    """
    gaps = Gaps(document, targets, titles or {}, demo, value, cell, size)
    return "".join(part if isinstance(part, str) else gaps.fill(part) for part in composed(document))


def composed(document: Document) -> Composed:
    """The HTML of a document, with gaps for what depends on the rest of the log."""

    def compose(tokens: list[Token]) -> Composed:
        renderer = Renderer(document)
        body = renderer.body(tokens)
        if renderer.raw_html:
            body = nest_headings(body if document.meta.unsafe_html else keep_harmless(body))
        return renderer.restore(body)

    return document.body.composed(compose)


@functools.lru_cache(maxsize=1024)
def render_markdown(text: str) -> str:
    """Render a trusted snippet, such as a docstring, to HTML."""
    return markdown().render(text)
