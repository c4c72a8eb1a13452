"""Heat maps, grids of images and tables: drawn compactly, described from the data, refused when they do not fit."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from test_outputs import HOSTILE, Elements, shown

from builder.outputs import OUTPUTS, Grid, HeatMap, Map, Table
from builder.outputs._numbers import number, short

ABC = ["a", "b", "c"]


def heat(values, *, rows=None, columns=None, details=None, **options) -> HeatMap:
    """A heat map of one map, with numbered rows and columns."""
    rows = rows or [str(i) for i in range(len(values))]
    columns = columns or [str(j) for j in range(len(values[0]))]
    return HeatMap(
        title="t", maps=[Map(title="m", values=values, rows=rows, columns=columns, details=details)], **options
    )


def cells_of(markup: str) -> dict[tuple[int, int], str]:
    """The shaded cells of the first drawing: (row, column) -> shade."""
    drawn = {}
    for shade, path in re.findall(r'<path class="sl-h(\w+)" d="([^"]*)"', markup.split("</svg>")[0]):
        x = y = 0
        for move, dx, dy, stroke, length in re.findall(r"([Mm])(-?[\d.]+) (-?[\d.]+)([hv])(\d+)", path):
            step = int(float(dx)), int(float(dy))
            x, y = step if move == "M" else (x + step[0], y + step[1])
            for _ in range(int(length)):
                drawn[y, x] = shade
                x, y = (x + 1, y) if stroke == "h" else (x, y + 1)
    return drawn


def test_a_sequential_map_shades_from_its_lowest_value_up():
    _, markup = shown("heatmap", heat([[0, 0.01, 0.5], [0.51, 1, 1]]))
    assert cells_of(markup) == {(0, 1): "1", (0, 2): "4", (1, 0): "5", (1, 1): "8", (1, 2): "8"}


def test_a_diverging_map_shades_both_ways_from_zero():
    _, markup = shown("heatmap", heat([[-4, -0.1, 0], [1, 1.01, float("nan")]], scale="diverging"))
    assert cells_of(markup) == {(0, 0): "n4", (0, 1): "n1", (1, 0): "p1", (1, 1): "p2", (1, 2): "none"}
    assert "blank is zero" in markup and "no value" in markup


@pytest.mark.parametrize(
    ("values", "options", "ends"),
    [
        ([[2, 3]], {}, (2, 3)),
        ([[2, 3]], {"low": 0, "high": 10}, (0, 10)),
        ([[2, 2]], {}, (0, 2)),
        ([[0, 0]], {}, (0, 1)),
        ([[-2, -2]], {}, (-2, 0)),
        ([[2, 2]], {"low": 5}, (5, 6)),
        ([[2, 2]], {"high": 1}, (0, 1)),
        ([[float("nan")]], {}, (0, 1)),
        ([[-1, 3]], {"scale": "diverging"}, (-3, 3)),
        ([[-1, 3]], {"scale": "diverging", "low": -5}, (-5, 5)),
        ([[0, 0]], {"scale": "diverging"}, (-1, 1)),
    ],
)
def test_the_scale_ends_where_the_values_end(values, options, ends):
    view, _ = shown("heatmap", heat(values, **options))
    content = view.json("heatmap.json")
    assert (content["low"], content["high"]) == ends


def test_random_cells_are_drawn_where_they_are():
    values = np.random.default_rng(0).random((9, 13))
    _, markup = shown("heatmap", heat(values, low=0, high=1))
    assert cells_of(markup) == {(i, j): str(int(np.ceil(values[i, j] * 8))) for i in range(9) for j in range(13)}


@pytest.mark.parametrize("turned", [False, True])
def test_runs_go_the_way_that_is_shorter(turned):
    stripes = np.tile(np.arange(20)[:, None] % 4, (1, 30))
    _, markup = shown("heatmap", heat(stripes.T if turned else stripes))
    shaded = {(i, j): {1: "3", 2: "6", 3: "8"}[i % 4] for i in range(20) for j in range(30) if i % 4}
    assert cells_of(markup) == {place[:: -1 if turned else 1]: shade for place, shade in shaded.items()}
    assert markup.index("</svg>") - markup.index("<svg") < 1_000


def test_a_large_map_stays_small():
    wave = np.sin(np.arange(100)[:, None] / 9) * np.cos(np.arange(100)[None] / 13)
    _, markup = shown("heatmap", heat(wave, scale="diverging"))
    assert len(markup[markup.index("<svg") : markup.index("</svg>")]) < 20_000
    noise = np.random.default_rng(0).random((100, 100))
    _, markup = shown("heatmap", heat(noise))
    assert len(markup[markup.index("<svg") : markup.index("</svg>")]) < 60_000 and len(markup) < 155_000


def test_values_travel_as_they_are_read_out():
    _, markup = shown("heatmap", heat([[0.25, -0.5, 1 / 3], [0, 0, 0], [float("nan"), 12345, 1e-7]]))
    assert ' data-values=".25 -.5 .3333 0*3 - 12,345 1e-07"' in markup
    assert ' data-cell="2.1"' in markup


def test_a_triangle_is_described():
    view, _ = shown("heatmap", heat([[1, 0, 0], [0.5, 0.6, 0], [0.2, 0.3, 0.7]], row_title="query", column_title="key"))
    assert view.alt == "t: 3 x 3 cells, from 0 to 1 (query 0, key 0); 33% of the values are zero; nothing above the diagonal; in 3 of 3 rows the highest value is on the diagonal."  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.eye(3), "nothing off the diagonal"),
        ([[1, 2, 3], [0, 4, 5], [0, 0, 6]], "nothing below the diagonal"),
        ([[1.5, 1.5]], "1 x 2 cells, each 1.5."),
        ([[float("nan")]], "1 x 1 cells, none with a value."),
        ([[1, float("nan")], [2, 3]], "1 cells have no value"),
        ([[1, 1], [0, 1], [0, 0]], "3 of 6 (50%) are 1, the others 0; from 100% of row 0 down to 0% of row 2."),
    ],
)
def test_what_a_map_shows_is_said(values, words):
    view, _ = shown("heatmap", heat(values))
    assert words in view.alt and OUTPUTS["heatmap"].to_text(view) == view.alt


def test_several_maps_share_a_scale_and_are_compared():
    maps = [Map(title=name, values=v, rows=["a"], columns=["x", "y"]) for name, v in (("old", [[0, 2]]), ("new", [[0, 8]]))]  # fmt: skip
    view, markup = shown("heatmap", HeatMap(title="t", maps=maps))
    assert view.alt == "t: 2 maps. old: 1 x 2 cells, from 0 (row a, column x) to 2 (row a, column y); 50% of the values are zero. new: 1 x 2 cells, from 0 (row a, column x) to 8 (row a, column y); 50% of the values are zero. “new” differs from “old” in 1 of 2 cells, most at row a, column y: 8 against 2."  # fmt: skip
    assert cells_of(markup) == {(0, 1): "2"}
    same = HeatMap(title="t", maps=[maps[0], maps[0]])
    assert shown("heatmap", same)[0].alt.endswith("“old” has the values of “old”.")


def test_a_small_map_has_all_its_values_in_a_table_and_a_large_one_its_rows_and_columns():
    _, markup = shown("heatmap", heat([[1, 2.5]], rows=["a"], columns=["x", "y"]))
    assert '<tr><th scope="row">a</th><td class="sl-num">1</td><td class="sl-num">2.5</td></tr>' in markup
    _, markup = shown("heatmap", heat(np.arange(420).reshape(20, 21)))
    assert "m: its 20 rows in short" in markup and "m: its 21 columns in short" in markup
    row = '<td class="sl-num">10</td><td class="sl-num">0</td><td>0</td><td class="sl-num">20</td><td>20</td></tr>'
    assert f'<tr><th scope="row">0</th>{row}' in markup


def test_details_of_the_extremes_can_be_read_without_a_script():
    details = [["one", "two"], ["three", "four"]]
    _, markup = shown("heatmap", heat([[1, 2], [3, 4]], details=details))
    assert "<p><b>4</b> four</p>" in markup
    assert '<tr><td>0</td><td>0</td><td class="sl-num">1</td><td>one</td></tr>' in markup


def test_at_most_every_label_that_fits_is_shown():
    _, markup = shown("heatmap", heat(np.zeros((100, 100))))
    down = re.search(r'<div class="sl-down"[^>]*>(.*?)</div>', markup)[1]
    assert re.findall("<bdi>(.*?)</bdi>", down) == [str(i) for i in range(0, 100, 5)]
    assert down.count('<i style="flex-grow:4"></i>') == 20
    _, markup = shown("heatmap", heat(np.zeros((24, 24))))
    assert markup.count("<bdi>") >= 24


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (heat([[1, 2]], columns=["a"]), "the map 'm' has 1 row labels and 1 column labels; its values are not 1 x 1"),
        (
            heat([[1]], details=[["a", "b"]]),
            "the map 'm' has 1 row labels and 1 column labels; its details are not 1 x 1",
        ),
        (heat([1, 2], columns=["a"]), "its values are not 2 x 1"),
        (heat(np.zeros((129, 1))), "the map 'm' has 129 x 1 cells; a map has 1 to 128 rows and columns"),
        (heat([[float("inf")]]), "the map 'm' has an infinite value; give NaN where there is none"),
        (heat([[1]], low=2, high=1), "the scale of a heat map goes from low to high, not from 2 to 1"),
        (HeatMap(title="t", maps=[]), "a heat map has one or more maps, with at most 32,768 cells together"),
    ],
)
def test_maps_that_do_not_fit_are_refused(value, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        OUTPUTS["heatmap"].encode(value)


def digits(R: int = 2, C: int = 3, side: int = 4) -> np.ndarray:
    """Images that get brighter row by row; the first is black."""
    levels = np.arange(R * C).reshape(R, C, 1, 1) * (255 // (R * C - 1))
    return np.broadcast_to(levels, (R, C, side, side)).astype(np.uint8)


def test_a_sprite_has_every_image_in_its_place():
    images = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 5), dtype=np.uint8)
    view, markup = shown("grid", Grid(title="t", images=images, rows=ABC[:2], columns=ABC))
    pixels = np.asarray(Image.open(io.BytesIO(view.files["images.png"])).convert("L"))
    assert pixels.shape == (8, 15)
    assert (pixels[4:, 10:] == images[1, 2]).all()
    assert '<canvas width="5" height="4"' in markup


def test_a_large_sprite_is_stored_with_sixteen_greys():
    images = np.random.default_rng(0).integers(0, 256, (20, 20, 28, 28), dtype=np.uint8)
    names = [str(i) for i in range(20)]
    view, _ = shown("grid", Grid(title="t", images=images, rows=names, columns=names))
    picture = Image.open(io.BytesIO(view.files["images.png"]))
    assert len(picture.getcolors()) == 16 and len(view.files["images.png"]) < 160_000
    assert abs(np.asarray(picture.convert("L"))[:28, :28].astype(int) - images[0, 0]).max() <= 9


@pytest.mark.parametrize("count", [1, 20])
def test_zero_is_grey_in_diverging_images_and_the_signs_have_colours(count):
    images = np.random.default_rng(0).integers(0, 256, (count, count, 28, 28), dtype=np.uint8)
    images[0, 0, 0, :3] = (0, 128, 255)
    names = [str(i) for i in range(count)]
    view, _ = shown("grid", Grid(title="t", images=images, rows=names, columns=names, diverging=True))
    pixels = np.asarray(Image.open(io.BytesIO(view.files["images.png"])).convert("RGB"))
    (red, _, blue), zero, (light_red, _, light_blue) = pixels[0, :3].astype(int)
    assert red > blue and light_blue > light_red and abs(zero - 140).max() <= 1


def test_a_grid_is_described_from_its_images():
    view, markup = shown("grid", Grid(title="t", images=digits(), rows=["p", "q"], columns=ABC, column_title="unit"))
    assert view.alt == "t: 2 x 3 images of 4 x 4 pixels; 1 of 6 are black; the brightest is at row q, unit c (100% on average); the darkest at row p, unit a (0%)."  # fmt: skip
    assert '<tr><th scope="row">p</th><td>0%</td><td>20%</td><td>40%</td></tr>' in markup
    assert [attrs["alt"] for tag, attrs in Elements(markup).found if tag == "img"] == [view.alt]
    same = Grid(title="t", images=digits()[:, [1, 1, 1]], rows=["p", "q"], columns=ABC)
    assert "2 of them are different" in shown("grid", same)[0].alt


def test_captions_can_be_read_without_a_script():
    captions = [["one", "two", "three"], ["four", "five", "six"]]
    _, markup = shown("grid", Grid(title="t", images=digits(), rows=["p", "q"], columns=ABC, captions=captions))
    assert '<tr><th scope="row">q</th><td>four</td><td>five</td><td>six</td></tr>' in markup


@pytest.mark.parametrize(
    ("images", "captions", "message"),
    [
        (
            digits().astype(float),
            None,
            "the grid 't' needs images uint8 (2 rows, 3 columns, height, width), not float64 (2, 3, 4, 4)",
        ),
        (digits(3, 3), None, "not uint8 (3, 3, 4, 4)"),
        (
            digits(side=500),
            None,
            "the grid 't' has 6 images, 1,500 x 1,000 pixels; a page takes 1,024 images, 4,096 pixels a side and 1,000,000 pixels together: show fewer or smaller images",
        ),
        (digits(), [["a"]], "the grid 't' has 2 x 3 images; its captions are not 2 x 3"),
    ],
)
def test_images_that_do_not_fit_are_refused(images, captions, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        OUTPUTS["grid"].encode(Grid(title="t", images=images, rows=["p", "q"], columns=ABC, captions=captions))


def checks() -> Table:
    """A check that fails, numbers of several libraries, and a hole."""
    rows = [["loss at start", True, np.float32(2.302585), 1234567], ["one <batch>", False, float("nan"), None]]
    return Table(title="Checks", columns=["check", "result", "loss", "steps"], rows=rows, notes=["In nats."])


def test_a_table_writes_checks_in_words_and_numbers_to_the_right():
    view, markup = shown("table", checks())
    assert '<th scope="col" class="sl-num">loss</th>' in markup
    first = '<td class="sl-holds">✓ holds</td><td class="sl-num">2.303</td><td class="sl-num">1,234,567</td>'
    assert f'<tr><th scope="row">loss at start</th>{first}</tr>' in markup
    second = '<td class="sl-fails">✗ fails</td><td class="sl-num">NaN</td><td class="sl-num">–</td>'
    assert f'<tr><th scope="row">one &lt;batch&gt;</th>{second}</tr>' in markup
    assert view.json("table.json")["rows"][0] == ["loss at start", True, 2.303, 1234567]


def test_a_table_says_what_fails():
    view, _ = shown("table", checks())
    assert view.alt == "Checks: a table of 2 rows and 4 columns: check, result, loss, steps. result: 1 of 2 hold; fails: “one <batch>”."  # fmt: skip
    assert OUTPUTS["table"].to_text(view).splitlines() == [
        "Checks",
        "loss at start: result ✓ holds, loss 2.303, steps 1,234,567",
        "one <batch>: result ✗ fails, loss NaN, steps –",
        "In nats.",
    ]


@pytest.mark.parametrize(
    ("columns", "rows", "message"),
    [
        (["a", "b"], [[1, 2], [1]], "row 2 of 't' has 1 cells for 2 columns"),
        (["a", "b"], [[1, [2]]], "row 1, column 'b': a cell is text, a number, True, False or None, not list"),
        (["a"], [], "the table 't' has 0 cells, not 1 to 4,000"),
    ],
)
def test_rows_that_do_not_fit_are_refused(columns, rows, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        OUTPUTS["table"].encode(Table(title="t", columns=columns, rows=rows))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (
            "heatmap",
            HeatMap(
                title=HOSTILE,
                row_title=HOSTILE,
                maps=[Map(title=HOSTILE, values=[[1]], rows=[HOSTILE], columns=[HOSTILE], details=[[HOSTILE]])] * 2,
            ),
        ),
        (
            "grid",
            Grid(
                title=HOSTILE,
                column_title=HOSTILE,
                images=digits(1, 2),
                rows=[HOSTILE],
                columns=[HOSTILE] * 2,
                captions=[[HOSTILE] * 2],
            ),
        ),
        ("table", Table(title=HOSTILE, columns=[HOSTILE], rows=[[HOSTILE]], notes=[HOSTILE])),
    ],
)
def test_hostile_text_stays_text(kind, value):
    view, markup = shown(kind, value)
    elements = Elements(markup).found
    assert "script" not in {tag for tag, _ in elements}
    assert [attrs["src"] for tag, attrs in elements if tag == "img"] in ([], ["runs/k/images.png"])
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on") or name == "style"]
    assert not set("\u202e\u202c\x00\x1b") & set(markup + view.alt + OUTPUTS[kind].to_text(view))
    assert "\n" not in markup


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456, "0.1235"),
        (3.0, "3"),
        (-0.0, "0"),
        (12345.678, "12,346"),
        (1e-7, "1e-07"),
        (1e20, "1e+20"),
        (2.5, "2.5"),
        (float("-inf"), "-∞"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text
    assert short(value) is None or number(short(value)) == text
