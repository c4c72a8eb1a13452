"""`make fonts FROM=FOLDER`: cuts the fonts of the site out of the published ones, and writes the style sheet that names them.

A page waits for its fonts, so each file holds what is used together: the letters of most languages, those of the others
in files that only pages with such letters ask for, and no weight that no style uses. The two faces of every first screen
vary between their two weights, which is smaller than a file for each; of the others most pages need one weight. The fonts
are renamed, as their licence (the SIL Open Font License, fonts/LICENSE.txt) asks of whoever changes them.

FOLDER holds, unpacked:

    npm pack @fontsource-variable/source-serif-4@5.3.1 @fontsource-variable/source-sans-3@5.3.0 \
             @fontsource-variable/source-code-pro@5.3.0
    apt-get download fonts-stix        # 1.1.1-4.1: STIXMath-Regular.otf

The same files in give the same bytes out.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ASSETS = Path(__file__).parent / "assets"
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "pnum", "tnum", "ssty", "dtls", "flac"]
STAND_INS = """\
/* What shows until a font has arrived: fonts that most systems have, stretched to the same widths and heights (mean
   advance over the log's own text). Text fonts are `optional`: one that comes late waits for the next page, since even a
   fallback of the same widths breaks some lines elsewhere, and a line more moves everything below. */
@font-face { font-family: "Studylog Serif Stand-in"; font-style: normal; font-weight: 501 900; src: local("Times New Roman Bold"), local("Liberation Serif Bold"), local("Tinos Bold"); size-adjust: 112.5%; ascent-override: 92.1%; descent-override: 29.8%; line-gap-override: 0%; }
@font-face { font-family: "Studylog Sans Stand-in"; font-style: normal; font-weight: 501 900; src: local("Arial Bold"), local("Liberation Sans Bold"), local("Arimo Bold"); size-adjust: 89.3%; ascent-override: 114.6%; descent-override: 44.8%; line-gap-override: 0%; }
@font-face { font-family: "Studylog Serif Stand-in"; font-style: normal; font-weight: 200 500; src: local("Times New Roman"), local("Liberation Serif"), local("Tinos"); size-adjust: 116.5%; ascent-override: 88.9%; descent-override: 28.8%; line-gap-override: 0%; }
@font-face { font-family: "Studylog Serif Stand-in"; font-style: italic; font-weight: 200 900; src: local("Times New Roman Italic"), local("Liberation Serif Italic"), local("Tinos Italic"); size-adjust: 107.6%; ascent-override: 96.3%; descent-override: 31.1%; line-gap-override: 0%; }
@font-face { font-family: "Studylog Sans Stand-in"; font-style: normal; font-weight: 200 500; src: local("Arial"), local("Liberation Sans"), local("Arimo"); size-adjust: 93.5%; ascent-override: 109.5%; descent-override: 42.8%; line-gap-override: 0%; }
@font-face { font-family: "Studylog Sans Stand-in"; font-style: italic; font-weight: 200 900; src: local("Arial Italic"), local("Liberation Sans Italic"), local("Arimo Italic"); size-adjust: 91.1%; ascent-override: 112.4%; descent-override: 43.9%; line-gap-override: 0%; }
"""


def between(*ranges: tuple[int, int] | int) -> frozenset[int]:
    """Characters, by ranges (both ends belong to them) and one by one."""
    spans = [(span, span) if isinstance(span, int) else span for span in ranges]
    return frozenset(point for first, last in spans for point in range(first, last + 1))


EUROPE = between((0x100, 0x17F), (0x218, 0x21B), 0x1E9E)
"""Latin letters of European languages beyond the first 256."""
COMMON = between(
    (0x20, 0x7E), 0xA0, 0xAC, 0xAF, 0xB0, 0xB1, 0xB7, 0xD7, 0xF7, 0x131, 0x237, (0x391, 0x3A9), (0x3B1, 0x3C9),
    0x3D1, 0x3D5, 0x3D6, 0x3F0, 0x3F1, 0x3F5, 0x2013,
    0x2016, 0x2022, 0x2026, 0x2032, 0x2033, 0x2044, 0x2061, 0x2062, 0x210E, 0x2113, (0x2190, 0x2193), 0x21A6, 0x21D2, 0x21D4, 0x2200,
    0x2202, 0x2203, 0x2205, (0x2207, 0x220B), 0x220F, 0x2211, 0x2212, 0x2213, 0x2217, 0x2218, 0x221A, 0x221D, 0x221E, 0x2223,
    0x2225, (0x2227, 0x222B), 0x223C, 0x2243, 0x2245, 0x2248, 0x2260, 0x2261,
    0x2264, 0x2265, 0x226A, 0x226B, 0x2282, 0x2283, 0x2286, 0x2287, 0x2295, 0x2297, 0x2299, 0x22A4, 0x22A5, 0x22C5, 0x22EE,
    0x22EF, 0x22F1, (0x2308, 0x230B), 0x23DE, 0x23DF, 0x27E8, 0x27E9, (0x1D434, 0x1D467), (0x1D6E2, 0x1D71B),
)  # fmt: skip
"""What most formulas are made of: digits, operators, arrows, fences, italic letters, Latin and Greek.

Small Greek letters are here upright too. They are shown in italics, but it is for what is written that a browser looks up
which files it needs: it would load all other symbols for an α."""
BOLD = between((0x1D400, 0x1D433))
LETTERS = between(
    0x210B, 0x210D, 0x2110, 0x2112, 0x2115, 0x2119, 0x211A, 0x211B, 0x211D, 0x2124, 0x212C, 0x2130, 0x2131, 0x2133,
    (0x1D49C, 0x1D4CF), (0x1D538, 0x1D56B),
)  # fmt: skip
"""Script and open letters: distributions, sets of numbers."""
OTHER = between(
    (0x300, 0x338), (0x370, 0x3FF), (0x2010, 0x214F), (0x2190, 0x23FF), (0x25A0, 0x25FF), (0x27C0, 0x27FF), (0x2900, 0x2AFF),
    (0x1D468, 0x1D49B), (0x1D504, 0x1D537), (0x1D6A4, 0x1D6E1), (0x1D7CE, 0x1D7E1),
)  # fmt: skip
"""All other symbols, and letters that are rare."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight or a span of them, and the spans that a style sheet may ask it for, with a rule for each."""

    limits: float | tuple[float, float] | None = None  # None: the source has one weight
    covers: tuple[str, ...] = ("",)


ONLY = {"": Weight()}
BOTH = {"": Weight((400, 600), ("400 700",))}  # one file that varies is smaller than two
APART = {"": Weight(400, ("400 500",)), "-bold": Weight(600, ("501 700",))}  # where most pages need only the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some characters of a face, which pages ask for together: a file, or one for each weight."""

    file: str
    source: str  # how the file that it is cut from is called
    family: str
    weights: Mapping[str, Weight]  # by what they add to the name of the file
    characters: Set[int] | None = None  # those of them that no earlier part of the face has; None: all
    italic: bool = False
    display: str = "optional"  # see "Text fonts are `optional`" in CONTRIBUTING


def text(family: str, file: str, source: str, *, weights: Mapping[str, Weight] = APART, **style) -> tuple[Part, ...]:
    """The parts of a text face, of which every page has the first.

    The rules of all parts cover the same spans of weights: a browser chooses a span, and looks for letters only there.
    """
    others = {"": Weight((400, 600), tuple(span for weight in weights.values() for span in weight.covers))}
    slope = "italic" if style.get("italic") else "normal"
    latin, rest = f"{source}-latin-wght-{slope}", f"{source}-latin-ext-wght-{slope}"
    return (
        Part(file=file, source=latin, family=family, weights=weights, **style),
        Part(file=f"{file}-europe", source=rest, family=family, characters=EUROPE, weights=others, **style),
        Part(file=f"{file}-more", source=rest, family=family, weights=others, **style),
    )


def mathematics(file: str, characters: Set[int]) -> Part:
    """A part of the font for formulas."""
    source, family = "STIXMath-Regular", "Studylog Math"
    return Part(file=file, source=source, family=family, weights=ONLY, characters=characters, display="swap")


PARTS = (
    *text("Studylog Serif", "serif", "source-serif-4", weights=BOTH),
    Part(file="serif-greek", source="source-serif-4-greek-wght-normal", family="Studylog Serif", weights=BOTH),
    *text("Studylog Serif", "serif-italic", "source-serif-4", italic=True),
    *text("Studylog Sans", "sans", "source-sans-3", weights=BOTH),
    *text("Studylog Sans", "sans-italic", "source-sans-3", italic=True),
    *text("Studylog Code", "code", "source-code-pro"),
    mathematics("math", COMMON),
    mathematics("math-bold", BOLD),
    mathematics("math-letters", LETTERS),
    mathematics("math-more", OTHER),
)


def main(folder: Path) -> None:
    """Write the fonts and css/fonts.css."""
    sources = {path.stem: path for path in folder.rglob("*") if path.suffix in (".woff2", ".otf")}
    for old in (ASSETS / "fonts").glob("*.woff2"):
        old.unlink()
    taken: dict[tuple[str, bool], Set[int]] = {}
    rules = []
    for part in PARTS:
        face = part.family, part.italic
        characters = set(TTFont(sources[part.source]).getBestCmap()) - taken.get(face, set())
        characters &= characters if part.characters is None else part.characters
        taken[face] = taken.get(face, set()) | characters
        for suffix, weight in part.weights.items():
            file = f"{part.file}{suffix}.woff2"
            cut(sources[part.source], part, weight, characters).save(ASSETS / "fonts" / file)
            rules += [rule(part, span, file, characters) for span in weight.covers]
    head = "/* Made by `make fonts` from fonts of Adobe and the STI Pub companies (see ../fonts/LICENSE.txt). */"
    (ASSETS / "css/fonts.css").write_text("\n".join([head, *rules, STAND_INS]), encoding="utf-8")


def cut(source: Path, part: Part, weight: Weight, characters: Set[int]) -> TTFont:
    """The font with some characters, some weights and a name of its own."""
    font = TTFont(source, recalcTimestamp=False)
    if weight.limits:
        instancer.instantiateVariableFont(font, {"wght": weight.limits}, inplace=True)
        font = reread(font)
    rename(font, part.family)
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"], layout_features=FEATURES)
    options.drop_tables += ["FFTM"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.flavor = "woff2"
    return font


def reread(font: TTFont) -> TTFont:
    """The font as it would be read from its file: the cutter stumbles over glyphs that the instancer has not written."""
    written = io.BytesIO()
    font.flavor = None
    font.save(written)
    return TTFont(io.BytesIO(written.getvalue()), recalcTimestamp=False)


def rename(font: TTFont, family: str) -> None:
    """The licence reserves the names `Source` and `STIX Fonts` for fonts that nobody changed; notices stay as they are."""
    file = family.replace(" ", "")
    names = {1: family, 2: "Regular", 3: family, 4: family, 6: file}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]
        elif record.nameID > 14:  # names of weights and of letters' forms
            font["name"].removeNames(nameID=record.nameID)
    if "CFF " in font:
        font["CFF "].cff.fontNames[0] = file
        top = font["CFF "].cff.topDictIndex[0]
        top.FullName = top.FamilyName = family


def rule(part: Part, span: str, file: str, characters: Set[int]) -> str:
    """The `@font-face` rule of a file for a span of weights."""
    lines = [
        f'font-family: "{part.family}"',
        *(["font-style: italic"] if part.italic else []),
        *([f"font-weight: {span}"] if span else []),
        f"font-display: {part.display}",
        f'src: url("../fonts/{file}") format("woff2")',
        f"unicode-range: {', '.join(ranges(characters))}",
    ]
    return "@font-face {\n" + "".join(f"  {line};\n" for line in lines) + "}"


def ranges(characters: Iterable[int]) -> Iterator[str]:
    """Characters as a style sheet writes them."""
    runs: list[list[int]] = []
    for point in sorted(characters):
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return (f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
