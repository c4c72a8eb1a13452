"""Scatter plots over frames in a real Chromium, on a page of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import builder
from builder.outputs import OUTPUTS, Chart, Curve, Line, Panel, Points, Scatter, View

pytestmark = pytest.mark.browser

ASSETS = Path(builder.__file__).parent / "pages" / "assets"
SCRIPTS = ("core", "demos/demo", "demos/scrubber", "demos/scatter")
ADDRESS = "http://plots.example/"

STEPS = np.linspace(0, 1, 5)[:, None, None]
MOVING = Scatter(
    title="From noise to a line",
    panels=[
        Panel(
            title=name,
            points=[Points(name="made", positions=STEPS * [[0, 0], [1, 1], [2, 2]] + [[0, 1], [1, 0], [2, 1]])],
            curves=[Curve(name="truth", positions=[[0, 0], [2, 2]])],
        )
        for name in ("GAN", "Flow")
    ],
    frame_labels=[f"step {i}" for i in range(5)],
)


def html(kind: str, value: object) -> str:
    encoded = OUTPUTS[kind].encode(value)
    files = {file.name: file.data for file in encoded.files}
    return OUTPUTS[kind].to_html(View(id="v", alt=encoded.alt, params={}, files=files, urls={}))


@pytest.fixture
def show(chromium):
    """Show outputs in a demo call on a page without a theme: `page = show(html, width=390)`. Errors fail the test."""
    contexts, errors = [], []

    def open_page(body: str, *, fragment: str = "", width: int = 1440, still: bool = True, javascript: bool = True):
        css = "".join((ASSETS / "css" / f"{name}.css").read_text() for name in ("site", "demo", "plots"))
        scripts = "".join((ASSETS / "js" / f"{name}.js").read_text() for name in SCRIPTS)
        page_html = (
            f'<!doctype html><meta charset="utf-8"><style>html {{ font-size: 20px; }} {css}</style>'
            f'<body data-md-color-scheme="default" class="md-typeset"><figure class="sl-demo" data-call="plot">'
            f'<div class="sl-result">{body}</div></figure><script>{scripts}</script>'
        )
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            reduced_motion="reduce" if still else "no-preference",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.route("**/*", lambda route: route.fulfill(body=page_html, content_type="text/html"))
        page.goto(ADDRESS + fragment)
        if javascript:
            page.wait_for_function("!document.querySelector('[data-viewer]:not([data-mounted])')")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors


def outlines(page) -> list[str]:
    return page.locator("path[data-track]").evaluate_all("paths => paths.map(path => path.getAttribute('d'))")


def test_the_last_frame_drawn_by_the_script_is_the_one_drawn_in_the_page(show):
    markup = html("scatter", MOVING)
    drawn = outlines(show(markup))
    assert [f'd="{outline}"' in markup for outline in drawn] == [True, True]


def test_scrubbing_moves_every_panel_and_goes_to_the_address(show):
    page = show(html("scatter", MOVING))
    last = outlines(page)
    slider = page.get_by_role("slider", name="frame")
    slider.focus()
    page.keyboard.press("Home")
    assert [before != after for before, after in zip(last, outlines(page), strict=True)] == [True, True]
    assert slider.get_attribute("aria-valuetext") == "frame 0 of 4, step 0"
    assert page.url.endswith("#plot:frame=0")
    first = outlines(page)
    assert outlines(show(html("scatter", MOVING), fragment="#plot:frame=0")) == first != last


def test_playing_ends_at_the_last_frame(show):
    page = show(html("scatter", MOVING), still=False)
    last = outlines(page)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()
    assert outlines(page) == last


def test_without_a_script_the_first_and_middle_frames_stand_below_the_last(show):
    page = show(html("scatter", MOVING), javascript=False)
    captions = page.locator(".sl-panels > figure").first.locator("figcaption").all_inner_texts()
    assert captions == ["GAN", "step 0", "step 2"]
    assert page.locator(".sl-early svg").first.is_visible()


def test_numbers_are_legible_and_nothing_overflows_on_a_phone(show):
    lines = [Line(name=f"line {i}", x=range(50), y=np.arange(50) * 1000 * i) for i in range(6)]
    chart = Chart(title="Loss", x_label="step", y_label="nats", lines=lines)
    page = show(html("chart", chart) + html("scatter", MOVING), width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = page.locator(".sl-plot text").evaluate_all(
        "texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"
    )
    assert min(sizes) >= 11
    labels = page.locator(".sl-chart .sl-axis").last.locator("text")
    left = page.locator(".sl-chart svg").first.bounding_box()["x"]
    assert all(labels.nth(i).bounding_box()["x"] >= left for i in range(labels.count()))
