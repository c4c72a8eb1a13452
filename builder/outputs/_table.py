"""The numbers behind a picture, folded away below it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence


def data_table(summary: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    """Return a folded table; `columns` and `rows` (complete `<tr>` elements) are HTML, `summary` is plain text."""
    name = html.escape(summary)
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        f'<details class="sl-data" data-search-exclude><summary>{name}</summary>'
        f'<div class="sl-scroll" role="group" aria-label="{name}" tabindex="0"><table class="sl-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )
