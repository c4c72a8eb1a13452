"""Outputs that go step by step: trees of next tokens, merges of a tokenizer, and one attention weight taken apart."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from test_outputs import HOSTILE, Elements, shown

from builder.outputs import OUTPUTS, Attention, Branch, Branches, Merges, Stage


def leaf(text: str, probability: float, *, ends: bool = False) -> Branch:
    return Branch(text=text, probability=probability, ends=ends)


def small_tree() -> Branches:
    """ "a" may go on with " b" (then " c", or the end) or with " d", which is not followed any further."""
    b = Branch(text=" b", probability=0.6, children=[leaf(" c", 0.5), leaf("<end>", 0.25, ends=True)])
    return Branches(prompt=["a"], root=Branch(text="", probability=1, children=[b, leaf(" d", 0.3)]))


def test_likeliest_path_is_a_table_with_the_alternatives_at_each_step():
    view, markup = shown("branches", small_tree())
    assert view.alt == (
        "What a model finds likely after “a”: “ b” 60%, “ d” 30%."
        " Taking the likeliest token 2 times gives “ b c”, with a probability of 30%."
    )
    assert OUTPUTS["branches"].to_text(view) == view.alt
    assert "<tr><td>1</td><td><bdi> b</bdi></td><td>60%</td>" in markup
    assert '<tr><td>2</td><td><bdi> c</bdi></td><td>50%</td><td><span class="sl-alternative"><bdi>&lt;end&gt;' in markup


def test_second_level_says_what_follows_each_first_token():
    _, markup = shown("branches", small_tree())
    assert "<td><bdi> d</bdi></td><td>30%</td><td>not recorded</td>" in markup
    ended = Branches(prompt=["a"], root=Branch(text="", probability=1, children=[leaf("<end>", 1, ends=True)]))
    assert "<td>100%</td><td>the text ends</td>" in shown("branches", ended)[1]


def test_the_viewer_gets_the_tree_with_text_ends_marked():
    _, markup = shown("branches", small_tree())
    packed = json.loads(Elements(markup).found[0][1]["data-tree"])
    assert packed == ["", 1.0, [[" b", 0.6, [[" c", 0.5], ["<end>", 0.25, True]]], [" d", 0.3]]]


def test_tree_of_five_by_four_is_small():
    def grow(depth: int) -> list[Branch]:
        return [Branch(text=" word", probability=0.12345, children=grow(depth - 1)) for _ in range(5)] if depth else []

    encoded = OUTPUTS["branches"].encode(Branches(prompt=["a"], root=Branch(text="", probability=1, children=grow(4))))
    assert len(encoded.files[0].data) < 30_000


@pytest.mark.parametrize(
    ("children", "message"),
    [
        ([], "a tree of next tokens needs at least one token below its root"),
        (
            [leaf("x", 1.5)],
            "the probability of the token '' cannot be 1.5000 for the tokens below: it is a share of one",
        ),
        ([leaf("x", -0.5)], "the probability of the token 'x' cannot be -0.5: it is a share of one"),
        ([leaf("x", 0)] * 4000, "a tree of next tokens has at most 4,000 branches; make it less deep or less wide"),
    ],
)
def test_impossible_trees_are_refused(children, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        OUTPUTS["branches"].encode(Branches(prompt=["a"], root=Branch(text="", probability=1, children=children)))


def small_merges() -> Merges:
    return Merges(
        title="aab",
        stages=[
            Stage(label="characters", pieces=["a", "a", "b"]),
            Stage(label="x + y", pieces=["a", "a", "b"], merged="xy"),
            Stage(label="a + a", pieces=["aa", "b"], merged="aa", note="twice"),
        ],
    )


def test_merges_show_the_last_stage_and_every_stage_in_a_table():
    view, markup = shown("merges", small_merges())
    assert view.alt == "aab: from 3 pieces (characters) to 2 pieces (a + a): aa | b."
    assert (
        '<bdi><b>aa</b><i>b</i></bdi></div><p class="sl-merges-says"><strong><bdi>a + a</bdi></strong> (twice): 2 pieces'
        in markup
    )
    assert "<td>1</td><td><bdi>x + y</bdi></td><td></td><td>3</td><td>as before</td>" in markup
    assert '<svg viewBox="0 0 3 3"' in markup and "M0 3V0h1V0h1V1h1V3z" in markup


def test_piece_that_is_a_blank_can_be_seen():
    _, markup = shown("merges", Merges(title="t", stages=[Stage(label="s", pieces=["a", " "])]))
    assert "<i>a</i><i>␣</i>" in markup


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([], "merges need 1 to 500 stages, not 0"),
        ([Stage(label="s", pieces=[])], "the pieces of the stage 's' do not join to the text ''"),
        (
            [Stage(label="s", pieces=["ab"]), Stage(label="t", pieces=["a"])],
            "the pieces of the stage 't' do not join to the text 'ab'",
        ),
        (
            [Stage(label="s", pieces=["a"] * 40_001)],
            "all stages together have more than 40,000 pieces; use fewer stages or a shorter text",
        ),
    ],
)
def test_stages_that_are_not_one_text_are_refused(stages, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        OUTPUTS["merges"].encode(Merges(title="t", stages=stages))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (
            "branches",
            Branches(prompt=[HOSTILE], root=Branch(text="", probability=1, children=[leaf(HOSTILE, 0.5)])),
        ),
        (
            "merges",
            Merges(title=HOSTILE, stages=[Stage(label=HOSTILE, pieces=[HOSTILE], merged=HOSTILE, note=HOSTILE)]),
        ),
    ],
)
def test_hostile_text_stays_text_step_by_step(kind, value):
    view, markup = shown(kind, value)
    elements = Elements(markup).found
    assert not {"script", "img"} & {tag for tag, _ in elements}
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on") or name == "style"]
    everything = markup + view.alt + OUTPUTS[kind].to_text(view)
    assert not set("\u202e\u202c\x00\x1b") & set(everything)


def taken_apart() -> Attention:
    """One head of width 4 over two tokens: the second token's scores are 0 and ln 3, so its weights 25% and 75%."""
    queries = np.array([[[[1, 0, 0, 0], [2, -1, 0, 0]]]], dtype=float)
    keys = np.array([[[[0, 0, 5, 0], [np.log(3), 0, 0, 7]]]])
    return Attention(tokens=["a", "b"], weights=[[[[1, 0], [0.25, 0.75]]]], queries=queries, keys=keys)


def test_one_weight_is_told_from_products_to_softmax():
    _, markup = shown("attention", taken_apart())
    text = Elements(markup).text
    assert (
        "Layer 1, head 1: the query of b times the key of b, number by number. The 4 products sum to 2.20;"
        " divided by √4 = 2.00, the score is 1.10. Softmax over the scores of the row makes it 75%."
    ) in text
    assert 'aria-label="4 products, from −0.00 in dimension 2 to 2.20 in dimension 1"' in markup
    assert "<td><bdi>a</bdi></td><td>0.00</td><td>0.00</td><td>25%</td>" in markup
    assert '<tr class="sl-chosen"><td><bdi>b</bdi></td><td>2.20</td><td>1.10</td><td>75%</td>' in markup


def test_queries_and_keys_are_published_as_small_numbers():
    view, markup = shown("attention", taken_apart())
    content = view.json("attention.json")
    numbers = np.frombuffer(base64.b64decode(view.files["queries-and-keys.txt"]), "<i2").reshape(1, 1, 2, 2, 4)
    assert content["width"] == 4 and content["step"] == pytest.approx(7 / 32_767, rel=1e-5)
    assert np.allclose(numbers[0, 0, 0] * content["step"], taken_apart().queries[0, 0], atol=1e-3)
    assert np.allclose(numbers[0, 0, 1] * content["step"], taken_apart().keys[0, 0], atol=1e-3)
    assert '<a href="runs/k/queries-and-keys.txt" download>' in markup


def test_attention_without_queries_has_no_fold():
    view, markup = shown("attention", Attention(tokens=["a"], weights=[[[[1.0]]]]))
    assert list(view.files) == ["attention.json"] and "sl-pair" not in markup


def test_masked_cells_are_drawn_apart_from_weights_of_zero():
    _, causal = shown("attention", taken_apart())
    assert '<path class="sl-seen" d="M0 0h1v1h1v1H0z"/>' in causal and "masked: a later token" in causal
    _, both = shown("attention", Attention(tokens=["a", "b"], weights=[[[[0.2, 0.8], [0.5, 0.5]]]]))
    assert '<path class="sl-seen" d="M0 0h2v2H0z"/>' in both and "masked" not in both


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (np.zeros((1, 1, 2, 3)), r"queries \(1, 1, 2, 4\) and keys \(1, 1, 2, 3\) need the shape \(1, 1, 2, width\)"),
        (
            np.zeros((1, 1, 2, 4)),
            r"the weights are not the softmax of query · key / sqrt\(width\): they differ by 0.250",
        ),
    ],
)
def test_queries_and_keys_that_do_not_make_the_weights_are_refused(keys, message):
    value = taken_apart()
    with pytest.raises(ValueError, match=f"^{message}$"):
        OUTPUTS["attention"].encode(
            Attention(tokens=value.tokens, weights=value.weights, queries=value.queries, keys=keys)
        )
