"""The files that notebooks' pages offer: each notebook as its author wrote it, and as it was executed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence

from builder.model import Cell, Document, Json, StaticFile
from builder.outputs import View
from builder.outputs.notebook import FILE
from builder.pages import PageMaker, Site
from builder.pages._notebook import decision_of, files_of, match_outputs, recorded_view


def make(site: Site) -> Iterator[StaticFile]:
    """Make one or two files for each notebook."""
    for document in site.library.documents:
        if document.cells:
            written, *executed = files_of(document, executed=True).values()
            yield StaticFile(written, (site.config.root / document.source.path).read_bytes())
            notebook = _executed(site, document)
            if notebook is not None:
                text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
                yield StaticFile(executed[0], f"{text}\n".encode())


def _executed(site: Site, document: Document) -> Json | None:
    """A notebook with its recorded outputs in nbformat's form; None without a record."""
    decision = decision_of(site, document)
    view = recorded_view(site, decision, page_url=document.url) if decision else None
    if view is None or decision is None:
        return None
    recorded = [[_output(output, view) for output in cell["outputs"]] for cell in view.json(FILE)["cells"]]
    outputs = match_outputs(view, decision, recorded)
    cells = [_cell(cell, number, outputs.get(cell.number, [])) for number, cell in enumerate(document.cells, 1)]
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": [f"# {document.title}"]}
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {
            "name": "python",
            "version": decision.shown.provenance.versions["python"],
        },
    }
    return {"cells": [title, *cells], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: Cell, number: int, outputs: Sequence[Json]) -> Json:
    metadata = {name: value for name, value in (("tags", list(cell.tags)), ("alt", cell.alt)) if value}
    written = {
        "cell_type": cell.type,
        "id": f"cell-{number}",
        "metadata": metadata,
        "source": cell.text.splitlines(keepends=True),
    }
    if cell.type != "code":
        return written
    numbered = [
        {**output, "execution_count": cell.number} if output["output_type"] == "execute_result" else output
        for output in outputs
    ]
    return {**written, "execution_count": cell.number or None, "outputs": numbered}


def _output(output: Json, view: View) -> Json:
    """A recorded output as nbformat has it: its picture inside."""
    if output["output_type"] in ("stream", "error"):
        return output
    data = dict(output["data"])
    for kind, name in output.get("files", {}).items():
        content = view.files[name]
        data[kind] = content.decode() if kind == "image/svg+xml" else base64.b64encode(content).decode()
    return {"output_type": output["output_type"], "metadata": {}, "data": data}


PAGE = PageMaker("notebooks", make)
