"""What the files of a sentence encoder say of pooling, prompts and windows, and the vectors that come of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from encoder_model import save_encoder

from builder.errors import DemoError
from builder.run.encoder import Encoder
from builder.run.recipe import WINDOW, Recipe, read_recipe

OLD = "sentence_transformers.models."
NEW = "sentence_transformers.sentence_transformer.modules.pooling."


def describe(
    folder: Path, pooling: object, *, prompts: object = None, modules: object = None, **settings: object
) -> Path:
    """Write beside an encoder the files that sentence-transformers would."""
    types = [f"{OLD}Transformer", f"{NEW}Pooling", f"{OLD}Normalize"]
    listed = [{"path": path, "type": kind} for path, kind in zip(("", "1_Pooling", "2_Normalize"), types, strict=True)]
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text(json.dumps(listed if modules is None else modules))
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
    (folder / "sentence_bert_config.json").write_text(json.dumps(settings))
    if prompts is not None:
        (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    return folder


def test_a_bare_network_is_pooled_by_its_mean(tmp_path):
    assert read_recipe(tmp_path) == Recipe(window=WINDOW, pooling="mean", prompt="", lower=False)


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_lasttoken": True}, "lasttoken"),
        ({"pooling_mode": "cls", "embedding_dimension": 16}, "cls"),
        ({"pooling_mode": ["lasttoken"]}, "lasttoken"),
        ({"word_embedding_dimension": 16}, "mean"),
    ],
)
def test_pooling_is_read_as_it_was_and_is_written(tmp_path, pooling, expected):
    assert read_recipe(describe(tmp_path / "m", pooling)).pooling == expected


@pytest.mark.parametrize(
    ("prompts", "expected"),
    [
        ({"query": "ask: ", "document": "say: "}, "say: "),
        ({"query": "ask: ", "document": None, "passage": "read: "}, "read: "),
        ({"query": "ask: "}, ""),
        ({"query": "", "document": "", "sort": "sort: "}, ""),
        ({"sort": "sort: "}, "sort: "),
    ],
)
def test_the_prompt_is_the_documents_or_the_one_used_by_default(tmp_path, prompts, expected):
    settings = {"prompts": prompts, "default_prompt_name": "sort"}
    assert read_recipe(describe(tmp_path / "m", {}, prompts=settings)).prompt == expected


def test_a_window_is_as_long_as_the_encoder_says_but_not_longer_than_ours(tmp_path):
    assert read_recipe(describe(tmp_path / "a", {}, max_seq_length=128, do_lower_case=True)) == Recipe(
        window=128, lower=True
    )
    assert read_recipe(describe(tmp_path / "b", {}, max_seq_length=8192)).window == WINDOW


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"pooling": {"pooling_mode": "max"}}, "'1_Pooling/config.json' of the encoder pools by max"),
        (
            {"pooling": {"pooling_mode_cls_token": True, "pooling_mode_max_tokens": True}},
            "'1_Pooling/config.json' of the encoder pools by cls and max",
        ),
        (
            {"pooling": {"include_prompt": False}, "prompts": {"prompts": {"document": "d: "}}},
            "'1_Pooling/config.json' of the encoder leaves the prompt out of the pooling",
        ),
        (
            {"pooling": []},
            "'1_Pooling/config.json' of the encoder is not as it was written (Input should be an object)",
        ),
        ({"pooling": {}, "modules": {}}, "'modules.json' of the encoder is not as it was written (Input should be a "),
        (
            {"pooling": {}, "max_seq_length": "long"},
            "'sentence_bert_config.json' of the encoder is not as it was written (Input should be a valid integer",
        ),
        (
            {"pooling": {}, "modules": [{"type": f"{OLD}{name}"} for name in ("Transformer", "Pooling", "Dense")]},
            "'modules.json' of the encoder lists Transformer, Pooling, Dense",
        ),
        (
            {"pooling": {}, "modules": [{"type": "custom_code.Transformer"}, {"type": f"{OLD}Pooling"}]},
            "'modules.json' of the encoder lists custom_code.Transformer, Pooling",
        ),
    ],
)
def test_what_is_not_done_here_is_refused_with_the_file_that_asks_for_it(tmp_path, files, told):
    with pytest.raises(DemoError) as caught:
        read_recipe(describe(tmp_path / "m", **files))
    (problem,) = caught.value.problems
    assert problem.message.startswith(told)
    assert ("restore it" if "as it was written" in told else "sentence-transformers/all-MiniLM-L6-v2") in problem.hint


def test_a_damaged_file_is_named(tmp_path):
    (describe(tmp_path / "m", {}) / "modules.json").write_text("[")
    with pytest.raises(DemoError, match=r"'modules\.json' of the encoder is not as it was written \(Invalid JSON"):
        read_recipe(tmp_path / "m")


@pytest.mark.parametrize("kind", ["bert", "gpt"])
@pytest.mark.parametrize("pooling", ["mean", "cls", "lasttoken"])
def test_each_window_begins_with_the_prompt_and_counts_by_its_tokens(tmp_path, kind, pooling):
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = save_encoder(tmp_path / "model", kind=kind)
    recipe = Recipe(window=20, pooling=pooling, prompt="say it: ", lower=True)
    texts = ["Short", "a LONG text of many words " * 9, "of middling length"]
    vectors = Encoder(folder, "cpu", recipe).encode(texts)
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)

    def ids(text: str) -> list[int]:
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    before, after = ([2], [3]) if kind == "bert" else ([], [])
    before += ids("say it:")
    for text, vector in zip(texts, vectors, strict=True):
        own, room, total = ids(text.lower()), 20 - len(before) - len(after), torch.zeros(16)
        for start in range(0, len(own), room):
            window = [*before, *own[start : start + room], *after]
            with torch.no_grad():
                states = model(torch.tensor([window])).last_hidden_state[0]
            total += len(window) * {"mean": states.mean(0), "cls": states[0], "lasttoken": states[-1]}[pooling]
        found = torch.frombuffer(bytearray(vector), dtype=torch.int8).float()
        assert torch.cosine_similarity(total, found, dim=0) > 0.9995


def test_a_prompt_as_long_as_a_window_is_refused(tmp_path):
    folder = save_encoder(tmp_path / "model")
    with pytest.raises(ValueError, match="its prompt leaves no place for a text"):
        Encoder(folder, "cpu", Recipe(window=8, prompt="a prompt of far too many words: "))
