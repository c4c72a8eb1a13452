"""A notebook on its page: the code of its cells with what they showed, the state of its run, and its files."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from markupsafe import Markup

from builder.model import Cell, Decision, Document
from builder.outputs import View
from builder.outputs.notebook import FILE, drawn_cells, with_alt
from builder.pages import Site
from builder.pages._runs import state_html, views
from builder.pages._templates import render_template
from builder.parse.code import highlight
from builder.parse.mathematics import to_mathml

Shown = TypeVar("Shown")  # a form of what a cell showed
_LATEX = re.compile(r'(<div class="jp-RenderedLatex[^<>]*>)(.*?)(?=</div>)', re.DOTALL)
_DOLLARS = re.compile(r"^\s*\$+\s*(?:\\displaystyle)?|\$+\s*$")


def decision_of(site: Site, document: Document) -> Decision | None:
    """What was decided about a notebook's run; None for other entries and notebooks without code."""
    calls = [call for call in document.calls if document.cells and call.name == "notebook"]
    return next(iter(site.decisions_of(document, calls[0])), None) if calls else None


def recorded_view(site: Site, decision: Decision, *, page_url: str) -> View | None:
    """The recorded outputs of a notebook, as the page at `page_url` sees them."""
    return next((view for kind, view in views(decision, site=site, page_url=page_url) if kind == "notebook"), None)


def match_outputs(view: View, decision: Decision, outputs: list[Shown]) -> Mapping[int, Shown]:
    """Give recorded `outputs` to the cells whose code made them, by number; an older result may have none for some."""
    left: dict[str, list[Shown]] = {}
    for cell, output in zip(view.json(FILE)["cells"], outputs, strict=True):
        left.setdefault(cell["digest"], []).append(output)
    wanted = {
        int(part.removeprefix("code:cell ")): digest
        for part, digest in decision.key.parts.items()
        if part.startswith("code:cell ")
    }
    return {number: left[digest].pop(0) for number, digest in sorted(wanted.items()) if left.get(digest)}


def cell_maker(site: Site, document: Document) -> Callable[[Cell], str]:
    """Return what makes the HTML of each code cell of a document."""
    decision = decision_of(site, document)
    view = recorded_view(site, decision, page_url=document.url) if decision else None
    shown = match_outputs(view, decision, drawn_cells(view)) if view and decision else {}
    changed = '<p class="sl-note">This cell changed after the recorded run.</p>' if view else ""

    def make(cell: Cell) -> str:
        drawn = shown.get(cell.number, changed) if cell.number else ""
        return _cell(cell, _LATEX.sub(_mathematics, with_alt(drawn, cell.alt)))

    return make


def _cell(cell: Cell, drawn: str) -> str:
    """A cell's code above what it showed, each folded or left out as its tags say."""
    tags = set(cell.tags)
    if "remove-cell" in tags:
        return ""
    code = "" if "remove-input" in tags else highlight(cell.text, "python").replace("<code>", '<code tabindex="0">', 1)
    if drawn:
        drawn = f'<div class="sl-cell-output" data-search-exclude>{drawn}</div>'
    if tags & {"hide-input", "hide-cell"}:
        code = _folded("Code", code)
    if tags & {"hide-output", "hide-cell"} and drawn:
        drawn = _folded("Output", drawn)
    anchor = f' id="cell-{cell.number}"' if cell.number else ""
    return f'<div class="sl-cell"{anchor}>{code}{"" if "remove-output" in tags else drawn}</div>'


def _folded(name: str, content: str) -> str:
    return f'<details class="sl-fold"><summary>{name}</summary>{content}</details>' if content else ""


def _mathematics(match: re.Match[str]) -> str:
    formula = _DOLLARS.sub("", html.unescape(match[2]))
    return f"{match[1]}{to_mathml(formula, display=True)}"


def run_notes(site: Site, document: Document) -> tuple[Markup, Markup]:
    """What a notebook's page says of its run above the text, if something is amiss, and below it."""
    if not document.cells:
        return Markup(""), Markup("")
    decision = decision_of(site, document)
    state, provenance = Markup(""), Markup("")
    if decision is not None:
        state, provenance = state_html(decision, site=site, page_url=document.url, outputs=False)
    fresh = decision is not None and decision.record is not None and decision.failure is None
    executed = decision is not None and decision.shown is not None
    below = render_template(
        "notebook.html",
        url=document.url,
        run=f"demo-{decision.call.name}" if decision else "",
        state=state if fresh else "",
        provenance=provenance,
        files=files_of(document, executed=executed),
    )
    return Markup("") if fresh else state, Markup(below.strip())


def files_of(document: Document, *, executed: bool) -> Mapping[str, str]:
    """The files of a notebook that a page offers: what they are -> their paths on the site."""
    name, suffix = f"{document.url}{document.slug}", document.source.path.rpartition(".")[2]
    found = {f"{document.slug}.{suffix}": f"{name}.{suffix}"}
    return found | ({"the notebook as executed": f"{name}-executed.ipynb"} if executed else {})
