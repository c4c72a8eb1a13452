from typing import Annotated

from builder.demo import Model, Range, Run, demo
from builder.outputs import Branch, Branches

MAX_ENDS = 2_500  # of the tree


@demo(smoke={"prompt": "attention (noun):", "depth": 2, "width": 2})
def one_token(
    run: Run,
    prompt: str,
    depth: Annotated[int, Range(1, 6)] = 4,
    width: Annotated[int, Range(2, 10)] = 5,
    model: Model = "gpt2-mini",
) -> Branches:
    r"""Generate text one token at a time, and step back to choose another token.

    A language model gives every token of its vocabulary a probability of being the next one, and nothing else. A text
    comes about when somebody picks a token, appends it, and asks again. By the chain rule the probability of a whole
    continuation is the product of the picks:

    $$p(x_1, \dots, x_n \mid \text{prompt}) = \prod_{i=1}^{n} p(x_i \mid \text{prompt}, x_1, \dots, x_{i-1})$$

    The demo asks for all picks at once: the `width` likeliest tokens at the end of the prompt, at the end of each of
    these continuations, and so on, `depth` tokens deep. All texts of a level have the same length and go through the
    network together, so a whole tree takes as many calls as it is deep.

    Picking the likeliest token each time is greedy decoding. The demo checks that this path through its tree is the
    one that `model.generate(do_sample=False)` takes, token by token.

    ## How to read it

    Each bar is a token that may come next, as long as it is likely; the last bar is everything that is not shown.
    *Step* takes the likeliest token, a bar takes its own, *Back* undoes. Below stands the probability of all the
    tokens taken so far.

    - `shown_share` is the part of the probability that the tokens shown hold, averaged over all places in the tree.
    - `likeliest_path` is the probability of the greedy path, `best_path` that of the best complete path in the tree.
      `best_over_likeliest` divides the two: where it is above 1, greedy decoding has missed a likelier text.
    - `contexts` counts the texts that the network was asked about, `network_calls` the batches they were asked in.

    ## What not to conclude

    `gpt2-mini` has 6.9 million parameters and has read dictionary definitions and nothing else; its first choices show
    what definitions look like, not what is true. Only `width` of 8,192 tokens are followed at each step, so
    `best_path` is the best of this tree; an even better one may begin with a token that is not shown. And likelier
    does not mean better: the likeliest texts of a model are dull.
    """
    import torch
    from transformers import AutoTokenizer, GPT2LMHeadModel

    tokenizer = run.load(AutoTokenizer, model)
    gpt2 = run.load(GPT2LMHeadModel, model).float()

    # The end token in front says, as in training: a new text starts here.
    end = tokenizer.eos_token_id
    prompt_ids = tokenizer(prompt)["input_ids"]
    start = [end, *prompt_ids]
    if len(start) + depth > gpt2.config.n_positions:
        raise ValueError(f"the prompt has {len(start)} tokens with its start; '{model}' sees {gpt2.config.n_positions}")
    if width**depth > MAX_ENDS:
        raise ValueError(
            f"a tree {width} wide and {depth} deep has {width**depth:,} ends; at most {MAX_ENDS:,} can be shown"
        )

    # The tree: which tokens were found likeliest after each continuation (a tuple of token ids), and how likely it is.
    below = {}  # continuation -> [(token, probability), ...], best first
    joint = {(): 1.0}  # continuation -> probability of all its tokens together
    level = [()]  # the continuations that are asked about next, all of one length
    for step in range(depth):
        # 1. All of them go through the network in one batch. The last position predicts the next token.
        contexts = torch.tensor([[*start, *ids] for ids in level], device=run.device)
        with torch.no_grad():
            logits = gpt2(contexts).logits[:, -1].float().cpu()  # (B, V), a row for each continuation

        # 2. p_i = exp(z_i) / sum_j exp(z_j), and of these the likeliest.
        p, tokens = logits.softmax(dim=-1).topk(width)  # (B, width) each
        assert (p.sum(dim=-1) <= 1 + 1e-5).all(), "the probabilities of one place sum to more than 1"
        below |= {
            ids: list(zip(*row, strict=True)) for ids, *row in zip(level, tokens.tolist(), p.tolist(), strict=True)
        }

        # 3. p(x_1 … x_n) = p(x_1 … x_n-1) p(x_n | x_1 … x_n-1)
        joint |= {(*ids, token): joint[ids] * share for ids in level for token, share in below[ids]}

        # 4. Go on with the longer texts, except where the model said that the text is over.
        level = [(*ids, token) for ids in level for token, _ in below[ids] if token != end]
        run.progress(step + 1, depth)

    # Greedy decoding takes the first token every time. Here the path through the tree is checked against the library.
    greedy = ()
    while greedy in below:
        greedy = (*greedy, below[greedy][0][0])
    given = torch.tensor([start], device=run.device)
    options = {"max_new_tokens": depth, "do_sample": False, "pad_token_id": end}
    generated = gpt2.generate(given, attention_mask=torch.ones_like(given), **options)[0, len(start) :].tolist()
    run.metric("same_as_generate", float(list(greedy) == generated))
    assert list(greedy) == generated, "the likeliest path differs from model.generate"

    # Is it the likeliest text as well? Only where no first token that looks worse leads to better ones.
    complete = {ids: share for ids, share in joint.items() if ids not in below}
    best = max(complete, key=complete.get)
    run.metric("likeliest_path", joint[greedy])
    run.metric("best_path", joint[best])
    run.metric("best_over_likeliest", joint[best] / joint[greedy])
    run.metric("shown_share", sum(share for tokens in below.values() for _, share in tokens) / len(below))
    run.metric("contexts", len(below))
    run.metric("network_calls", step + 1)

    print("the prompt in tokens:", " ".join(f"{tokenizer.decode([i])!r} = {i}" for i in start))
    print(f"the greedy path: {tokenizer.decode(greedy)!r}, probability {joint[greedy]:.3g}")
    print(f"the best path:   {tokenizer.decode(best)!r}, probability {joint[best]:.3g}")

    def grow(ids: tuple[int, ...], share: float) -> Branch:
        """Return the branch of a continuation, whose last token has the probability `share`."""
        children = [grow((*ids, token), p) for token, p in below.get(ids, ())]
        return Branch(text=tokenizer.decode(ids[-1:]), probability=share, children=children, ends=ids[-1:] == (end,))

    return Branches(prompt=[tokenizer.decode([i]) for i in start], root=grow((), 1.0))
