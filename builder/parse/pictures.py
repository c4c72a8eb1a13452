"""Pictures and media in the text: their HTML, with the room they will need."""

from __future__ import annotations

import html
import posixpath
import re

from markdown_it.token import Token

from builder.parse.scan import link_form

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".ico")
_MEDIA = dict.fromkeys((".mp4", ".webm", ".ogv", ".mov"), "video") | dict.fromkeys((".mp3", ".ogg", ".wav"), "audio")
_SIZED = re.compile(r"(?:(.*)\|)?\s*(\d+)(?:x(\d+))?\s*")


def picture_html(
    form: str, target: str, *, address: str, text: str, title: str, size: tuple[int, int] | None
) -> tuple[str, bool]:
    """The HTML of a picture, of media or of a link to what is neither; and whether it is safe from the filter.

    text: the alternative, with `|400` or `|400x300` after it where the author says how wide it is to be.
    size: of the file, in pixels; so the page keeps its room while it loads.
    """
    found = _SIZED.fullmatch(text)
    alt, width, height = (found[1] or "", found[2], found[3]) if found else (text, "", "")
    address = html.escape(address)
    suffix = posixpath.splitext(target.partition("#")[0].partition("?")[0])[1].lower()
    is_data = target.lower().startswith("data:")
    if (link_form(target) == "url" and not is_data) or (form == "embed" and suffix not in (*_PICTURES, *_MEDIA)):
        name = alt or posixpath.basename(target) or target
        return f'<a href="{address}">{html.escape(name, quote=False)}</a>', False
    if suffix in _MEDIA and not is_data:
        tag = _MEDIA[suffix]
        return f'<{tag} controls src="{address}" title="{html.escape(alt)}"></{tag}>', True
    if size is not None:
        width, height = width or str(size[0]), height or str(round(int(width or size[0]) * size[1] / size[0]))
    wanted = {"alt": alt, "title": title, "width": width, "height": height}
    attributes = "".join(
        f' {key}="{html.escape(str(value))}"' for key, value in wanted.items() if value or key == "alt"
    )
    return f'<img src="{address}"{attributes} loading="lazy">', False


def caption_of(inline: Token) -> str:
    """The caption of a paragraph that is only a picture with a title; such a paragraph is a figure."""
    children = inline.children or []
    return str(children[0].attrGet("title") or "") if [child.type for child in children] == ["image"] else ""
