from builder.demo import Model, Run, demo
from builder.outputs import Chart, Grid, Line, Panel, Points, Scatter


@demo(smoke={"generations": [0, 1, 3]}, inputs=["demos/training/data/mnist-10k.npz"])
def copy_of_a_copy(
    run: Run,
    generations: list[int] = [0, 1, 2, 5, 10, 20, 50, 100],  # noqa: B006
    seed: int = 0,
    model: Model = "digits-ae",
    judge: Model = "digits-judge",
) -> tuple[Grid, Chart, Scatter]:
    r"""Copy a digit with an autoencoder, then copy the copy, again and again.

    An autoencoder codes an image $x$ as two numbers and decodes them: $\hat x = g(f(x))$. What it returns can be put in
    again. From the first copy on, all that is left of the digit is its code, so that copying is a map of the plane
    into itself,

    $$z_{n+1} = f(g(z_n)),$$

    and where it leads does not depend on the original but only on the place where its code fell. Nothing is drawn at
    random: of the variational autoencoder, `digits-vae`, the mean is taken as the code.

    ## How to read it

    The first picture follows one held-out digit of each kind, from the original to the last generation; its captions
    say what a second network, `digits-judge`, takes them for. The chart and the moving points follow 300 held-out
    digits, 30 of each kind. `read_after_20` is the share that is still read as the digit it was. `places_after_20`
    says how many of the 300 are still told apart: it counts the squares of the plane that hold a code, with sides of a
    twentieth of the codes' standard deviation. `settled` is the share that the last copy no longer moves.

    Why copies come to rest can be read off the derivative of the map. `growth_at_first` is the factor by which a small
    difference between two codes grows or shrinks with one copy (the largest absolute eigenvalue of the Jacobian),
    as a median over the codes of the originals; `growth_at_rest` is the median where codes have settled. Below one,
    neighbours are drawn in and what told them apart is forgotten.

    ## What not to conclude

    A code of two numbers loses most of a digit in the first copy; with a wider bottleneck that loss is smaller. That
    copies run together has been found for other autoencoders (Radhakrishnan, Belkin & Uhler 2019), yet where they end
    is an accident of the training of these two, with 0.17 million parameters and 9,000 digits. A digit read right
    after 100 copies is not kept: it has become a picture of its class, or of whatever lives in that place.
    """
    import numpy
    import torch
    from _autoencoders import DigitsAutoencoder
    from _digits import read_digits, readings, to_bytes
    from _judge import DigitsJudge

    if not generations or generations != sorted(set(generations)) or generations[0] < 0 or generations[-1] > 1000:
        raise ValueError(f"generations are a list of growing numbers from 0 to 1000, not {generations}")
    net, reader = run.load(DigitsAutoencoder, model), run.load(DigitsJudge, judge)
    _, _, images, labels = read_digits(run.input("demos/training/data/mnist-10k.npz"))
    chosen = torch.cat([torch.nonzero(labels == digit)[:30, 0] for digit in range(10)])
    x, labels = ((images[chosen] + 1) / 2).to(run.device), labels[chosen]  # 0 paper, 1 ink
    shown = torch.arange(0, 300, 30) + torch.randint(30, (10,), generator=run.generator(seed))  # one of each

    strip, captions, codes, right, places = [], [], [], [], []
    with torch.no_grad():
        first = net.encode(x)
        spread = first.std(dim=0)
        for generation in range(generations[-1] + 1):
            z = net.encode(x)
            if generation in generations:
                # 1. What is it taken for, and how many different codes are left?
                read, sure = readings(reader, x)
                right.append((read == labels).float().mean().item())
                places.append(len((z / spread * 20).round().unique(dim=0)))
                if generation in (0, 1, 20, generations[-1]):
                    run.metric(f"read_after_{generation}", right[-1])
                    run.metric(f"places_after_{generation}", places[-1])
                strip.append(to_bytes(x[shown]))
                captions.append([f"read as {read[i]}, {sure[i]:.0%}" for i in shown])
                codes.append(z.cpu())
            # 2. The next copy: x <- g(f(x))
            x = net.decode(z)
            run.progress(generation + 1, generations[-1] + 1)
        moved = (net.encode(x) - z) / spread

    # 3. Who stands still? Codes that the last copy moved by less than a thousandth of the spread.
    settled = moved.norm(dim=1) < 1e-3
    run.metric("settled", settled.float().mean().item())

    # 4. Near z, copying multiplies distances by the Jacobian of f(g(z)). Where codes come to rest, the eigenvalues of
    #    this 2 x 2 matrix lie inside the unit circle: neighbours are drawn in.
    around = torch.cat([first, z]).requires_grad_()
    copied = net.encode(net.decode(around))  # each depends on its own place only, so that their sum has all rows
    rows = [torch.autograd.grad(copied[:, j].sum(), around, retain_graph=True)[0] for j in (0, 1)]
    growth = torch.linalg.eigvals(torch.stack(rows, dim=1)).abs().amax(dim=1)
    run.metric("growth_at_first", growth[:300].median().item())
    if settled.any():
        run.metric("growth_at_rest", growth[300:][settled].median().item())
        assert growth[300:][settled].median() < 1

    names = ["original" if n == 0 else f"copy {n}" for n in generations]
    lines = {"read as the digit it was": right, "places, as a share of 300": [number / 300 for number in places]}
    groups = [Points(name=str(d), positions=torch.stack(codes)[:, labels == d]) for d in range(10)]
    return (
        Grid(
            title=f"Copies of ten digits by {model}",
            images=numpy.stack(strip, axis=1),  # (10 digits, generations, 28, 28)
            rows=[str(digit) for digit in range(10)],
            columns=names,
            captions=list(zip(*captions, strict=True)),
            row_title="the digit it was",
            column_title="generation",
        ),
        Chart(
            title="What is left after n copies",
            x_label="copies + 1",
            y_label="share of 300 digits",
            lines=[Line(name=name, x=[n + 1 for n in generations], y=shares) for name, shares in lines.items()],
            x_log=True,
        ),
        Scatter(
            title="Where the copies lie in the latent plane",
            panels=[Panel(title="300 held-out digits", points=groups)],
            frame_labels=names,
            x_label="first latent number",
            y_label="second latent number",
        ),
    )
