"""Link cards: the picture, 1200 by 630, that stands for a page where its address is shared. Drawn with the site's fonts.

A card has at most sixteen colours, from ink to paper and the accent, so that it is small. A title that no font here can
write is left out, and the line at the foot takes its place: better than a row of empty boxes.
"""

from __future__ import annotations

import functools
import io
import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from builder.accents import PAPER

WIDTH, HEIGHT = 1200, 630
MARGIN, LEFT, BAR = 72, 96, 28
INK = "#24221e"  # as in site.css
SHADES = 15  # from ink to paper; one more colour is the accent
SOFT = 95  # how far the small type is from black, of 255
TITLE_SIZES = (76, 64, 54)
TITLE_BOX = (WIDTH - LEFT - MARGIN, 330)
LEADING = 1.16

OTHER = "other"  # asked of DejaVu: what none of the files of the site's own font has
_FONT_FACE = re.compile(
    r'font-family: "Studylog Serif";\n  font-weight.*?/(serif[\w-]*\.woff2).*?unicode-range: (.*?);', re.DOTALL
)


def draw_card(*, above: str, title: str, foot: str, accent: str) -> bytes:
    """Draw a card as a PNG: a line above the title, the title, a line at the foot, and the accent (`#rrggbb`) beside them.

    The same words give the same bytes.
    """
    page = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(page)
    _write(draw, _drawable(above), y=MARGIN, size=34, fill=SOFT)
    title, foot = _drawable(title), _drawable(foot)
    size, lines = _fit(title or foot)
    top = MARGIN + 34 + (TITLE_BOX[1] - len(lines) * size * LEADING) / 2 + 30
    for number, line in enumerate(lines):
        _write(draw, line, y=round(top + number * size * LEADING), size=size, fill=0)
    _write(draw, foot if title else "", y=HEIGHT - MARGIN - 40, size=34, fill=SOFT)
    coloured = page.point([min(SHADES - 1, value * SHADES // 256) for value in range(256)])
    coloured.putpalette(_palette(accent))
    ImageDraw.Draw(coloured).rectangle((0, 0, BAR - 1, HEIGHT), fill=SHADES)
    out = io.BytesIO()
    coloured.save(
        out, "PNG", bits=4, compress_type=zlib.Z_RLE
    )  # large even areas: smaller than level 6, in half the time
    return out.getvalue()


def helper(setup: None = None) -> Callable[[tuple[str, Mapping[str, str]]], None]:
    """What draws cards, each given by its file and its words; in other processes too (builder.apart)."""

    def draw(card: tuple[str, Mapping[str, str]]) -> None:
        file = Path(card[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(draw_card(**card[1]))

    return draw


def _palette(accent: str) -> list[int]:
    """The colours of a card: shades from ink to paper, then the accent."""
    ink, paper = _rgb(INK), _rgb(PAPER["light"])
    shades = [round(a + (b - a) * n / (SHADES - 1)) for n in range(SHADES) for a, b in zip(ink, paper, strict=True)]
    return [*shades, *_rgb(accent)]


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _fit(text: str) -> tuple[int, list[str]]:
    """The largest size at which a title fits, and its lines; in the smallest, what is too much is cut."""
    for size in TITLE_SIZES:
        lines = _wrap(text, size)
        room = int(TITLE_BOX[1] / (size * LEADING))
        if len(lines) <= room and all(_width(line, size) <= TITLE_BOX[0] for line in lines):
            return size, lines
    return size, [*lines[: room - 1], lines[room - 1].rpartition(" ")[0] + " …"] if len(lines) > room else lines


def _wrap(text: str, size: int) -> list[str]:
    """Break a text between words, and a word that is too long for a line within it."""
    lines: list[str] = []
    for word in text.split():
        while _width(word, size) > TITLE_BOX[0]:
            cut = next(n for n in range(len(word) - 1, 0, -1) if _width(word[:n], size) <= TITLE_BOX[0])
            lines.append(word[:cut])
            word = word[cut:]
        if lines and _width(f"{lines[-1]} {word}", size) <= TITLE_BOX[0]:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _write(draw: ImageDraw.ImageDraw, text: str, *, y: int, size: int, fill: int) -> None:
    """Write one line; a line that runs from right to left begins at the right."""
    if _is_rtl(text):
        font = _font(OTHER, size)
        draw.text((WIDTH - MARGIN, y), text, font=font, fill=fill, anchor="ra", direction="rtl")
        return
    x, ascent = float(LEFT), _font(_face(" "), size).getmetrics()[0]
    for face, run in _runs(text):
        font = _font(face, size)
        draw.text((x, y + ascent), run, font=font, fill=fill, anchor="ls")
        x += font.getlength(run)


def _width(text: str, size: int) -> float:
    if _is_rtl(text):
        return _font(OTHER, size).getlength(text, direction="rtl")
    return sum(_font(face, size).getlength(run) for face, run in _runs(text))


def _runs(text: str) -> list[tuple[str, str]]:
    """A text cut where its font changes."""
    runs: list[tuple[str, str]] = []
    for char in text:
        face = _face(char)
        if runs and runs[-1][0] == face:
            runs[-1] = (face, runs[-1][1] + char)
        else:
            runs.append((face, char))
    return runs


@functools.cache
def _face(char: str) -> str:
    """The file of the site's font that has a character, as its style sheet says."""
    return next((file for file, codes in _faces().items() if any(ord(char) in some for some in codes)), OTHER)


@functools.cache
def _faces() -> dict[str, list[range]]:
    """The files of the upright serif, each with the code points in it."""
    style = (files("builder.pages") / "assets/css/fonts.css").read_text(encoding="utf-8")
    faces: dict[str, list[range]] = {}
    for file, written in _FONT_FACE.findall(style):
        ends = [[int(end, 16) for end in codes.strip().removeprefix("U+").split("-")] for codes in written.split(",")]
        faces[file] = [range(codes[0], codes[-1] + 1) for codes in ends]
    return faces


def _is_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)


def _drawable(text: str) -> str:
    """A text as it can be written: without symbols that no font has; empty if a letter is missing."""
    known = [char for char in text if _face(char) != OTHER or ord(char) in _others()]
    missing = {unicodedata.category(char)[0] for char in text} - {"S", "C", "Z"} if len(known) < len(text) else set()
    lost = [char for char in text if char not in known and unicodedata.category(char)[0] in missing]
    if lost or (_is_rtl(text) and not features.check("raqm")):
        return ""
    return " ".join("".join(known).split())


@functools.cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    if face == OTHER:
        return ImageFont.truetype(str(_dejavu()), round(size * 0.84))
    data = (files("builder.pages") / "assets/fonts" / face).read_bytes()
    font = ImageFont.truetype(io.BytesIO(data), size)
    font.set_variation_by_axes([600 if size > 40 else 400])
    return font


@functools.cache
def _others() -> frozenset[int]:
    """The code points that DejaVu has; it is only opened for a text that needs it."""
    from fontTools.ttLib import TTFont

    with TTFont(_dejavu(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _dejavu() -> Path:
    """DejaVu, which comes with matplotlib: Cyrillic, Hebrew, Arabic, Armenian, Georgian and signs."""
    package = Path(find_spec("matplotlib").origin).parent
    return package / "mpl-data" / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
