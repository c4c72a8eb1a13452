"""A Jupyter notebook as a page to read: its text, its code, and the outputs that it was saved with, not run again."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from builder.importers import _formulas, _markup
from builder.importers._frontmatter import Header
from builder.importers._single import single
from builder.importers._types import Body, Importer, Page, Piece, Reading
from builder.jsontext import Text, lines_of, read_json

_PICTURES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
}
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r$")
_LONGEST = 200
_ATTACHED = re.compile(r"\(attachment:([^\s)]+)")
_NOTICE = ("> [!note] Not re-run here", "> The outputs are those that the notebook was saved with.")


def accepts(page: Page) -> bool:
    """Notebooks of nbformat 4; older ones too, so that somebody asks for a newer one."""
    return _cells(page) is not None or '"worksheets"' in page.text


def _cells(page: Page) -> dict[str, Any] | None:
    try:
        notebook = read_json(page.text)
    except ValueError:
        return None
    return notebook if isinstance(notebook, dict) and isinstance(notebook.get("cells"), list) else None


def read(page: Page) -> Reading:
    """Make a note of a notebook; a post, if its file's name has a date."""
    notebook = _cells(page)
    written = {number for number, line in enumerate(page.raw, start=1) if line.strip()}
    if notebook is None:
        body = Body([], dropped=dict.fromkeys(written, "not a notebook of nbformat 4"))
        body.ask(0, "this is no notebook of nbformat 4; can Jupyter open and save it?")
        return body.reading([])
    maker = _Maker(page.path.stem, _language(notebook))
    for number, cell in enumerate(notebook["cells"], start=1):
        if isinstance(cell, dict):
            maker.cell(number, cell)
    body = Body(maker.pieces, dropped=maker.dropped)
    _formulas.convert(body)
    _markup.convert(body)
    reading = single(page, Header(), body)
    first = (
        replace(reading.drafts[0], body=_with_notice(reading.drafts[0].body), files=maker.files)
        if reading.drafts
        else None
    )
    drafts = (first, *reading.drafts[1:]) if first else ()
    used = frozenset().union(*(draft.lines for draft in drafts)) if drafts else frozenset()
    dropped = {line: reason for line, reason in reading.dropped.items() if line not in used}
    return replace(reading, drafts=drafts, dropped=dropped, metadata=frozenset(written - used - set(dropped)))


def _with_notice(body: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return (*(Piece(0, line) for line in _NOTICE), Piece(0, ""), *body)


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language") if isinstance(kernel, dict) else None
    return language if isinstance(language, str) and re.fullmatch(r"[\w+#-]+", language) else "python"


def _strings(value: Any) -> list[tuple[int, str]]:
    """Text that is one string or a list of them, as (line, text)."""
    parts = value if isinstance(value, list) else [value]
    return [
        (part.line, line)
        for part in parts
        if isinstance(part, Text) and part
        for line in str(part).removesuffix("\n").split("\n")
    ]


@dataclass(slots=True)
class _Maker:
    """Makes Markdown of cells."""

    stem: str
    language: str
    pieces: list[Piece] = field(default_factory=list)
    dropped: dict[int, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def cell(self, number: int, cell: dict[str, Any]) -> None:
        """Add a cell."""
        source = _strings(cell.get("source", ""))
        kind = cell.get("cell_type")
        if kind == "markdown":
            attached = cell.get("attachments")
            names = (
                {str(name): self._attach(str(name), bundle) for name, bundle in (attached or {}).items()}
                if isinstance(attached, dict)
                else {}
            )
            self._add(
                Piece(n if t.strip() else 0, _ATTACHED.sub(lambda m: f"(attachment:{names.get(m[1], m[1])}", t))
                for n, t in source
            )
        elif source:
            self._add(_fence(source, self.language if kind == "code" else "text"))
        outputs = cell.get("outputs") if isinstance(cell.get("outputs"), list) else []
        for output in outputs:
            if isinstance(output, dict):
                self._output(number, output)

    def _add(self, pieces: Iterator[Piece] | list[Piece]) -> None:
        self.pieces += [*pieces, Piece(0, "")]

    def _attach(self, name: str, bundle: Any) -> str:
        for kind, suffix in _PICTURES.items():
            if (
                isinstance(bundle, dict)
                and kind in bundle
                and self._file(f"{self.stem}-{name}".removesuffix(suffix) + suffix, bundle[kind], kind)
            ):
                return f"{self.stem}-{name}".removesuffix(suffix) + suffix
        return name

    def _file(self, name: str, written: Any, kind: str) -> bool:
        """Keep a picture as a file of its own."""
        text = (
            "".join(part for _, part in _strings(written))
            if kind != "image/svg+xml"
            else "\n".join(t for _, t in _strings(written))
        )
        try:
            self.files[name] = (
                text.encode() if kind == "image/svg+xml" else base64.b64decode("".join(text.split()), validate=True)
            )
        except (binascii.Error, ValueError):
            return False
        return bool(self.files[name])

    def _output(self, number: int, output: dict[str, Any]) -> None:
        """Add what a cell had printed, shown or raised."""
        if output.get("output_type") == "stream":
            self._text(_strings(output.get("text", "")))
        elif output.get("output_type") == "error":
            self._text([*_strings([*(output.get("traceback") or [output.get("evalue")])])])
        elif isinstance(output.get("data"), dict):
            self._data(number, output["data"])

    def _data(self, number: int, data: dict[str, Any]) -> None:
        """Add the best form of a result: a picture, text of Markdown, plain text; the others are dropped."""
        forms = [*_PICTURES, "text/markdown", "text/latex", "text/plain", "text/html"]
        for kind in (form for form in forms if form in data):
            shown = _strings(data[kind])
            if not shown:
                continue
            name = f"{self.stem}-cell-{number}-{len(self.files) + 1}{_PICTURES.get(kind, '')}"
            if kind in _PICTURES and self._file(name, data[kind], kind):
                self._add([Piece(shown[0][0], f"![Output of cell {number}](attachment:{name.replace(' ', '%20')})")])
            elif kind in ("text/markdown", "text/latex"):
                self._add([Piece(n if t.strip() else 0, t) for n, t in shown])
            elif kind in ("text/plain", "text/html"):
                self._text(shown)
            else:
                continue
            others = {line for form, value in data.items() if form != kind for line in lines_of(value)}
            self.dropped |= dict.fromkeys(others, f"another form of an output that is kept as {kind}")
            return

    def _text(self, lines: list[tuple[int, str]]) -> None:
        kept = [(number, _COLOURS.sub("", line).rpartition("\r")[2]) for number, line in lines[:_LONGEST]]
        if kept:
            self._add(_fence(kept, "text"))
        self.dropped |= {number: f"more than {_LONGEST} lines of output" for number, _ in lines[_LONGEST:]}


def _fence(lines: list[tuple[int, str]], language: str) -> list[Piece]:
    longest = max((len(run) for _, text in lines for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return [Piece(0, fence + language), *(Piece(n if t.strip() else 0, t) for n, t in lines), Piece(0, fence)]


IMPORTER = Importer("notebook", accepts, read, suffixes=(".ipynb",), order=10)
