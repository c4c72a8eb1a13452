from builder.demo import Model, Run, demo
from builder.outputs import Attention


@demo(smoke={"text": "dream (verb): to dream a dream of a dream"})
def attention(run: Run, text: str, model: Model = "gpt2-mini") -> Attention:
    r"""Show where each token looks, in every head of every layer of GPT-2.

    In a transformer a token learns about the others through attention alone. Each head of each layer compares a
    query made from one token with keys made from all the tokens it may see, and turns the comparison into weights
    that sum to 1:

    $$A_{ij} = \operatorname{softmax}_j\left(\frac{q_i \cdot k_j}{\sqrt{d}}\right), \quad j \le i$$

    GPT-2 is causal: a token sees itself and what came before, never what comes after. The demo computes the queries
    and keys itself, from what enters each layer, and checks all three statements on every weight of the library.

    ## How to read it

    A row is a token that looks, a column a token that is looked at; hatched cells are masked. The text has an end
    token in front, as in training. *Where one weight comes from* takes a single weight apart: the products of query
    and key number by number ($d$ of them), their sum, the score, and the other scores of the row it competes with.
    `score_deviation` is the standard deviation of the scores within a row, averaged over all rows and heads.

    Three habits are measured, each averaged over the rows where it could show:

    - `first_token_share`: the weight on the very first token, over all heads. It is often large: a head with
      nothing to look for still has to spend its weight of 1 somewhere (an *attention sink*, Xiao et al. 2023).
    - `previous_token_best`: the head that looks most at the token just before, at `previous_token_layer` and
      `previous_token_head`, counted from 1.
    - `induction_best`: the head that, at a token that has occurred before, looks most at what came *after* it then
      (Olsson et al. 2022). Measured only if some token occurs twice: try a text that repeats itself.

    ## What not to conclude

    Weights say from where a head reads, not what it takes from there, nor whether later layers use it: attention is
    not an explanation. The names of habits are ours, found by looking for them, and a high share in one sentence
    does not make a head an "induction head". `gpt2-mini` has 6.9 million parameters and was trained on dictionary
    definitions; heads of larger models do other things.
    """
    import torch
    from transformers import AutoTokenizer, GPT2LMHeadModel

    tokenizer = run.load(AutoTokenizer, model)
    # The fast kernels never hold the weights as a table; the eager implementation does.
    gpt2 = run.load(GPT2LMHeadModel, model, attn_implementation="eager").float()

    ids = [tokenizer.eos_token_id, *tokenizer(text)["input_ids"]]
    if len(ids) < 3:
        raise ValueError("the text needs at least two tokens")
    if len(ids) > gpt2.config.n_positions:
        raise ValueError(f"the text has {len(ids)} tokens with its start; '{model}' sees {gpt2.config.n_positions}")
    with torch.no_grad():
        output = gpt2(torch.tensor([ids], device=run.device), output_attentions=True, output_hidden_states=True)
        # Queries, keys and values of every token, from what enters the layer: [q, k, v] = LayerNorm(x) W + b
        blocks = zip(gpt2.transformer.h, output.hidden_states[:-1], strict=True)
        made = [block.attn.c_attn(block.ln_1(x)).chunk(3, dim=-1) for block, x in blocks]
    A = torch.cat(output.attentions).float().cpu()  # (L, H, T, T), row i is what token i looks at
    L, H, T, _ = A.shape  # layers, heads, tokens
    q, k, _ = (torch.cat(layers).float().cpu().view(L, T, H, -1).transpose(1, 2) for layers in zip(*made, strict=True))

    # Each row is a softmax: sum_j A_ij = 1. And the future is masked: A_ij = 0 for j > i.
    assert torch.allclose(A.sum(dim=-1), torch.ones(L, H, T), atol=1e-4), "a row of weights does not sum to 1"
    assert A.triu(diagonal=1).max() == 0, "a token looks at a later one"

    # A = softmax(q k^T / sqrt(d)), where a token that comes later has the score -inf.
    d = q.shape[-1]  # q and k are (L, H, T, d): each head has its own part of the width
    scores = q @ k.transpose(2, 3) / d**0.5  # (L, H, T, T)
    later = torch.ones(T, T, dtype=torch.bool).triu(diagonal=1)
    ours = scores.masked_fill(later, -torch.inf).softmax(dim=-1)
    assert torch.allclose(ours, A, atol=1e-4), "the weights are not the softmax of queries times keys"

    run.metric("tokens", T)
    run.metric("layers", L)
    run.metric("heads", H)
    run.metric("head_width", d)
    run.metric("largest_error", (ours - A).abs().max().item())

    # Softmax sees nothing but differences within a row: how far do the scores of a row lie apart?
    spread = torch.stack([scores[:, :, i, : i + 1].std(dim=-1) for i in range(1, T)])
    run.metric("score_deviation", spread.mean().item())

    # The first row has no choice: it can only look at itself.
    run.metric("first_token_share", A[:, :, 1:, 0].mean().item())

    # From the third token on, so that "the previous" is never also "the first".
    previous = A.diagonal(offset=-1, dim1=2, dim2=3)[:, :, 1:].mean(dim=-1)  # (L, H)
    report_best(run, "previous_token", previous)

    # [A][B] … [A] -> [B]: for each token seen before, the weight on whatever followed its earlier occurrences.
    followers = {i: [j + 1 for j in range(i - 1) if ids[j] == ids[i]] for i in range(T)}
    repeats = [A[:, :, i, places].sum(dim=-1) for i, places in followers.items() if places]
    if repeats:
        report_best(run, "induction", torch.stack(repeats).mean(dim=0))
    else:
        print("no token occurs twice, so induction is not measured")

    return Attention(tokens=[tokenizer.decode([i]) for i in ids], weights=A, queries=q, keys=k)


def report_best(run: Run, habit: str, scores) -> None:
    """Report the highest of the scores (L, H) with its layer and head, counted from 1."""
    layer, head = divmod(scores.argmax().item(), scores.shape[1])
    run.metric(f"{habit}_best", scores[layer, head].item())
    run.metric(f"{habit}_layer", layer + 1)
    run.metric(f"{habit}_head", head + 1)
