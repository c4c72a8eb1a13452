"""What demos return: encoded once, shown safely, described from the numbers."""

from __future__ import annotations

import base64
import io
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from builder.outputs import OUTPUTS, Attention, Frames, Text, Token, View
from builder.outputs._escape import MAX_CHARACTERS, percent, plain, visible

HOSTILE = "<script>alert(1)</script></pre></div>\"'><img src=x onerror=alert(1)> \u202egnp.exe\u202c\x00\x1b[31m {{ x }}\n# no"


def shown(kind: str, value: object) -> tuple[View, str]:
    """Encode a value and render it as a page does."""
    encoded = OUTPUTS[kind].encode(value)
    files = {file.name: file.data for file in encoded.files}
    view = View(id="v", alt=encoded.alt, params={}, files=files, urls={name: f"runs/k/{name}" for name in files})
    return view, OUTPUTS[kind].to_html(view)


class Elements(HTMLParser):
    """The elements of a piece of HTML with their attributes, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def causal(*rows: list[float]) -> list[list[float]]:
    """A head of attention weights from its lower triangle."""
    return [row + [0.0] * (len(rows) - len(row)) for row in rows]


PREVIOUS = causal([1.0], [0.9, 0.1], [0.05, 0.9, 0.05])
EVEN = causal([1.0], [0.5, 0.5], [0.34, 0.33, 0.33])


@pytest.mark.parametrize("kind", OUTPUTS)
def test_every_output_is_documented_and_importable(kind):
    output = OUTPUTS[kind]
    assert output.name == kind
    assert output.type.__doc__ and output.encode.__doc__ and output.to_html.__doc__ and output.to_text.__doc__


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", Text(tokens=[Token(text=HOSTILE, probability=0.5, alternatives=[(HOSTILE, 0.5)])])),
        ("attention", Attention(tokens=[HOSTILE, HOSTILE], weights=[[causal([1.0], [0.5, 0.5])]])),
        (
            "frames",
            Frames(images=np.zeros((1, 1, 2, 2), np.uint8), frame_labels=[HOSTILE], items=[HOSTILE], title=HOSTILE),
        ),
    ],
)
def test_hostile_text_stays_text(kind, value):
    view, markup = shown(kind, value)
    elements = Elements(markup).found
    assert "script" not in {tag for tag, _ in elements}
    assert [attrs["src"] for tag, attrs in elements if tag == "img"] in ([], ["runs/k/images.png"])
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on") or name == "style"]
    everything = markup + view.alt + OUTPUTS[kind].to_text(view)
    assert not set("\u202e\u202c\x00\x1b") & set(everything)
    assert "\n" not in markup


def test_invisible_characters_become_labelled_marks():
    assert "U+202E" in visible("\u202e") and "right-to-left override" in visible("\u202e")
    assert "␀" in visible("\x00") and "␛" in visible("\x1b")
    assert "U+D800" in visible("\ud800") and "U+E0041" in visible("\U000e0041")
    assert visible("a\nb") == 'a<span class="sl-mark" aria-hidden="true">↵</span><br>b'
    assert visible("👩\u200d💻") == "👩\u200d💻"
    assert plain("a\nb\x00\u2028") == "a b␀U+2028"


def test_a_hundred_thousand_characters_are_cut_and_the_cut_is_said():
    token = Token(text="x" * 60_000, probability=0.5)
    view, markup = shown("text", Text(tokens=[token, token]))
    assert Elements(markup).text.count("x" * MAX_CHARACTERS) == 2  # in the text, and in the table
    assert "100,000 more characters are in the result file" in markup
    assert len(markup) < 60_000 and len(view.alt) < 1_200
    assert len(view.json("tokens.json")["tokens"][1]["text"]) == 60_000


def test_text_round_trips_and_rounds_to_four_digits():
    value = Text(tokens=[Token(text="a", prompt=True), Token(text=" b", probability=1 / 3, alternatives=[("c", 2e-7)])])
    view, _ = shown("text", value)
    assert view.json("tokens.json") == {
        "tokens": [
            {"text": "a", "prompt": True},
            {"text": " b", "probability": 0.3333, "alternatives": [["c", 2e-7]]},
        ]
    }
    assert OUTPUTS["text"].to_text(view) == "a b"


def test_text_names_its_least_probable_token():
    tokens = [
        Token(text="The", prompt=True),
        Token(text=" cat", probability=0.9),
        Token(text=" flew", probability=0.004),
    ]
    view, markup = shown("text", Text(tokens=tokens))
    assert view.alt == "The prompt “The” continued: “ cat flew”. Least probable token: “ flew” at 0.4%."
    assert '<span class="sl-token sl-prompt">The</span>' in markup
    assert '<span class="sl-token sl-p0" title="90%"> cat</span>' in markup
    assert '<span class="sl-token sl-p5" title="0.4%"> flew</span>' in markup


def test_text_without_probabilities_is_only_text():
    view, markup = shown("text", Text(tokens=[Token(text="plain")]))
    assert view.alt == "plain" and "<table" not in markup and "sl-legend" not in markup


def test_impossible_probability_is_refused():
    with pytest.raises(ValueError, match=r"the probability 1\.5 of the token 'x' is not between 0 and 1"):
        Token(text="x", probability=1.5)


def test_attention_is_described_from_its_weights():
    view, markup = shown("attention", Attention(tokens=["a", "b", "c"], weights=np.array([[EVEN, PREVIOUS]])))
    assert view.alt == (
        "Attention of 1 layer with 2 heads over 3 tokens: layer 1, head 2: 90% on the previous token;"
        " layer 1, head 1: 42% on the previous token."
        " In the last layer the last token, “c”, looks on average at “b” 62%, “a” 20%, “c” 19%."
    )
    assert markup.count("<svg") == 2
    assert '<tr data-head="1.2" data-first><td>1</td><td>2</td><td>90% on the previous token</td>' in markup


def test_attention_packs_the_lower_triangle_as_square_roots():
    _, markup = shown("attention", Attention(tokens=["a", "b", "c"], weights=[[PREVIOUS]]))
    attributes = Elements(markup).found[0][1]
    packed = base64.b64decode(attributes["data-weights"])
    assert attributes["data-causal"] == "true" and len(packed) == 6
    assert [round((byte / 255) ** 2, 2) for byte in packed] == [1, 0.9, 0.1, 0.05, 0.9, 0.05]


def test_attention_of_both_directions_keeps_every_weight():
    _, markup = shown("attention", Attention(tokens=["a", "b"], weights=[[[[0.2, 0.8], [0.5, 0.5]]]]))
    attributes = Elements(markup).found[0][1]
    assert attributes["data-causal"] == "false" and len(base64.b64decode(attributes["data-weights"])) == 4
    assert "80% on the next token" in markup


@pytest.mark.parametrize(
    ("tokens", "weights", "message"),
    [
        (["a", "b"], [[PREVIOUS]], "attention weights of a head are not 2 x 2, as 2 tokens need"),
        (["a"], [[[[0.5]]]], "a row of attention weights sums to 0.500, not to 1"),
        (["a"] * 65, [[]], "attention is shown for 1 to 64 tokens, not for 65"),
        (["a"], [], r"attention weights need the shape \(layers, heads, tokens, tokens\)"),
    ],
)
def test_weights_that_do_not_fit_are_refused(tokens, weights, message):
    with pytest.raises(ValueError, match=message):
        OUTPUTS["attention"].encode(Attention(tokens=tokens, weights=weights))


def fading() -> Frames:
    """Two items of 2 x 3 pixels in three frames, from grey to black and white."""
    result = np.array([[[0, 255, 0], [255, 0, 255]], [[255, 0, 255], [0, 255, 0]]], np.uint8)
    grey = np.full_like(result, 119)
    return Frames(
        images=np.stack([grey, (grey // 2 + result // 2), result]),
        predicted=np.stack([grey, result, result]),
        frame_labels=["t=2", "t=1", "t=0"],
        items=["one", "two"],
        title="Two",
    )


def test_strip_has_items_down_and_frames_across():
    view, _ = shown("frames", fading())
    strip = Image.open(io.BytesIO(view.files["images.png"]))
    assert strip.size == (3 * 3, 2 * 2)
    pixels = np.asarray(strip.convert("L"))
    assert pixels[:2, 6:].tolist() == [[0, 255, 0], [255, 0, 255]]
    assert pixels[2:, 6:].tolist() == [[255, 0, 255], [0, 255, 0]]
    assert set(pixels[:, :3].ravel().tolist()) == {119}


def test_frames_are_described_from_their_numbers():
    view, markup = shown("frames", fading())
    content = json.loads(view.files["frames.json"])
    assert content["distance"][0] == 0.5 and content["distance"][-1] == 0
    assert view.alt == (
        "Two: one, two, in 3 frames from t=2 to t=0. The first frame differs from the result by 50% of the grey scale,"
        " half of that is left at t=0; the predicted image is within 5% of the result from t=1 on."
    )
    images = [attrs for tag, attrs in Elements(markup).found if tag == "img"]
    assert [image["src"] for image in images] == ["runs/k/images.png", "runs/k/predicted.png"]
    assert images[0]["alt"] == f"the noisy image: {view.alt}"


def test_frames_that_do_not_fit_their_labels_are_refused():
    images = np.zeros((2, 1, 4, 4), np.uint8)
    with pytest.raises(
        ValueError, match=r"frames need uint8 \(1 frames, 1 items, height, width\), not uint8 \(2, 1, 4, 4\)"
    ):
        OUTPUTS["frames"].encode(Frames(images=images, frame_labels=["a"], items=["b"], title="t"))


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "100%"), (0.997, "99.7%"), (0.34, "34%"), (0.034, "3.4%"), (0.0034, "0.34%"), (1e-6, "<0.01%"), (0, "0%")],
)
def test_shares_are_written_for_people(share, text):
    assert percent(share) == text
