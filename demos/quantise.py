from typing import Annotated, Literal

from builder.demo import Model, Range, Run, demo
from builder.outputs import Chart, Line, Table

BITS = (8, 6, 5, 4, 3, 2)
BLOCK = 64  # weights that share a scale


@demo(smoke={"senses": 20}, inputs=["demos/training/data/wordnet-glosses.tsv.xz"])
def quantise(
    run: Run,
    scale: Literal["matrix", "row", "block"] = "row",
    senses: Annotated[int, Range(10, 400)] = 160,
    prompt: str = "attention (noun):",
    model: Model = "gpt2-mini",
) -> tuple[Chart, Table]:
    r"""Store the weights of GPT-2 in eight bits, in four, in two, and see what is lost.

    A weight is replaced by the nearest of $2^b - 1$ evenly spaced numbers, symmetric around zero:

    $$s = \frac{\max_i |w_i|}{2^{b-1} - 1}, \qquad q_i = \mathrm{round}(w_i / s), \qquad \hat w_i = s\,q_i$$

    What is stored are the whole numbers $q_i$ of $b$ bits each, and the scale $s$ in sixteen. How many weights share a
    scale is the choice to make: a whole `matrix`, a `row` (all the weights that feed one output), or a `block` of 64 of
    a row. One large weight spoils the scale for all who share it. The demo checks that no weight moves by more than
    half a step. Vectors (biases and the numbers of the layer norms) stay as they are: they are three in a thousand.

    ## How to read it

    **Perplexity** is measured on definitions that the model has not seen, always the same. **Same choice** is the share
    of positions where the likeliest next token is that of the model in 32 bits. **Writes** is the greedy continuation
    of the prompt: the first place where two rows differ is where one near-tie was decided otherwise, and from there on
    they are two texts. `perplexity_4`, `same_4` and `mb_4` are the numbers for four bits, `perplexity` and `mb` those of
    the model as it is.

    ## What not to conclude

    Rounding to the nearest is the simplest method there is. GPTQ, AWQ and others choose the whole numbers so that the
    *outputs* change least, and keep four bits where this loses them. Nothing here is faster: the products are still
    formed in 32 bits. Large models have a few channels with huge values, small ones like this have not, so what eight
    bits cost here says nothing about them (Dettmers et al. 2022).
    """
    import copy

    import torch
    from _glosses import held_out
    from transformers import AutoTokenizer, GPT2LMHeadModel

    tokenizer = run.load(AutoTokenizer, model)
    exact = run.load(GPT2LMHeadModel, model).float()
    end = tokenizer.eos_token_id

    # 1. Definitions that the model has not seen, one after the other in rows of 128 tokens, as in training.
    texts = held_out(run.input("demos/training/data/wordnet-glosses.tsv.xz"), senses)
    stream = [token for text in texts for token in (end, *tokenizer(text)["input_ids"])]
    T = min(exact.config.n_positions, len(stream))
    ids = torch.tensor(stream[: len(stream) // T * T], device=run.device).view(-1, T)  # (N, T)

    def read(network) -> tuple[float, torch.Tensor]:
        """Return the perplexity, and the likeliest next token at each position."""
        with torch.no_grad():
            log_p = torch.cat([network(rows).logits.float().log_softmax(dim=-1) for rows in ids.split(8)])[:, :-1]
        return (-log_p.gather(2, ids[:, 1:, None]).mean()).exp().item(), log_p.argmax(dim=-1)

    def write(network) -> str:
        """Continue the prompt greedily."""
        start = torch.tensor([[end, *tokenizer(prompt)["input_ids"]]], device=run.device)
        options = {"max_new_tokens": 24, "do_sample": False, "pad_token_id": end}
        written = network.generate(start, attention_mask=torch.ones_like(start), **options)
        return tokenizer.decode(written[0, start.shape[1] :], skip_special_tokens=True)

    # 2. The model as it is.
    matrices = {name: p for name, p in exact.named_parameters() if p.dim() == 2}
    vectors = sum(p.numel() for p in exact.parameters() if p.dim() == 1)
    perplexity, choices = read(exact)
    megabytes = 4 * sum(p.numel() for p in exact.parameters()) / 1e6
    rows = [["32, as it is", megabytes, 0.0, perplexity, 1.0, write(exact)]]
    run.metric("perplexity", perplexity)
    run.metric("mb", megabytes)
    run.metric("share_of_vectors", vectors / (megabytes * 1e6 / 4))

    # 3. The same with fewer and fewer bits.
    perplexities = []
    for done, bits in enumerate(BITS):
        network = copy.deepcopy(exact)
        size, error, power = vectors * 4.0, 0.0, 0.0
        for name, parameter in network.named_parameters():
            if name not in matrices:
                continue
            linear = not name.endswith(("wte.weight", "wpe.weight"))
            w = parameter.data.T if linear else parameter.data  # GPT-2 keeps (inputs, outputs); a row feeds one output
            q, s = round_to(w, bits, scale)
            w_hat = (q * s).reshape(w.shape)
            assert ((w_hat - w).abs().reshape(q.shape) <= s / 2 + 1e-6).all(), "a weight moved by more than half a step"
            size += q.numel() * bits / 8 + s.numel() * 2
            error, power = error + (w_hat - w).square().sum().item(), power + w.square().sum().item()
            parameter.data.copy_(w_hat.T if linear else w_hat)
        lost, made = read(network)
        same = (made == choices).float().mean().item()
        perplexities.append(lost)
        rows.append([f"{bits}", size / 1e6, (error / power) ** 0.5, lost, same, write(network)])
        run.metric(f"perplexity_{bits}", lost)
        run.metric(f"same_{bits}", same)
        run.metric(f"mb_{bits}", size / 1e6)
        run.metric(f"error_{bits}", (error / power) ** 0.5)
        run.progress(done + 1, len(BITS))

    return (
        Chart(
            title=f"One scale per {scale}", x_label="bits per weight", y_label="perplexity", y_log=True,
            lines=[Line(name="rounded", x=BITS, y=perplexities),
                   Line(name="32 bits", x=[BITS[-1], BITS[0]], y=[perplexity] * 2, style="dashed")],
        ),
        Table(
            title="What is stored, what is lost",
            columns=["bits", "MB", "relative error of the weights", "perplexity", "same choice", "writes"],
            rows=rows,
            notes=[f"{len(texts)} held-out definitions, {ids.numel():,} tokens; the prompt is '{prompt}'"],
        ),
    )  # fmt: skip


def round_to(w, bits: int, scale: str):
    """Return the whole numbers q of a matrix w (outputs, inputs), in groups (G, N), and the scale s (G, 1) of each."""
    import torch

    groups = w.reshape({"matrix": (1, -1), "row": w.shape, "block": (-1, BLOCK)}[scale])
    largest = 2 ** (bits - 1) - 1
    s = (groups.abs().amax(dim=1, keepdim=True) / largest).clamp(min=1e-12)
    return torch.round(groups / s), s
