from typing import Annotated

from builder.demo import Model, Range, Run, demo
from builder.outputs import Chart, Grid, HeatMap, Line, Map


@demo(smoke={"farthest": 1}, inputs=["demos/training/data/mnist-10k.npz"])
def cnn_shift(
    run: Run,
    farthest: Annotated[int, Range(1, 8)] = 6,
    model: Model = "digits-cnn",
    baseline: Model = "digits-mlp",
) -> tuple[Chart, Grid, HeatMap]:
    r"""Shift a thousand digits, and see what convolutions are worth.

    A convolution treats all places alike: if its input moves by a pixel, its output moves by a pixel. It is
    *equivariant*, which is asserted for the first layer (away from the border). To be *invariant*, to give the same
    answer wherever the digit is, the network must also throw the place away. Pooling does that within its two by two
    pixels; the linear layer at the end has a weight of its own for each of the 7 by 7 places that are left, and has
    learned them from digits in the middle.

    `digits-mlp`, the baseline, has as many parameters, was trained longer on the same digits, and has no convolutions. Neither has ever seen a shifted digit.

    ## How to read it

    **Shifted.** The share of the 1,000 held-out digits that each network reads right after a shift of so many pixels,
    a quarter of the digits in each direction. What leaves the image is lost.
    **Misread.** The digits, unshifted, that the CNN misreads with the greatest confidence.
    **Confused.** How often a digit of the row is read as that of the column, unshifted; 100 digits a row. Digits that
    are read right are left out.

    `cnn_0` is the accuracy of the CNN without a shift, `mlp_2` that of the baseline after a shift of 2 pixels, and so
    on. Without a shift, `cnn_alone` digits are read right by the CNN only, `mlp_alone` by the baseline only; a sign
    test on these two numbers says whether the difference could be chance. `cnn_parameters` and `mlp_parameters` are
    counted.

    ## What not to conclude

    One convolutional network of 29 thousand parameters with two poolings was compared with one baseline, on 1,000
    digits of one collection. Shifting the digits in training as well would teach both what is tested here. Larger
    convolutional networks are not invariant to shifts either (Azulay & Weiss 2019).
    """
    import torch
    from _classifiers import DigitsCNN, DigitsMLP
    from _digits import read_digits, shift, to_bytes

    nets = {"cnn": run.load(DigitsCNN, model), "mlp": run.load(DigitsMLP, baseline)}
    _, _, images, labels = read_digits(run.input("demos/training/data/mnist-10k.npz"))
    x = ((images + 1) / 2).to(run.device)  # (1000, 1, 28, 28): 0 paper, 1 ink
    for name, net in nets.items():
        run.metric(f"{name}_parameters", sum(p.numel() for p in net.parameters()))

    with torch.no_grad():
        # 1. Equivariance: shift, then filter, is filter, then shift.
        few, inside = x[:10], (..., slice(4, -4), slice(4, -4))
        one_way = nets["cnn"].layer1(shift(few, right=1))
        other_way = shift(nets["cnn"].layer1(few), right=1)
        assert torch.allclose(one_way[inside], other_way[inside], atol=1e-5)

        # 2. A quarter of the digits goes in each direction.
        quarters = torch.arange(len(x)) % 4
        accuracy = {name: [] for name in nets}
        for pixels in range(farthest + 1):
            moved = torch.empty_like(x)
            for quarter, (right, down) in enumerate(((1, 0), (-1, 0), (0, 1), (0, -1))):
                moved[quarters == quarter] = shift(x[quarters == quarter], right=right * pixels, down=down * pixels)
            for name, net in nets.items():
                share = (net(moved).argmax(dim=1).cpu() == labels).float().mean().item()
                accuracy[name].append(share)
                run.metric(f"{name}_{pixels}", share)
            run.progress(pixels + 1, farthest + 1)

        # 3. Unshifted: who reads what, and who is right where the other is wrong?
        p = {name: net(x).softmax(dim=1).cpu() for name, net in nets.items()}
    read = {name: q.argmax(dim=1) for name, q in p.items()}
    right = {name: digits == labels for name, digits in read.items()}
    run.metric("cnn_alone", (right["cnn"] & ~right["mlp"]).sum().item())
    run.metric("mlp_alone", (right["mlp"] & ~right["cnn"]).sum().item())

    # 4. The surest mistakes of the CNN, in two rows.
    wrong = torch.nonzero(~right["cnn"])[:, 0]
    wrong = wrong[p["cnn"][wrong].amax(dim=1).argsort(descending=True)][:16].tolist()
    wrong = wrong[: len(wrong) // 2 * 2]
    about = [
        f"a {labels[i]}; CNN: {read['cnn'][i]}, {p['cnn'][i].max():.0%}; MLP: {read['mlp'][i]}, {p['mlp'][i].max():.0%}"
        for i in wrong
    ]
    half = len(wrong) // 2

    # 5. Confusions, without the diagonal.
    digits = [str(d) for d in range(10)]
    maps = []
    for name in nets:
        confused = torch.zeros(10, 10).index_put_((labels, read[name]), torch.ones(len(labels)), accumulate=True)
        maps.append(Map(title=name.upper(), values=confused.fill_diagonal_(torch.nan), rows=digits, columns=digits))
    return (
        Chart(
            title="Accuracy on shifted digits",
            x_label="pixels shifted",
            y_label="share of 1,000 held-out digits read right",
            lines=[Line(name=name.upper(), x=range(farthest + 1), y=shares) for name, shares in accuracy.items()],
        ),
        Grid(
            title=f"The surest mistakes of {model}",
            images=to_bytes(x[wrong]).reshape(2, half, 28, 28),
            rows=["surest", "next"],
            columns=[str(i + 1) for i in range(half)],
            captions=[about[:half], about[half:]],
        ),
        HeatMap(
            title="Which digit is taken for which", maps=maps, row_title="the digit", column_title="read as", low=0
        ),
    )
