"""Heat maps and grids of images, used with keys, mouse and finger."""

from __future__ import annotations

import numpy as np
import pytest

import builder
from builder.outputs import OUTPUTS, Grid, HeatMap, Map, View

pytestmark = pytest.mark.browser

ASSETS = builder.__path__[0] + "/pages/assets"
SCRIPTS = ("core", "demos/demo", "demos/cells", "demos/heatmap", "demos/grid")
STYLES = ("site", "demo", "maps")
ADDRESS = "http://maps.test/"

VALUES = np.arange(12).reshape(3, 4) / 8
MAP = Map(title="one", values=VALUES, rows=["a", "b", "c"], columns=["w", "x", "y", "z"])
OTHER = Map(title="two", values=VALUES[::-1], rows=["a", "b", "c"], columns=["w", "x", "y", "z"])
SMALL = Map(title="small", values=[[5, 6]], rows=["d"], columns=["u", "v"])
CAPTIONS = [[f"caption {i}{j}" for j in range(4)] for i in range(3)]
IMAGES = (np.arange(12, dtype=np.uint8).reshape(3, 4, 1, 1) * 20 + np.zeros((1, 1, 8, 8), np.uint8)).astype(np.uint8)
GRID = Grid(title="g", images=IMAGES, rows=["a", "b", "c"], columns=["w", "x", "y", "z"], captions=CAPTIONS)


def asset(kind: str, name: str) -> str:
    with open(f"{ASSETS}/{kind}/{name}.{kind}", encoding="utf-8") as file:
        return file.read()


@pytest.fixture
def show(chromium):
    """Open a page with outputs in one demo call: `page = show(("heatmap", value), state="cell=2.3")`."""
    contexts, troubles = [], []

    def open_page(*outputs, state: str = "", touch: bool = False):
        files, parts = {}, []
        for number, (kind, value) in enumerate(outputs):
            encoded = OUTPUTS[kind].encode(value)
            data = {file.name: file.data for file in encoded.files}
            urls = {name: f"{number}-{name}" for name in data}
            files |= {urls[name]: content for name, content in data.items()}
            parts.append(OUTPUTS[kind].to_html(View("v", encoded.alt, {}, data, urls)))
        styles = "".join(f"<style>{asset('css', name)}</style>" for name in STYLES)
        script = "".join(asset("js", name) for name in SCRIPTS)
        files[""] = (
            f'<!doctype html><html lang="en"><title>t</title>{styles}<body class="md-typeset" data-md-color-scheme="default">'
            f'<figure class="sl-demo" data-call="call"><div class="sl-result">{"".join(parts)}</div></figure><script>{script}</script>'
        ).encode()
        context = chromium.new_context(viewport={"width": 390 if touch else 1000, "height": 900}, has_touch=touch)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.route("**/*", lambda route: route.fulfill(body=files.get(route.request.url.removeprefix(ADDRESS), b"")))
        page.goto(f"{ADDRESS}#call:{state}" if state else ADDRESS)
        page.wait_for_function("!document.querySelector('[data-viewer]:not([data-mounted])')")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def said(page, number: int = 0) -> list[str]:
    return page.locator(".sl-says > :first-child").nth(number).locator("p").all_inner_texts()


def centre(page, row: int, column: int, number: int = 0) -> tuple[float, float]:
    """Where a cell of a board of 3 x 4 cells is on the screen."""
    box = page.locator(".sl-cursor").nth(number).bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / 4, box["y"] + (row + 0.5) * box["height"] / 3


def shade(page) -> int:
    """The grey of the large image."""
    return page.locator("canvas").evaluate("canvas => canvas.getContext('2d').getImageData(2, 2, 1, 1).data[0]")


def test_a_map_starts_at_its_highest_value_and_keys_move(show):
    page = show(("heatmap", HeatMap(title="t", maps=[MAP], row_title="row of", column_title="to")))
    assert said(page) == ["row of c, to z", "1.375"]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert said(page) == ["row of c, to y", "1.25"]
    page.keyboard.press("Control+Home")
    assert said(page) == ["row of a, to w", "0"]
    page.keyboard.press("ArrowUp")
    assert said(page) == ["row of a, to w", "0"]
    page.keyboard.press("PageDown")
    page.keyboard.press("End")
    assert said(page) == ["row of b, to z", "0.875"]
    says = page.locator(".sl-says > :first-child")
    assert says.get_attribute("aria-live") == "polite"
    assert page.locator("[role=gridcell]").get_attribute("aria-label") == "row of b, to z: 0.875"
    page.wait_for_function("location.hash === '#call:cell=2.4'")


def test_hovering_a_map_shows_a_cell_silently_until_the_mouse_leaves(show):
    page = show(("heatmap", HeatMap(title="t", maps=[MAP])))
    page.mouse.move(*centre(page, 1, 2))
    assert said(page) == ["row b, column y", "0.75"]
    assert page.locator(".sl-says > :first-child").get_attribute("aria-live") == "off"
    page.mouse.move(0, 0)
    assert said(page) == ["row c, column z", "1.375"]
    page.mouse.click(*centre(page, 0, 1))
    page.mouse.move(0, 0)
    assert said(page) == ["row a, column x", "0.125"]


def test_maps_of_one_shape_are_compared_cell_by_cell(show):
    page = show(("heatmap", HeatMap(title="t", maps=[MAP, OTHER])), state="cell=1.2")
    assert said(page) == ["row a, column x", "one 0.125", "two 1.125"]
    page.mouse.click(*centre(page, 2, 3, number=1))
    assert said(page) == ["row c, column z", "one 1.375", "two 0.375"]


def test_maps_of_different_shapes_have_a_cursor_each(show):
    page = show(("heatmap", HeatMap(title="t", maps=[MAP, SMALL])), state="cell=1.2.2")
    assert said(page) == ["row d, column v", "small 6"]
    page.mouse.click(*centre(page, 1, 0))
    assert said(page) == ["row b, column w", "one 0.5"]
    page.wait_for_function("location.hash === '#call:cell=2.1.1'")


def test_a_cell_that_does_not_exist_is_not_shown(show):
    page = show(("heatmap", HeatMap(title="t", maps=[MAP])), state="cell=9.x")
    assert said(page) == ["row c, column z", "1.375"]


def test_dragging_across_a_grid_shows_image_after_image(show):
    page = show(("grid", GRID))
    assert said(page) == ["row b, column y", "caption 12"] and shade(page) == 120
    page.mouse.move(*centre(page, 0, 0))
    page.mouse.down()
    assert said(page) == ["row a, column w", "caption 00"] and shade(page) == 0
    for column in range(4):
        page.mouse.move(*centre(page, 2, column))
        assert said(page) == [f"row c, column {'wxyz'[column]}", f"caption 2{column}"]
    page.mouse.up()
    assert shade(page) == 220
    page.keyboard.press("ArrowUp")
    assert said(page) == ["row b, column z", "caption 13"]
    page.wait_for_function("location.hash === '#call:cell=2.4'")


def test_a_tap_chooses_an_image_and_makes_the_grid_draggable(show):
    page = show(("grid", GRID), touch=True)
    action = "cursor => getComputedStyle(cursor).touchAction"
    assert page.locator(".sl-cursor").evaluate(action) == "pan-y"
    page.touchscreen.tap(*centre(page, 0, 3))
    assert said(page) == ["row a, column z", "caption 03"]
    assert page.locator(".sl-cursor").evaluate(action) == "none"


def test_two_pictures_of_a_call_have_an_address_each(show):
    page = show(("heatmap", HeatMap(title="t", maps=[MAP])), ("grid", GRID), state="cell=1.1&cell2=3.1")
    assert said(page, 0) == ["row a, column w", "0"] and said(page, 1) == ["row c, column w", "caption 20"]
    page.mouse.click(*centre(page, 0, 0, number=1))
    page.wait_for_function("location.hash === '#call:cell=1.1&cell2=1.1'")


def test_nothing_below_moves_as_other_cells_are_shown(show):
    long = [["short", "a detail that is so long that it needs more than one line of the page " * 2], ["", ""]]
    maps = [Map(title="m", values=[[1, 2], [3, 4]], rows=["a", "b"], columns=["c", "d"], details=long)]
    page = show(("heatmap", HeatMap(title="t", maps=maps)), ("grid", GRID), touch=True)
    height = page.evaluate("document.body.scrollHeight")
    page.keyboard.press("Tab")
    for key in ("ArrowUp", "ArrowLeft", "ArrowDown", "Home"):
        page.keyboard.press(key)
        assert page.evaluate("document.body.scrollHeight") == height
