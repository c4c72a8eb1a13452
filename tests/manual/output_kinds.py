"""The note on what a demo may return, made from the kinds of output themselves: their words, examples and pictures."""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path

import builder
from builder.accents import accent_css
from builder.outputs import OUTPUTS, Encoded, Output, View
from builder.stage.bundle import bundle

ROOT = Path(__file__).parents[2]
NOTE = ROOT / "content" / "notes" / "what-a-demo-may-return.md"
PICTURES = ROOT / "content" / "assets" / "outputs"
ASSETS = Path(builder.__file__).parent / "pages" / "assets"
WIDTH = 640  # CSS pixels of a picture

HEAD = """\
---
title: What a demo may return
tags: [manual]
description: Every kind of output that a demo of this log can have, with the lines that make it and a picture of it.
---

A demo is a function, and what it returns decides what the page shows. The types are imported from `builder.outputs` and
are made with keyword arguments. A demo may return several, as in `-> tuple[Frames, Chart]`.

Arrays may be lists or anything that numpy can read, tensors on the CPU included. What does not fit, such as labels for
nine rows of ten, is refused while the demo runs, in words. Each kind describes itself for those who cannot see it, from
its own data, and can be read without JavaScript.
"""


def kinds() -> list[Output]:
    """The kinds that a demo constructs, by name."""
    return [output for output in OUTPUTS.values() if output.example is not None]


def note() -> str:
    """The whole note as Markdown."""
    return HEAD + "".join(_section(output) for output in kinds())


def _section(output: Output) -> str:
    words = inspect.getdoc(inspect.getmodule(output.encode)) or ""
    alt = encode(output).alt.replace("[", "(").replace("]", ")").replace('"', "")
    return (
        f"\n## {output.type.__name__}\n\n{_one_line(words)}\n\n```python\n{_code(output)}\n```\n\n"
        f"![{_one_line(alt)}](../assets/outputs/{output.name}.png)\n\n"
        f"{_one_line(inspect.getdoc(output.type) or '')}\n"
    )


def _code(output: Output) -> str:
    """The body of the example without its docstring, as a demo would have it."""
    source = textwrap.dedent(inspect.getsource(output.example))
    function = ast.parse(source).body[0]
    first = function.body[1]
    return textwrap.dedent("\n".join(source.splitlines()[first.lineno - 1 :]))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def encode(output: Output) -> Encoded:
    """The example of a kind, as it would be recorded."""
    return output.encode(output.example())


def page(output: Output, folder: Path) -> str:
    """An HTML page in `folder` that shows the example as a site would."""
    encoded = encode(output)
    for file in encoded.files:
        (folder / file.name).write_bytes(file.data)
    files = {file.name: file.data for file in encoded.files}
    view = View(id="example", alt=encoded.alt, params={}, files=files, urls={name: name for name in files})
    assets = {
        path.relative_to(ASSETS).as_posix(): path.read_bytes()
        for path in ASSETS.rglob("*")
        if path.suffix in (".css", ".js") and "vendor" not in path.parts
    }
    joined = bundle({**assets, "css/accent.css": accent_css("teal").encode()}, fonts=False)
    style = joined.files[joined.style].decode()
    script = "".join(joined.files[joined.scripts[folder]].decode() for folder in ("js", "demos"))
    return (
        f'<!doctype html><meta charset="utf-8"><style>html {{ font-size: 125%; }} body {{ margin: 0; }} {style}'
        '.sl-demo.sl-demo { margin: 0 !important; }</style><body data-md-color-scheme="default">'
        '<article class="md-typeset"><figure class="sl-demo" data-call="example"><div class="sl-result">'
        f"{output.to_html(view)}</div></figure></article><script>{script}</script></body>"
    )
