import math
from typing import Literal

from builder.demo import Run, demo
from builder.outputs import Chart, HeatMap, Line, Map, Table

# What stands in the network below, and what each fault puts there instead.
FAULTS = {
    "none": ("all lines as they are",),
    "layout": ("x.transpose(0, 1)", "x.reshape(B, T, C)"),
    "batch_norm": ("F.layer_norm(x, (C,))", "F.batch_norm(x.mT, None, None, training=True).mT"),
    "split": ("t.view(B, T, H, D).transpose(1, 2)", "t.reshape(B, H, T, D)"),
    "split_merge": ("y.transpose(1, 2).reshape(B, T, C)", "y.reshape(B, T, C) after the line of 'split'"),
    "no_mask": ("ones.tril()", "ones"),
    "off_by_one": ("ones.tril()", "ones.tril(diagonal=1)"),
    "softmax": ("scores.softmax(dim=-1)", "scores.softmax(dim=-2)"),
}
T, B, C, V = 8, 4, 32, 8  # positions, examples, channels, tokens


@demo(smoke={"steps": 5})
def backprop_deps(
    run: Run,
    fault: Literal["none", "layout", "batch_norm", "split", "split_merge", "no_mask", "off_by_one", "softmax"] = "none",
    steps: int = 120,
    seed: int = 0,
) -> tuple[HeatMap, HeatMap, Table, Chart]:
    r"""Ask the gradient which output of a network depends on which input.

    A network that reads a batch of sequences to predict the next token makes two promises: what it says about one
    example $b$ does not depend on the others, and what it says at position $i$ does not depend on later ones.

    $$\frac{\partial y_{bi}}{\partial x_{b'j}} = 0 \quad \text{if } b' \neq b \text{ or } j > i$$

    To check that, take *one* output, backpropagate, and see which inputs receive a gradient (a tip from Karpathy's
    *Recipe for Training Neural Networks*, 2019). The zeros are exact: what a weight of 0 multiplies is not small, it
    is 0. Here every output of a causal transformer is asked, two layers of random weights, once sound and once with
    one line replaced by a mistake (`split_merge` is two). None of them raises an error, since all shapes fit.

    ## How to read it

    A row is an output, a column an input; the shade is the size of the gradient, and a blank cell is exactly zero.
    Positions must form a lower triangle, examples a diagonal. `leaks` is the share of the cells that must be zero and
    are not, in both maps; `position_leaks` and `example_leaks` tell them apart. `blind` is the share of the lower
    triangle that *is* zero: a dependency that is missing.

    The chart has both in training, on chains of 8 tokens: the next one is the successor (of 7, it is 0) or, in half
    of the cases, any token. Each batch is new, so an honest loss cannot stay below the `entropy` of the chain.

    ## What not to conclude

    A zero holds for these weights and this input, and a gradient says that there is a path, not that it matters. The
    entropy is known because the data is made up; on real text there is no such line for a loss to cross.
    """
    import torch

    # 1. Random weights: embeddings, positions, readout, and two layers; and a random input, time first.
    generator = run.generator(seed)
    shapes = [(V, C), (T, 1, C), (C, V), (C, 3 * C), (C, C), (C, 3 * C), (C, C)]
    weights = [torch.randn(shape, generator=generator) / math.sqrt(shape[0]) for shape in shapes]
    x = torch.randn(T, B, C, generator=generator, requires_grad=True)
    later, others = torch.ones(T, T).triu(1).bool(), ~torch.eye(B).bool()  # the cells that must be zero

    positions, examples, lines = [], [], []
    for version in dict.fromkeys(["none", fault]):
        name = "sound" if version == "none" else f"fault: {version}"
        # 2. Take the logit of token 0 of one example at one position, and see what arrives at the inputs.
        logits = network(x, weights[3:], version) @ weights[2]  # (B, T, V)
        arrived = [torch.autograd.grad(y, x, retain_graph=True)[0] for y in logits[:, :, 0].flatten()]
        J = torch.stack(arrived).abs().sum(dim=-1).view(B, T, T, B)  # |d y_bi / d x_b'j| at [b, i, j, b']
        by_position, by_example = J.sum(dim=(0, 3)), J.sum(dim=(1, 2))  # (T, T), (B, B)
        positions.append(as_map(name, by_position, later))
        examples.append(as_map(name, by_example, others))

        # 3. Is anything there that must not be, or missing that should be there?
        found = {"position_leaks": by_position[later] != 0, "example_leaks": by_example[others] != 0}
        found |= {"leaks": torch.cat(list(found.values())), "blind": by_position[~later] == 0}
        assert (found["leaks"].any() or found["blind"].any()) == (version != "none"), "the gradient does not tell"

        # 4. Train it. Half of the steps of a chain go on by 1, the others by any number.
        generator = run.generator(seed + 1)
        E, P, U, *layers = trained = [W.clone().requires_grad_() for W in weights]
        optimizer = torch.optim.Adam(trained, lr=0.01)
        losses = []
        for _ in range(steps):
            jump = torch.randint(V, (T + 1, 64), generator=generator)
            jump[torch.rand(T + 1, 64, generator=generator) < 0.5] = 1
            tokens = jump.cumsum(dim=0) % V
            logits = network(E[tokens[:-1]] + P, layers, version) @ U  # (B, T, V)
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[1:].T.flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        lines.append(Line(name=name, x=range(1, steps + 1), y=losses))

    for name, cells in found.items():  # of the version asked for
        run.metric(name, cells.float().mean().item())
    p = 1 / 2 + 1 / (2 * V)  # of the successor, which may be drawn as any token, too
    entropy = -p * math.log(p) - (1 - p) * math.log(1 / (2 * V))
    run.metric("entropy", entropy)
    run.metric("sound_loss", sum(lines[0].y[-10:]) / min(10, steps))  # mean over the last ten steps
    run.metric("loss", sum(lines[-1].y[-10:]) / min(10, steps))
    lines.append(Line(name="entropy of the chain", x=[1, steps], y=[entropy] * 2, style="dashed"))
    rows = list(zip(("sound", "faulty"), FAULTS[fault], strict=False))
    axes = {"row_title": "output at", "column_title": "input at", "low": 0.0}
    return (
        HeatMap(title="Which position depends on which", maps=positions, **axes),
        HeatMap(title="Which example depends on which", maps=examples, **axes),
        Table(title="The line of the network", columns=["version", "code"], rows=rows),
        Chart(title="Loss in training", x_label="step", y_label="loss (nats)", lines=lines),
    )


def network(x, weights, fault):
    """Two layers of causal attention; a fault replaces one line. Shapes: x (T, B, C) -> (B, T, C)."""
    import torch
    from torch.nn import functional as F

    T, B, C = x.shape
    H, D, ones = 4, C // 4, torch.ones(T, T, dtype=torch.bool)  # heads, channels of a head

    # Batch first. A reshape gives the same shape, and cuts across the examples.
    x = x.reshape(B, T, C) if fault == "layout" else x.transpose(0, 1)
    for W_qkv, W_out in (weights[:2], weights[2:]):
        # Normalise each token by itself. Batch norm takes the mean over all examples and positions.
        h = F.batch_norm(x.mT, None, None, training=True).mT if fault == "batch_norm" else F.layer_norm(x, (C,))

        # Split the channels into heads, (B, H, T, D). Without the transpose, a "head" is a stretch of the sequence.
        qkv, torn = (h @ W_qkv).split(C, dim=2), fault in ("split", "split_merge")
        q, k, v = (t.reshape(B, H, T, D) if torn else t.view(B, T, H, D).transpose(1, 2) for t in qkv)

        # A token sees itself and what came before.
        seen = {"no_mask": ones, "off_by_one": ones.tril(diagonal=1)}.get(fault, ones.tril())
        scores = (q @ k.mT / math.sqrt(D)).masked_fill(~seen, -math.inf)

        # The weights of a query sum to 1 over the keys. Over the queries, later ones have a say.
        A = scores.softmax(dim=-2) if fault == "softmax" else scores.softmax(dim=-1)

        y = A @ v
        y = y.reshape(B, T, C) if fault == "split_merge" else y.transpose(1, 2).reshape(B, T, C)
        x = x + y @ W_out
    return x


def as_map(title, cells, forbidden):
    """One map of dependencies (N, N); the cells that must be zero say so."""
    names = [str(i + 1) for i in range(len(cells))]
    details = [["must be zero" if cell else "" for cell in row] for row in forbidden.tolist()]
    return Map(title=title, values=cells, rows=names, columns=names, details=details)
