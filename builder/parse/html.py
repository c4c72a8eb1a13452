"""A document as HTML: the body of a page. Raw HTML that an author wrote is filtered (nh3)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from builder.harmless import keep_harmless
from builder.model import Cell, DemoCall, Document
from builder.parse.body import Answer
from builder.parse.code import highlight
from builder.parse.filter import nest_headings
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
    calls = {call.name: call for call in document.calls}
    tables: Mapping[str, Callable[..., str | None]] = {
        "target": lambda *place: targets.get(place),
        "title": (titles or {}).get,
        "demo": lambda name: demo(calls[name]),
        "value": value,
        "size": size,
        "cell": lambda index: cell(document.cells[int(index)]),
    }

    def make(ask: Answer) -> str:
        renderer = Renderer(document, ask)
        body = renderer.body()
        if renderer.raw_html:
            body = nest_headings(body if document.meta.unsafe_html else keep_harmless(body))
        return renderer.restore(body)

    return document.body.render(lambda question: tables[question[0]](*question[1:]), make)


@functools.lru_cache(maxsize=1024)
def render_markdown(text: str) -> str:
    """Render a trusted snippet, such as a docstring, to HTML."""
    return markdown().render(text)
