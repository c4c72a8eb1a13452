"""Pictures, films and foldable parts of old generators, written as this one has them."""

from __future__ import annotations

import html
import re

from builder.importers._types import Piece


def figure(source: str, alt: str, caption: str, *, in_html: bool = False) -> str:
    """A picture; its caption stands where this generator looks for one. Inside HTML it is a tag."""
    alt, caption = plain(alt), plain(caption)
    if in_html:
        shown = f'<img src="{html.escape(source)}" alt="{html.escape(alt or caption)}">'
        return f"{shown} <em>{html.escape(caption, quote=False)}</em>" if caption else shown
    title = f' "{caption}"' if caption else ""
    return f"![{alt or caption}]({source.replace(' ', '%20')}{title})"


def in_own_paragraph(piece: Piece) -> list[Piece]:
    """A line of Markdown; a picture with a caption stands in a paragraph of its own, as what shows the caption."""
    is_figure = piece.text.startswith("![") and piece.text.endswith('")')
    return [Piece(0, ""), piece, Piece(0, "")] if is_figure else [piece]


def plain(text: str) -> str:
    """A caption without marks and tags, with quotation marks that do not end it."""
    text = re.sub(r"<[^<>]{0,200}>|[*`]|(?<!\w)_|_(?!\w)", "", text)
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    return " ".join(html.unescape(text).replace('"', "'").replace("[", "(").replace("]", ")").split())


def film(service: str, name: str) -> str:
    """A link to a film."""
    name = name.rpartition("/")[2].rpartition("v=")[2]
    address = f"https://youtu.be/{name}" if service == "youtube" else f"https://vimeo.com/{name}"
    return f"[{address.removeprefix('https://')}]({address})"


def open_details(line: int, summary: str) -> list[Piece]:
    """What begins a part that can be folded."""
    shown = html.escape(plain(summary) or "Details", quote=False)
    return [Piece(0, ""), Piece(line, f"<details><summary>{shown}</summary>"), Piece(0, "")]


def close_details(line: int) -> list[Piece]:
    """What ends it."""
    return [Piece(0, ""), Piece(line, "</details>"), Piece(0, "")]
