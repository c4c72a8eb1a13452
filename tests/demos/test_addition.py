"""Sums as characters, the decoding loop, and what is counted."""

import math

import pytest
import torch

from demos.addition import addition, answer

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module", autouse=True)
def adder(models):
    """An untrained adder, whose answers are as good as random, and one that writes from right to left."""
    make_adder(models / "adder", reversed_answers=False)
    make_adder(models / "adder-reversed", reversed_answers=True)


def make_adder(folder, *, reversed_answers):
    from _adder import END, PAD, START, VOCABULARY
    from transformers import BartConfig, BartForConditionalGeneration

    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(VOCABULARY), max_position_embeddings=16, d_model=8, encoder_layers=1, encoder_attention_heads=2,
        encoder_ffn_dim=8, decoder_layers=1, decoder_attention_heads=2, decoder_ffn_dim=8, init_std=0.5,
        pad_token_id=PAD, bos_token_id=START, eos_token_id=END, decoder_start_token_id=START, forced_eos_token_id=None,
        training_sums=1000, operand_digits=1, reversed_answers=reversed_answers,
    )  # fmt: skip
    BartForConditionalGeneration(config).half().save_pretrained(folder)


def bart(run, name="adder"):
    from transformers import BartForConditionalGeneration

    return run.load(BartForConditionalGeneration, name, attn_implementation="eager").float()


def test_characters_are_read_back():
    from _adder import decode, encode

    ids, mask = encode(["27+45", "7"])
    assert mask.tolist() == [[1] * 6, [1, 1, 0, 0, 0, 0]]
    assert decode(ids) == ["27+45", "7"]
    assert decode(ids, turned=True) == ["54+72", "7"]


def test_unknown_characters_are_one_and_the_same():
    from _adder import encode

    ids, _ = encode(["x-"])
    assert ids[0, 0] == ids[0, 1]


def test_both_orders_of_a_sum_are_on_the_same_side_and_smaller_sets_are_inside_larger_ones():
    from _adder import split

    small, large = split(500), split(7000)
    assert torch.equal(small, small.T) and torch.equal(large, large.T)
    assert (large | ~small).all()
    assert abs(small.sum() - 500) < 50 and abs(large.sum() - 7000) < 50


def test_answers_do_not_depend_on_the_questions_beside_them(run):
    (alone,), p = answer(bart(run), ["7+8"])
    (beside, _), both = answer(bart(run), ["7+8", "1234+5678"])
    assert alone == beside
    assert p[0] == pytest.approx(both[0].item(), rel=1e-4)


def test_probability_is_the_product_over_the_characters(run):
    from _adder import START, decode, encode

    model = bart(run)
    (said,), p = answer(model, ["12+34"])
    ids, mask = encode(["12+34"])
    encoded, written, product = model.get_encoder()(ids, attention_mask=mask), torch.tensor([[START]]), 1.0
    while written.shape[1] <= 6 and written[0, -1] != 2:
        chances = (
            model(encoder_outputs=encoded, attention_mask=mask, decoder_input_ids=written).logits[0, -1].softmax(0)
        )
        product *= chances.max().item()
        written = torch.cat([written, chances.argmax().view(1, 1)], dim=1)
    assert decode(written) == [said]
    assert p[0] == pytest.approx(product, rel=1e-4)


def test_maps_share_out_the_sums_and_mark_mistakes(run):
    maps, bars, table, looks = addition(run, model="adder")
    seen, held_out = (part.values for part in maps.maps)
    assert (seen.isnan() ^ held_out.isnan()).all()
    said = [[text != "" for text in row] for row in maps.maps[1].details]
    assert torch.tensor(said).sum() == run.metrics["held_out_wrong"] > 0
    assert ((held_out <= 0) | held_out.isnan() | ~torch.tensor(said)).all()
    assert maps.maps[1].details[0][1].startswith("says ") != maps.maps[0].details[0][1].startswith("says ")
    assert [len(group.values) for group in bars.groups] == [3, 3, 3]
    assert ("99+100", "199") in {(row[0], row[2]) for row in table.rows}
    assert looks.maps[0].columns == ["5", "7", "+", "6", "8", "</s>"]


def test_groups_of_sums_make_up_the_whole(run):
    addition(run, model="adder")
    m = run.metrics
    assert (
        min(m["right_short"], m["right_two_digits"])
        <= m["held_out_right"]
        <= max(m["right_short"], m["right_two_digits"])
    )
    assert all(0 <= value <= 1 for name, value in m.items() if name != "held_out_wrong")
    assert not any(math.isnan(value) for value in m.values())


def test_reversed_adder_is_read_from_right_to_left(run):
    answers = (answer(bart(run, name), ["7+8"])[0][0] for name in ("adder", "adder-reversed"))
    plain, turned = (said.replace("<unk>", "?") for said in answers)
    assert plain == turned[::-1]  # the same weights
    addition(run, model="adder-reversed")  # asserts that generate agrees


def test_question_that_the_model_has_no_places_for_is_refused(run):
    with pytest.raises(ValueError, match="a question has at most 15 characters, not 17"):
        addition(run, question="12345678+12345678", model="adder")
