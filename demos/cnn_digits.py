from typing import Annotated

from builder.demo import Model, Range, Run, demo
from builder.outputs import Chart, Grid, HeatMap, Line, Map


@demo(smoke={"stride": 14}, inputs=["demos/training/data/mnist-10k.npz"])
def cnn_digits(
    run: Run,
    digit: Annotated[int, Range(0, 9)] = 4,
    example: Annotated[int, Range(0, 99)] = 0,
    patch: Annotated[int, Range(1, 14)] = 6,
    stride: Annotated[int, Range(1, 14)] = 1,
    model: Model = "digits-cnn",
    baseline: Model = "digits-mlp",
) -> tuple[HeatMap, Chart, Grid]:
    """Cover a digit piece by piece, shift it, and look at the maps it leaves in a convolutional network.

    `digits-cnn` has two layers of convolutions, each followed by ReLU and pooling, and a linear layer that reads the
    result. `digits-mlp` is its baseline: as many parameters, the same digits, but one hidden layer in which each unit
    has a weight of its own for each pixel. Both were trained on digits in their usual place; the one here is held out.

    ## How to read it

    **Covered.** Zeiler and Fergus (2013) asked where a network looks by covering a part of the image and noting the
    probability of the right answer. Here a square of `patch` by `patch` pixels is covered with paper. Each cell stands
    for the square around it and tells the probability that is left for the true digit. Where there is no ink, covering
    changes nothing, which is asserted.
    **Shifted.** The same probability when the whole digit moves sideways.
    **Images and maps.** The first row is what the networks were shown. Below is what the units of both layers answer
    at each place, as a share of the strongest answer in their layer. The second layer has half the resolution.

    `cnn` and `mlp` are the probabilities of the true digit as it stands, `cnn_covered` and `mlp_covered` the smallest
    that a covering square leaves of them.

    ## What not to conclude

    This is one digit. A probability that falls shows that the covered ink mattered for this answer in this network; it
    does not show that it would be enough, nor that a person would miss it. A digit with a piece covered is also a kind
    of image that neither network has seen: 29 thousand parameters and 9,000 whole digits are all there is behind them.
    """
    import torch
    from _classifiers import DigitsCNN, DigitsMLP
    from _digits import read_digits, shift, to_bytes

    nets = {"CNN": run.load(DigitsCNN, model), "MLP": run.load(DigitsMLP, baseline)}
    _, _, images, labels = read_digits(run.input("demos/training/data/mnist-10k.npz"))
    x = (images[labels == digit][example : example + 1].to(run.device) + 1) / 2  # (1, 1, 28, 28): 0 paper, 1 ink

    # 1. Cover the square around each place, a place every `stride` pixels.
    places = list(range(0, 28, stride))
    covered = []
    for row in places:
        for column in places:
            y = x.clone()
            top, left = max(row - patch // 2, 0), max(column - patch // 2, 0)
            y[:, :, top : row - patch // 2 + patch, left : column - patch // 2 + patch] = 0
            covered.append(y)
    covered = torch.cat(covered)  # (places * places, 1, 28, 28)
    hidden = (x - covered).sum(dim=(1, 2, 3))  # ink under the square

    steps = [-6, -4, -2, -1, 0, 1, 2, 4, 6]  # pixels to the right
    shifted = torch.cat([shift(x, right=right) for right in steps])
    worst, maps, lines = [], [], []
    for done, (name, net) in enumerate(nets.items()):
        with torch.no_grad():
            # 2. p(digit | covered image), and what is read instead
            whole = net(x).softmax(dim=1)[0, digit]
            p = net(covered).softmax(dim=1)
            remaining, reading = p[:, digit], p.argmax(dim=1).tolist()
            # 3. p(digit | shifted image)
            moved = net(shifted).softmax(dim=1)[:, digit]
        assert torch.allclose(remaining[hidden == 0], whole, atol=1e-5)  # paper on paper changes nothing
        run.metric(name.lower(), whole.item())
        run.metric(f"{name.lower()}_covered", remaining.min().item())
        worst.append(covered[remaining.argmin()])
        details = ["" if read == digit else f"read as {read}" for read in reading]
        maps.append(
            Map(
                title=f"{name}: probability of {digit}",
                values=remaining.view(len(places), len(places)).cpu(),
                rows=[f"y {place}" for place in places],
                columns=[f"x {place}" for place in places],
                details=[details[i : i + len(places)] for i in range(0, len(details), len(places))],
            )
        )
        lines.append(Line(name=name, x=steps, y=moved.tolist()))
        run.progress(done + 1, len(nets))

    # 4. What the networks were shown: the digit, covered where it hurts either most, and shifted.
    inputs = torch.cat([x, torch.stack(worst), shifted[[0, 1, 2, 6, 7]]])
    says = ["as it is", *(f"covered where it hurts the {name} most" for name in nets)]
    says += [f"shifted by {steps[i]:+d}" for i in (0, 1, 2, 6, 7)]
    with torch.no_grad():
        told = {name: net(inputs).softmax(dim=1)[:, digit].tolist() for name, net in nets.items()}
    rows, tiles = ["what they are shown"], [inputs.view(1, 8, 28, 28)]
    captions = [[f"{what}: CNN {told['CNN'][i]:.0%}, MLP {told['MLP'][i]:.0%}" for i, what in enumerate(says)]]

    # 5. The maps of both layers, the second doubled to the size of the first.
    with torch.no_grad():
        first = nets["CNN"].layer1(x)
        second = nets["CNN"].layer2(first)
    second = second.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    for layer, activations in ((1, first[0]), (2, second[0])):
        activations = activations / activations.max().clamp(min=1e-9)
        tiles.append(activations.view(-1, 8, 28, 28))
        strongest = activations.amax(dim=(1, 2)).view(-1, 8).tolist()
        for row, values in enumerate(strongest):
            rows.append(f"layer {layer}, units {8 * row + 1} to {8 * row + 8}")
            captions.append([f"unit {8 * row + i + 1}: at most {v:.0%} of the layer" for i, v in enumerate(values)])

    return (
        HeatMap(
            title=f"Held-out {digit}, number {example}, with a square of {patch} by {patch} pixels covered",
            maps=maps,
            low=0,
            high=1,
        ),
        Chart(
            title=f"The same {digit} shifted sideways",
            x_label="pixels to the right",
            y_label=f"probability of {digit}",
            lines=lines,
        ),
        Grid(
            title=f"The {digit}, and what it leaves in the maps of {model}",
            images=to_bytes(torch.cat(tiles).flatten(0, 1).unsqueeze(1)).reshape(len(rows), 8, 28, 28),
            rows=rows,
            columns=[str(i) for i in range(1, 9)],
            captions=captions,
            column_title="unit in the row",
        ),
    )
