"""The tree of next tokens: its shares, its greedy path, and what it costs."""

import pytest
import torch

from demos.one_token import one_token

pytestmark = pytest.mark.torch


def tree(run, prompt="so", **params):
    return one_token(run, prompt, model="text", **{"depth": 3, "width": 2, **params})


def nodes(branch):
    yield branch
    for child in branch.children:
        yield from nodes(child)


def test_greedy_path_is_what_generate_writes(run):
    tree(run)  # the demo itself asserts that the two are equal
    assert run.metrics["same_as_generate"] == 1


def test_every_place_shows_its_likeliest_tokens_best_first(run):
    shown = tree(run, width=3)
    for node in nodes(shown.root):
        chances = [child.probability for child in node.children]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) <= 1.0001
        assert len(chances) in (0, 3)


def test_probabilities_are_those_of_the_model_after_the_whole_text(run):
    from transformers import AutoTokenizer, GPT2LMHeadModel

    shown = tree(run, depth=2)
    first = shown.root.children[1]
    second = first.children[0]
    tokenizer, gpt2 = run.load(AutoTokenizer, "text"), run.load(GPT2LMHeadModel, "text").float()
    start = [tokenizer.eos_token_id, *tokenizer("so")["input_ids"]]
    with torch.no_grad():
        token = gpt2(torch.tensor([start])).logits[0, -1].topk(2).indices[1]
        p = gpt2(torch.tensor([[*start, token]])).logits[0, -1].softmax(dim=-1)
    assert first.text == tokenizer.decode([token])
    assert second.probability == pytest.approx(p.max().item(), rel=1e-4)


def test_a_level_is_one_call(run):
    shown = tree(run, depth=3, width=2)
    assert run.metrics["network_calls"] == 3
    assert run.metrics["contexts"] == sum(bool(node.children) for node in nodes(shown.root)) <= 7


def test_best_path_is_never_less_likely_than_the_greedy_one(run):
    tree(run)
    assert run.metrics["best_over_likeliest"] >= 1
    assert run.metrics["best_path"] == pytest.approx(run.metrics["likeliest_path"] * run.metrics["best_over_likeliest"])


def test_text_that_ends_is_not_asked_to_go_on(run):
    shown = tree(run, depth=2, width=10)
    ended = [node for node in nodes(shown.root) if node.text == "<|end|>"]
    assert all(node.ends and not node.children for node in ended)
    assert all(not node.ends for node in nodes(shown.root) if node.text != "<|end|>")


def test_prompt_is_shown_token_by_token_with_the_end_token_in_front(run, capsys):
    assert tree(run).prompt == ["<|end|>", "s", "o"]
    assert "the prompt in tokens: '<|end|>' = 256 's' = " in capsys.readouterr().out


def test_prompt_without_room_is_refused(run):
    with pytest.raises(ValueError, match="the prompt has 31 tokens with its start; 'text' sees 32"):
        tree(run, prompt="x" * 30)


def test_tree_too_large_for_a_page_is_refused(run):
    with pytest.raises(ValueError, match="a tree 10 wide and 4 deep has 10,000 ends; at most 2,500 can be shown"):
        tree(run, depth=4, width=10)
