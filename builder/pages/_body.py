"""The body of an entry, with its demo calls and values filled in."""

from __future__ import annotations

from collections.abc import Callable

from builder.model import DemoCall, Document
from builder.numbers import write_number
from builder.pages import Site
from builder.pages._notebook import cell_maker
from builder.pages._sizes import picture_size
from builder.parse import render


def render_body(site: Site, document: Document, *, demo: Callable[[DemoCall], str]) -> str:
    """Render a document; `demo` gives the HTML of each of its demo calls."""

    def value(name: str, metric: str, spec: str) -> str:
        return format_value(site, document, name=name, metric=metric, spec=spec)

    def size(address: str) -> str | None:
        return picture_size(site.library.files.get(address))

    cell = cell_maker(site, document)
    return render(
        document, targets=site.library.targets, titles=site.library.titles, demo=demo, value=value, cell=cell, size=size
    )


def format_value(site: Site, document: Document, *, name: str, metric: str, spec: str) -> str:
    """Format a metric of the run called `name`, as in `{{name.metric:.1%}}`."""
    calls = [call for call in document.calls if call.name == name]
    decisions = site.decisions_of(document, calls[0]) if calls else ()
    return write_number(decisions[0].shown if decisions else None, metric, spec)
