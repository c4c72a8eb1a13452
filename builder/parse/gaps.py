"""What the rest of the log says where a composed text has gaps: where a link leads, what a paper is called, what a run gave.

The text itself is composed once, of its entry alone (builder.parse.body); the gaps are filled for every page that shows it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from builder.model import Cell, DemoCall, Document
from builder.parse.body import Question
from builder.parse.names import name_of
from builder.parse.pictures import picture_html
from builder.urls import relative


@dataclass(frozen=True, slots=True)
class Gaps:
    """What fills the gaps of one document on its own page. The fields are those of builder.parse.render."""

    document: Document
    targets: Mapping[tuple[str, str, str], str]
    titles: Mapping[str, str]
    demo: Callable[[DemoCall], str]
    value: Callable[[str, str, str], str]
    cell: Callable[[Cell], str]
    size: Callable[[str], str | None]

    def fill(self, question: Question) -> str:
        """The HTML that answers a question: its name is that of a method here, the rest is what it asks of."""
        return getattr(self, f"fill_{question[0]}")(*question[1:])

    def _found(self, form: str, target: str) -> str | None:
        return self.targets.get((self.document.url, form, target))

    def fill_address(self, form: str, target: str) -> str:
        """The address of a reference from this page; what could not be resolved was reported when linking."""
        found = self._found(form, target)
        return html.escape(relative(self.document.url, found) if found is not None else target)

    def fill_wiki(self, target: str, text: str) -> str:
        """A link that has a text of its own, or is called like what it leads to."""
        found = self._found("wiki", target) or ""
        text = text or name_of(self.titles, "wiki", found) or target
        return f'<a class="sl-link" href="{self.fill_address("wiki", target)}">{html.escape(text, quote=False)}</a>'

    def fill_cite(self, key: str) -> str:
        """A citation: `Vaswani et al. 2017`, with the title of the paper."""
        found = self._found("cite", key) or ""
        text = html.escape(name_of(self.titles, "cite", found) or key, quote=False)
        title = html.escape(self.titles.get(found) or key)
        return f'<a class="sl-cite" href="{self.fill_address("cite", key)}" title="{title}">{text}</a>'

    def fill_picture(self, form: str, target: str, text: str, title: str) -> str:
        """A picture of the log, with the room that it will need."""
        found = self._found(form, target)
        width, _, height = ((self.size(found) if found else None) or "").partition("x")
        size = (int(width), int(height)) if height else None
        address = relative(self.document.url, found) if found is not None else target
        return picture_html(form, target, address=address, text=text, title=title, size=size)[0]

    def fill_value(self, name: str, metric: str, spec: str) -> str:
        """A metric of a recorded run."""
        return html.escape(self.value(name, metric, spec))

    def fill_demo(self, name: str) -> str:
        """A demo call, as its page shows it."""
        return self.demo(next(call for call in self.document.calls if call.name == name))

    def fill_cell(self, index: str) -> str:
        """A code cell of a notebook, with its outputs."""
        return self.cell(self.document.cells[int(index)])
