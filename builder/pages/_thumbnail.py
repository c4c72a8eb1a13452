"""What stands for a demo in the gallery: the first picture of its result, or the beginning of it in words."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from builder.model import Decision
from builder.outputs._escape import plain
from builder.pages import Site
from builder.pages._memo import to_html
from builder.pages._runs import state_text, views

CHARACTERS = 180
_NOT_PICTURES = {"sl-keys", "sl-legend"}


def thumbnail(decision: Decision, *, site: Site, page_url: str) -> Markup:
    """Return the picture for a recorded state, hidden from assistive technology: the card beside it says it in words."""
    for kind, view in views(decision, site=site, page_url=page_url):
        result = LexborHTMLParser(to_html(kind, view)).css_first(".sl-viewer")
        picture = next((node for node in result.css("svg, img") if _is_picture(node)), None) if result else None
        if picture is not None:
            return Markup(f'<div class="sl-thumb" aria-hidden="true">{_within(picture, _still(picture))}</div>')
    text = plain(state_text(decision, site=site), CHARACTERS)
    return Markup('<div class="sl-thumb sl-thumb--text" aria-hidden="true"><p>{}</p></div>').format(text)


def _is_picture(node: LexborNode) -> bool:
    """Tell whether a drawing is a result, and no key to one and nothing folded away."""
    return not any(parent.tag == "details" or _NOT_PICTURES & _classes(parent) for parent in _parents(node))


def _within(picture: LexborNode, html: str) -> str:
    """Put a picture into boxes with the classes that it was in, since the style sheet goes by them."""
    for parent in _parents(picture):
        if _classes(parent):
            html = f'<div class="{" ".join(sorted(_classes(parent)))}">{html}</div>'
    return html


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    while (parent := node.parent) is not None:
        yield parent
        node = parent


def _classes(node: LexborNode) -> set[str]:
    return set((node.attributes.get("class") or "").split())


def _still(picture: LexborNode) -> str:
    """The picture alone: it is neither described nor reached a second time."""
    for name in ("role", "aria-label", "tabindex", "id"):
        if name in picture.attributes:
            del picture.attrs[name]
    if picture.tag == "img":
        picture.attrs["alt"] = ""
        picture.attrs["loading"] = "lazy"
    return picture.html or ""
