"""Drawings of notebooks, cut down to what draws: no script, nothing from elsewhere, no date of making."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DRAWING = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath image style title desc"
    " clipPath mask pattern marker linearGradient radialGradient stop filter feGaussianBlur feOffset feMerge"
    " feMergeNode feColorMatrix feFlood feComposite feBlend".split()
)
_LOADS = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|javascript:", re.IGNORECASE)
_LENGTH = re.compile(r"([\d.]+)(pt|px|in|cm|mm)?")
_PIXELS = {None: 1, "px": 1, "pt": 96 / 72, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4}


def clean_svg(markup: str) -> tuple[str, int, int]:
    """Return a drawing without anything that runs or loads, and its width and height in pixels (0 if it does not say).

    Raises ValueError if it is no SVG.
    """
    try:
        root = ElementTree.fromstring(markup)
    except (ElementTree.ParseError, ValueError) as error:
        raise ValueError(f"a drawing is no SVG: {error}") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("a drawing is no SVG: its root is another element")
    _clean(root)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    text = ElementTree.tostring(root, encoding="unicode")
    return f"{text}\n", _pixels(root.get("width", "")), _pixels(root.get("height", ""))


def _clean(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        plain = name.rpartition("}")[2].lower()
        inside = plain != "href" or re.match(r"#|data:image/(png|jpeg|webp);base64,", value)
        if plain.startswith("on") or not inside or _LOADS.search(value):
            del element.attrib[name]
    if not (element.text or "").strip():
        element.text = None
    for child in list(element):
        child.tail = child.tail if (child.tail or "").strip() else None
        namespace, _, name = child.tag[1:].rpartition("}") if isinstance(child.tag, str) else ("", "", "")
        if namespace != _SVG or name not in _DRAWING or (name == "style" and _LOADS.search(child.text or "")):
            element.remove(child)
        else:
            _clean(child)


def _pixels(length: str) -> int:
    match = _LENGTH.fullmatch(length.strip())
    return round(float(match[1]) * _PIXELS[match[2]]) if match else 0
