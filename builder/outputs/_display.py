"""Outputs of notebooks as HTML, drawn by mkdocs-jupyter's template for nbconvert.

Of that template a page gets what shows outputs. Its half megabyte of style sheets, its scripts and what these would
load from elsewhere stay behind; css/notebook.css has the few rules that its classes need here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from builder.harmless import keep_self_contained
from builder.model import Json
from builder.outputs._escape import plain

_END = "<!--end of cell-->"
_SHOWN = ("text/html", "text/markdown", "text/latex", "text/plain")  # the first that is there
_EMPTY_HEADING = re.compile(r"<th\b([^>]*)>\s*</th>")
_PICTURE = re.compile(r"[\w-]+\.(?:svg|png|webp)")
_TEMPLATE = """
{%- extends "mkdocs_html/notebook.html.j2" -%}
{% block header %}{% endblock %}
{% block body_header %}{% endblock %}
{% block codecell scoped %}
{% if cell.outputs %}{% block output_group scoped %}{{ super() }}{% endblock %}{% endif %}<!--end of cell-->
{% endblock %}
{% block data_png scoped %}
<div class="jp-RenderedImage jp-OutputArea-output">{{ output.data["image/png"] }}</div>
{% endblock %}
{% block data_html scoped %}
<div class="jp-RenderedHTML jp-OutputArea-output" role="group" aria-label="Output" tabindex="0">
{{ output.data["text/html"] | harmless }}
</div>
{% endblock %}
{% block data_markdown scoped %}
<div class="jp-RenderedMarkdown jp-OutputArea-output">
{{ output.data["text/markdown"] | markdown2html | harmless }}
</div>
{% endblock %}
{% block stream_stderr scoped %}
<details class="jp-OutputArea-output"><summary>Messages on stderr</summary>
<pre>{{ output.text | ansi2html }}</pre></details>
{% endblock %}
{% block body_footer %}{% endblock %}
{% block footer %}{% endblock %}
"""


def draw_outputs(cells: Sequence[Sequence[Json]]) -> list[str]:
    """Draw the outputs of each cell; a picture is an `<img>` whose address is the name of its file."""
    from mkdocs_jupyter.config import settings
    from nbconvert.exporters.html import HTMLExporter
    from nbformat import from_dict

    exporter = HTMLExporter(
        raw_template=_TEMPLATE,
        extra_template_paths=[settings.templates_dir],
        filters={"harmless": _harmless},
        exclude_input=True,
        exclude_anchor_links=True,
        exclude_output_prompt=True,
    )
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    for number, outputs in enumerate(cells, 1):
        drawable = [drawn for output in outputs if (drawn := _drawable(output, number))]
        cell = {"cell_type": "code", "id": f"cell-{number}", "source": "", "metadata": {}, "execution_count": number}
        notebook["cells"].append({**cell, "outputs": drawable})
    body, _ = exporter.from_notebook_node(from_dict(notebook))
    return [drawn.strip().replace("<pre>", '<pre tabindex="0">') for drawn in body.split(_END)[:-1]]


def _harmless(markup: str) -> str:
    """HTML of an output, filtered. A table's heading without words, as above an index, heads nothing: it is a cell."""
    return _EMPTY_HEADING.sub(r"<td\1></td>", keep_self_contained(markup))


def _drawable(output: Json, cell: int) -> Json:
    """An output as the template takes it, with the one form of it that is to be shown; None if it has none."""
    if output["output_type"] in ("stream", "error"):
        return output
    data = output.get("data", {})
    picture = next((name for name in output.get("files", {}).values() if _PICTURE.fullmatch(name)), "")
    if picture:
        shown = {"image/png": _image(output, picture, cell)}
    else:
        shown = {kind: data[kind] for kind in _SHOWN if data.get(kind)}
        shown = dict(list(shown.items())[:1])
    return {"output_type": "display_data", "metadata": {}, "data": shown} if shown else None


def _image(output: Json, name: str, cell: int) -> str:
    text = output.get("data", {}).get("text/plain", "")
    alt = plain(text, 600) if text and not text.startswith("<") else f"What code cell {cell} shows"
    size = "".join(f' {side}="{int(output[side])}"' for side in ("width", "height") if output.get(side))
    return f'<img src="{name}" alt="{html.escape(alt)}"{size} loading="lazy">'
