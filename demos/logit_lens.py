from builder.demo import Model, Run, demo
from builder.outputs import Chart, HeatMap, Line, Map


@demo(smoke={"text": "dream (verb): a dream"})
def logit_lens(run: Run, text: str, model: Model = "gpt2-mini") -> tuple[HeatMap, Chart]:
    r"""Ask every layer of GPT-2 what it would say if it were the last.

    A transformer has one stream of numbers per token, and each layer only *adds* to it:

    $$x_{l+1} = x_l + \mathrm{attention}_l(x_l) + \mathrm{mlp}_l(x_l), \quad \text{logits} = W\,\mathrm{LayerNorm}(x_L)$$

    (the second term sees what the first has added). Since the stream keeps its shape, the last step can be taken early:
    $W\,\mathrm{LayerNorm}(x_l)$ is what the model would say if it stopped after layer $l$. The idea is called the *logit
    lens* (nostalgebraist 2020). The demo checks that the stream is the sum of what the layers add, and that the lens
    behind the last layer is the model's own answer.

    ## How to read it

    A column is a token, a row a depth: `0` is the stream before any layer, the vectors of token and position and
    nothing else. Each cell is about the token that comes *next*. **What comes next** has the probability of the one
    that the text really has. **What is said in the end** has that of the model's final first choice: where a column
    becomes dark is where the model made up its mind. Point at a cell for the three tokens read there.

    The chart has the mean over all positions: the surprise about the next token, and the distance from the final
    answer, $\mathrm{KL}(p_L \,\|\, p_l)$. `surprise_3` is the surprise after layer 3, `agrees_3` the share of
    positions where the first choice there is already the final one, and `echo_0` the share where the lens reads the
    token that has just been read: input and output share one table $W$ here, so a stream to which nothing was added
    points at itself.

    ## What not to conclude

    No layer but the last was trained to be read this way. That a word cannot be read in the middle doesn't mean that
    nothing is known there: it may be written in directions that a later layer turns round (Belrose et al. 2023 train a
    translation for each layer, the *tuned lens*). And `gpt2-mini` has six layers; a model with ninety has more room
    between reading and answering.
    """
    import torch
    from transformers import AutoTokenizer, GPT2LMHeadModel

    tokenizer = run.load(AutoTokenizer, model)
    gpt2 = run.load(GPT2LMHeadModel, model).float()
    ids = [tokenizer.eos_token_id, *tokenizer(text)["input_ids"]]
    if len(ids) < 3:
        raise ValueError("the text needs at least two tokens")
    if len(ids) > gpt2.config.n_positions:
        raise ValueError(f"the text has {len(ids)} tokens with its start; '{model}' sees {gpt2.config.n_positions}")

    # 1. Run the model, and keep what every part adds to the stream.
    added = []
    blocks = gpt2.transformer.h
    hooks = [block.attn.register_forward_hook(lambda _, __, out: added.append(out[0][0])) for block in blocks]
    hooks += [block.mlp.register_forward_hook(lambda _, __, out: added.append(out[0])) for block in blocks]
    try:
        with torch.no_grad():
            output = gpt2(torch.tensor([ids], device=run.device), output_hidden_states=True)
            # x_0 is token plus position; x_l is x_0 plus everything that was added up to layer l.
            stream = [output.hidden_states[0][0]]
            for attention, mlp in zip(added[::2], added[1::2], strict=True):
                stream.append(stream[-1] + attention + mlp)
            for ours, theirs in zip(stream[:-1], output.hidden_states[:-1], strict=True):
                assert torch.allclose(ours, theirs[0], atol=1e-3), "the stream is not the sum of what the layers add"

            # 2. The lens: logits_l = W LayerNorm(x_l), for every depth.
            logits = torch.stack([gpt2.lm_head(gpt2.transformer.ln_f(x)) for x in stream])  # (L + 1, T, V)
    finally:
        for hook in hooks:
            hook.remove()
    assert torch.allclose(logits[-1], output.logits[0], atol=1e-2), "the last lens is not the model"

    # 3. What each depth says of what comes next, of what will be said, and of what was just read.
    log_p = logits.float().cpu().log_softmax(dim=-1)
    final = log_p[-1].argmax(dim=-1)  # (T,)
    following = torch.tensor(ids[1:])
    surprise = -log_p[:, :-1].gather(2, following.expand(len(log_p), -1).unsqueeze(2)).squeeze(2)  # (L + 1, T - 1)
    divergence = (log_p[-1].exp() * (log_p[-1] - log_p)).sum(dim=-1)  # KL(p_L || p_l), (L + 1, T)
    said = log_p.gather(2, final.expand(len(log_p), -1).unsqueeze(2)).squeeze(2).exp()
    first = log_p.argmax(dim=-1)  # (L + 1, T)
    for depth in range(len(stream)):
        run.metric(f"surprise_{depth}", surprise[depth].mean().item())
        run.metric(f"agrees_{depth}", (first[depth] == final).float().mean().item())
        run.metric(f"divergence_{depth}", divergence[depth].mean().item())
        run.metric(f"echo_{depth}", (first[depth, 1:] == torch.tensor(ids[1:])).float().mean().item())
    run.metric("layers", len(stream) - 1)
    run.metric("tokens", len(ids))

    # 4. Two maps over the same cells.
    tokens = [tokenizer.decode([i]) for i in ids]
    best = log_p.topk(3, dim=-1)
    details = [
        [
            ", ".join(
                f"{tokenizer.decode([i])!r} {p:.0%}"
                for i, p in zip(best.indices[depth, t].tolist(), best.values[depth, t].exp().tolist(), strict=True)
            )
            for t in range(len(ids))
        ]
        for depth in range(len(stream))
    ]
    unknown = torch.full((len(stream), 1), torch.nan)  # nobody knows what would follow the last token
    rows = [str(depth) for depth in range(len(stream))]
    places = {"rows": rows, "columns": tokens, "details": details}
    depths = range(len(stream))
    return (
        HeatMap(
            title="What each depth makes of the next token",
            maps=[
                Map(title="What comes next", values=torch.cat([(-surprise).exp(), unknown], dim=1), **places),
                Map(title="What is said in the end", values=said, **places),
            ],
            row_title="layers so far", column_title="after the token", low=0, high=1,
        ),
        Chart(
            title="Mean over all positions", x_label="layers so far", y_label="nats",
            lines=[Line(name="surprise about the next token", x=depths, y=surprise.mean(dim=1)),
                   Line(name="distance from the final answer", x=depths, y=divergence.mean(dim=1), style="dashed")],
        ),
    )  # fmt: skip
