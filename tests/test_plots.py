"""Charts, bars and scatter plots: drawn once for light and dark, described from their numbers."""

from __future__ import annotations

import base64
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_outputs import HOSTILE, Elements, shown

import builder
from builder.kept import Kept
from builder.model import Artifact, OutputRecord
from builder.outputs import OUTPUTS, Bars, Chart, Curve, Group, Line, Panel, Points, Scatter
from builder.outputs._marks import SERIES
from builder.outputs._panels import LEVELS
from builder.pages._memo import memo_for

CSS = Path(builder.__file__).parent / "pages" / "assets" / "css"


def chart(*lines: Line, **options: object) -> Chart:
    return Chart(**{"title": "Loss", "x_label": "step", "y_label": "nats", "lines": lines, **options})


def line(y: list[float], *, x: list[float] | None = None, name: str = "train", **options: object) -> Line:
    return Line(name=name, x=range(len(y)) if x is None else x, y=y, **options)


def scatter(*panels: Panel, **options: object) -> Scatter:
    return Scatter(**{"title": "Moons", "panels": panels, **options})


def paths(markup: str) -> list[dict[str, str]]:
    return [attributes for tag, attributes in Elements(markup).found if tag == "path"]


FRAMES = np.array([[[0.0, 0.0], [1.0, 1.0]], [[0.0, 2.0], [2.0, 2.0]], [[4.0, 4.0], [4.0, 0.0]]])
MOVING = scatter(
    Panel(
        title="GAN", points=[Points(name="made", positions=FRAMES)], curves=[Curve(name="edge", positions=FRAMES[0])]
    ),
    frame_labels=["a", "b", "c"],
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("chart", chart(line([1, 2], name=HOSTILE), title=HOSTILE, x_label=HOSTILE, y_label=HOSTILE)),
        ("bars", Bars(title=HOSTILE, x_label=HOSTILE, y_label=HOSTILE, names=[HOSTILE], groups=[Group(name=HOSTILE, values=[1])] * 2)),
        (
            "scatter",
            scatter(
                Panel(title=HOSTILE, points=[Points(name=HOSTILE, positions=FRAMES)]),
                title=HOSTILE, frame_labels=[HOSTILE] * 3, x_label=HOSTILE, y_label=HOSTILE,
            ),
        ),
    ],
)  # fmt: skip
def test_hostile_text_stays_text_in_a_plot(kind, value):
    view, markup = shown(kind, value)
    elements = Elements(markup).found
    assert {"script", "img"}.isdisjoint(tag for tag, _ in elements)
    assert not [name for _, attributes in elements for name in attributes if name.startswith("on")]
    assert not set("\u202e\u202c\x00\x1b\n") & set(markup + view.alt + OUTPUTS[kind].to_text(view))


@pytest.mark.parametrize(
    ("kind", "value"), [("chart", chart(line([3, 1, 2]), line([1, 2, 3], name="b"))), ("scatter", MOVING)]
)
def test_a_drawing_has_no_ids_styles_colours_or_references(kind, value):
    _, markup = shown(kind, value)
    names = {name for _, attributes in Elements(markup).found for name in attributes}
    assert {"id", "style", "href", "xlink:href", "fill", "stroke"}.isdisjoint(names)
    assert markup == shown(kind, value)[1]


def test_settings_of_matplotlib_neither_reach_a_drawing_nor_are_changed_by_it():
    import matplotlib

    _, before = shown("chart", chart(line([3, 1, 2])))
    with matplotlib.rc_context({"axes.grid": True, "xtick.labelsize": 40, "axes.spines.top": True}):
        settings = dict(matplotlib.rcParams)
        assert shown("chart", chart(line([3, 1, 2])))[1] == before
        assert dict(matplotlib.rcParams) == settings


def test_matplotlib_is_not_loaded_before_something_is_drawn():
    code = "import sys, builder.cli, builder.outputs; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_colour_stands_out_from_every_background():
    plots, site = (CSS / "plots.css").read_text(), (CSS / "site.css").read_text()
    for scheme in ("default", "slate"):
        block = re.compile(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', re.DOTALL)
        colours = re.findall(r"--sl-c\d: (#\w{6})", block.search(plots)[1])
        grounds = re.findall(r"--sl-(?:paper|raised|sunken): (#\w{6})", block.search(site)[1])
        assert (len(colours), len(grounds)) == (SERIES, 3)
        for ground in grounds:
            assert min(contrast(colour, ground) for colour in colours) >= 3


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    low, high = sorted(luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_chart_says_where_each_line_starts_ends_and_turns():
    view, _ = shown(
        "chart",
        chart(
            line([4, 3, 0.5, 1]), line([1, 2, 2], name="up"), line([7, 7], name="flat"), line([math.nan], name="none"),
            line([math.inf, 3], name="one"), y_log=True,
        ),
    )  # fmt: skip
    assert view.alt == (
        "Loss: nats against step, y logarithmic. “train” goes from 4 at 0 to 1 at 3; lowest 0.5 at 2."
        " “up” rises throughout from 1 at 0 to 2 at 2. “flat” stays at 7 from 0 to 1. “none” has no finite value."
        " “one” is 3 at 1."
    )
    assert OUTPUTS["chart"].to_text(view) == view.alt


def test_a_value_that_is_not_finite_interrupts_its_line():
    _, markup = shown("chart", chart(line([1, 2, math.nan, 4, 5], style="dashed")))
    (drawn,) = re.findall(
        r'<g class="sl-c0 sl-dashed"><path d="([^"]*)"/><path class="sl-dot"', markup.split("sl-keys")[0]
    )
    assert re.sub(r"[\d. ]+", " ", drawn) == "M L M L "


def test_ten_lines_have_ten_marks_and_names():
    _, markup = shown("chart", chart(*(line([i, i + 1], name=f"line {i}") for i in range(10))))
    drawn, keys = markup.split('<ul class="sl-keys">')
    marks = [(p["class"], re.sub(r"M[\d. ]+", "", p["d"])[:12]) for p in paths(drawn) if p.get("class")]
    assert len(set(marks)) == 10
    assert [f"line {i}" in keys for i in range(10)] == [True] * 10


def test_numbers_of_axes_are_few_plain_and_inside():
    def numbers(**options: object) -> list[str]:
        markup = shown("chart", chart(line([10.0**-i for i in range(9)], **options.pop("line", {})), **options))[1]
        return re.findall(r"<text[^>]*>([^<]*)</text>", markup)

    assert numbers(y_log=True) == ["0", "2", "4", "6", "8", "1e−8", "1e−6", "0.0001", "0.01", "1"]
    assert numbers(x_log=True, line={"x": [2**i for i in range(4, 13)]})[:2] == ["100", "1,000"]
    assert len(numbers(line={"x": [1e6 * i for i in range(9)]})) <= 14


def test_chart_records_every_point_and_its_table_says_how_many_it_shows():
    many = chart(line(np.linspace(0, 1 / 3, 1000)), line([1, 2], name="two"))
    view, markup = shown("chart", many)
    assert view.json("chart.json")["lines"][0]["y"][-1] == 0.33333
    assert len(view.json("chart.json")["lines"][0]["x"]) == 1000
    assert "32 of 1,002 points, evenly chosen, as a table" in markup and markup.count("<tr>") == 33
    _, shared = shown("chart", chart(line([1, 2]), line([3, math.nan], name="b")))
    assert "All 2 points as a table" in shared and "<tr><td>1</td><td>2</td><td>–</td></tr>" in shared


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (chart(), "the chart 'Loss' has 0 lines, not 1 to 10"),
        (chart(line([])), "the line 'train' of the chart 'Loss' has 0 values of x and 0 of y"),
        (chart(line([1, 2], x=[1])), "the line 'train' of the chart 'Loss' has 1 values of x and 2 of y"),
        (chart(line([1], x=[math.nan])), "x of the line 'train' of the chart 'Loss' is not finite at its point 1"),
        (chart(line([[1]])), "y of the line 'train' of the chart 'Loss' is not one row of numbers but has the shape (1, 1)"),
        (chart(line([0]), y_log=True), "the line 'train' of the chart 'Loss' has y = 0, which has no place on a logarithmic axis"),
        (chart(line([1], style="thick")), "the style 'thick' of the line 'train' of the chart 'Loss' is not one of line, dots, steps, dashed"),
        (chart(line([1] * 20_001)), "the chart 'Loss' has 20,001 points, more than 20,000"),
    ],
)  # fmt: skip
def test_chart_that_cannot_be_drawn_is_refused(value, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        OUTPUTS["chart"].encode(value)


def unpacked(track: str) -> np.ndarray:
    pairs = np.frombuffer(base64.b64decode(track), "uint8").reshape(-1, 3).astype(int)
    return np.stack([pairs[:, 0] << 4 | pairs[:, 1] >> 4, (pairs[:, 1] & 15) << 8 | pairs[:, 2]], axis=1)


def test_a_moving_group_travels_with_all_its_frames():
    _, markup = shown("scatter", MOVING)
    (path,) = (path for path in paths(markup) if "data-track" in path)
    share = unpacked(path["data-track"]).reshape(3, 2, 2) / LEVELS
    room = 0.04 * 4  # on both sides of what is drawn, from 0 to 4
    assert np.allclose(
        share, np.stack([FRAMES[..., 0] + room, 4 + room - FRAMES[..., 1]], axis=-1) / (4 + 2 * room), atol=2e-4
    )
    assert path["data-mark"] == "h0" and path["d"].count("h0") == 2
    assert markup.count("<figcaption>a</figcaption>") == markup.count("<figcaption>b</figcaption>") == 1


def test_a_scatter_plot_of_six_panels_stays_within_its_budget():
    rng = np.random.default_rng(0)
    moons = rng.normal(size=(250, 2))
    panels = [
        Panel(title=f"{i}", points=[Points(name="data", positions=moons, faint=True), Points(name="made", positions=rng.normal(size=(17, 250, 2)))])
        for i in range(6)
    ]  # fmt: skip
    _, markup = shown("scatter", scatter(*panels, frame_labels=[str(i) for i in range(17)]))
    assert sum(len(path.get("data-track", "")) for path in paths(markup)) == 6 * 17 * 250 * 4
    assert len(markup) < 200_000


def test_scatter_is_described_and_tabulated_from_its_positions():
    view, markup = shown("scatter", MOVING)
    assert view.alt == (
        "Moons: 1 panel over 3 frames, from a to c. GAN: 2 points “made” around (4, 2) with a spread of 2,"
        " at first around (0.5, 0.5) with 0.707; the curve “edge” runs from (0, 0) to (1, 1)."
    )
    assert "<tr><td>GAN</td><td>made</td><td>b</td><td>2</td><td>(1, 2)</td><td>1</td></tr>" in markup
    assert "<tr><td>GAN</td><td>edge</td><td>–</td><td>2</td><td>(0.5, 0.5)</td><td>0.707</td></tr>" in markup


def test_a_gap_in_a_curve_is_a_gap_and_the_array_of_the_demo_stays_as_it_was():
    positions = np.array([[0.0, 0.0], [1.0, np.nan], [2.0, 2.0], [3.0, 3.0]])
    view, markup = shown("scatter", scatter(Panel(title="p", curves=[Curve(name="c", positions=positions)])))
    drawn = re.search(r'<g class="sl-c0 sl-line"><path d="([^"]*)"/></g></svg><', markup.split("sl-panels")[1])[1]
    assert re.sub(r"[\d. ]+", " ", drawn) == "M M L "
    assert view.json("scatter.json")["panels"][0]["curves"][0]["positions"][1] == [None, None]
    assert positions[1, 0] == 1.0
    assert "data-viewer" not in markup


def test_panels_share_their_axes_unless_told_otherwise():
    panels = [Panel(title=str(high), points=[Points(name="p", positions=[[0, 0], [high, high]])]) for high in (1, 100)]
    for shared, count in ((True, 1), (False, 2)):
        _, markup = shown("scatter", scatter(*panels, shared_axes=shared))
        axes = re.findall(r'<g class="sl-axis">.*?</g>', markup)
        assert len({"".join(axes[: len(axes) // 2]), "".join(axes[len(axes) // 2 :])}) == count


def dots(positions: object, **options: object) -> Scatter:
    return scatter(Panel(title="p", points=[Points(name="g", positions=positions)]), **options)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (scatter(), "the scatter plot 'Moons' has 0 panels, not 1 to 16"),
        (scatter(Panel(title="p")), "the panel 'p' of the scatter plot 'Moons' is empty"),
        (dots([1, 2]), "the positions of 'g' in the panel 'p' of 'Moons' have the shape (2,), not (points, 2), since there are no frame labels"),
        (dots(FRAMES, frame_labels=["a"]), "the positions of 'g' in the panel 'p' of 'Moons' have the shape (3, 2, 2), not (points, 2) or (1 frames, points, 2)"),
        (dots([[0, 0], [0, math.nan]]), "the positions of 'g' in the panel 'p' of 'Moons' are not finite at [1]"),
        (dots([[0, 0]], frame_labels=["a"]), "the scatter plot 'Moons' has frame labels, but no group with positions (frames, points, 2)"),
        (dots(np.zeros((40_001, 2))), "the scatter plot 'Moons' has 40,001 positions, more than 40,000; show fewer points or frames"),
        (
            scatter(Panel(title="p", points=[Points(name=str(i), positions=[[i, i]]) for i in range(11)])),
            "the scatter plot 'Moons' has 11 names of groups, more than 10",
        ),
    ],
)  # fmt: skip
def test_scatter_that_cannot_be_drawn_is_refused(value, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        OUTPUTS["scatter"].encode(value)


def bars(*values: float, **options: object) -> Bars:
    groups = [Group(name="accuracy", values=values)]
    return Bars(
        **{"title": "Checks", "x_label": "digits", "y_label": "share", "names": "abc", "groups": groups, **options}
    )


def test_bars_grow_from_zero_on_one_scale():
    view, markup = shown("bars", bars(3, -1, math.nan))
    rectangles = [(a["x"], a["width"]) for tag, a in Elements(markup).found if tag == "rect"]
    assert rectangles == [("25.0", "75.0"), ("0.0", "25.0"), ("25.0", "0.0")]
    assert view.alt == "Checks: share for 3 digits. “accuracy”: a 3, b -1."
    assert '<th scope="row">c</th>' in markup and "<td>–</td>" in markup


def test_many_bars_are_described_by_their_extremes():
    view, _ = shown("bars", bars(*range(7), names="abcdefg"))
    assert view.alt.endswith("“accuracy”: highest 6 for g, lowest 0 for a.")


def test_bars_of_several_groups_name_each():
    two = [Group(name="before", values=[1]), Group(name="after", values=[2])]
    _, markup = shown("bars", bars(names=["a"], groups=two))
    assert markup.count('scope="rowgroup"') == 1 and markup.count('<th scope="row">before</th>') == 1
    with pytest.raises(ValueError, match="'after' of 'Checks' has 1 values, not 2"):
        OUTPUTS["bars"].encode(bars(names="ab", groups=[Group(name="after", values=[2])]))


def record(data: str = "00") -> OutputRecord:
    return OutputRecord("chart", "alt", (Artifact("chart.json", "application/json", data * 32, 1),))


def test_a_drawing_is_kept_for_the_next_build_until_its_data_change(tmp_path):
    assert memo_for(record(), Kept(tmp_path))("chart", lambda: "drawn") == "drawn"
    assert memo_for(record(), Kept(tmp_path))("chart", lambda: "again") == "drawn"
    assert memo_for(record(), Kept(tmp_path))("legend", lambda: "again") == "again"
    assert memo_for(record("11"), Kept(tmp_path))("chart", lambda: "again") == "again"


@pytest.mark.parametrize("damage", [b"", b"drawn", b"\xff\xfe\n", None])
def test_a_damaged_drawing_is_made_anew(tmp_path, damage):
    memo_for(record(), Kept(tmp_path))("chart", lambda: "drawn")
    (kept,) = (tmp_path / "drawings").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1] if damage is None else damage)
    assert memo_for(record(), Kept(tmp_path))("chart", lambda: "again") == "again"
    assert memo_for(record(), Kept(tmp_path))("chart", lambda: "no") == "again"


def test_a_drawing_that_cannot_be_kept_is_still_made(tmp_path):
    (tmp_path / "drawings").write_text("in the way")
    assert memo_for(record(), Kept(tmp_path))("chart", lambda: "drawn") == "drawn"
