from typing import Annotated

from builder.demo import Model, Range, Run, demo
from builder.outputs import Grid, Panel, Points, Scatter


@demo(smoke={"size": 4}, inputs=["demos/training/data/mnist-10k.npz"])
def autoencoder(
    run: Run,
    start: Annotated[int, Range(0, 9)] = 1,
    end: Annotated[int, Range(0, 9)] = 0,
    size: Annotated[int, Range(2, 24)] = 16,
    seed: int = 0,
    model: Model = "digits-vae",
    judge: Model = "digits-judge",
) -> tuple[Grid, Scatter, Grid]:
    r"""Decode every corner of a two-dimensional latent space of digits.

    An autoencoder squeezes an image $x$ of 784 pixels through two numbers, its code $z$, and is trained to give the
    image back. `digits-ae` does that and nothing else. `digits-vae` is variational (Kingma & Welling 2013): its
    encoder gives a normal distribution with mean $\mu$ and standard deviation $\sigma$, the code is drawn from it, and
    training minimises reconstruction error plus a price, in nats, for codes that differ from a standard normal:

    $$\mathrm{KL} = \tfrac12 \sum_j \left(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\right)$$

    Layers, data and number of steps are the same for both. All digits that are shown or measured here were held out
    from training.

    ## How to read it

    **The map.** Each image is what the decoder makes of one point of the plane. Rows and columns stand at evenly
    spaced quantiles of a normal distribution, so each image stands for an equally probable patch: of the prior for the
    variational autoencoder, of the normal distribution that fits the codes best (axis by axis) for the plain one,
    which has no prior. A second network, `digits-judge`, reads each image.

    **The codes.** Where the encoder puts the 1,000 held-out digits. If they were distributed like the map, they would
    fall into `cells_expected` of its patches; they do fall into `cells_used`.

    **Between two digits.** Above, the straight line between their codes, decoded. Below, the same two decoded ends
    faded into each other, pixel by pixel. Half way, the fade is read as `fade_read` with probability `fade_sure`.

    `pixel_error` is the mean squared error of a held-out pixel (0 paper, 1 ink), beside `pca_error`, that of the best
    linear projection on two components. `kl_1` and `kl_2` are what the two latent numbers cost, in nats an image. The
    formula above is asserted against draws from the distributions.

    ## What not to conclude

    Two latent numbers are chosen so that one can look at all of them. They are too few for ten digits, and the blur
    says nothing about autoencoders in general. The judge always names a digit, and a smear can look like a one to it.
    The two models have 0.17 million parameters each and 9,000 examples; each was trained once.
    """
    import torch
    from _autoencoders import DigitsAutoencoder, pca_error
    from _digits import read_digits, readings, to_bytes
    from _judge import DigitsJudge

    net, reader = run.load(DigitsAutoencoder, model), run.load(DigitsJudge, judge)
    examples, _, images, labels = read_digits(run.input("demos/training/data/mnist-10k.npz"))
    examples, images = (examples + 1) / 2, ((images + 1) / 2).to(run.device)  # 0 paper, 1 ink
    generator = run.generator(seed)

    with torch.no_grad():
        # 1. How well do two numbers describe a digit?
        codes = net.encode(images)
        decoded = net.decode(codes)
        run.metric("pixel_error", ((decoded - images) ** 2).mean().item())
        run.metric("pca_error", pca_error(examples, images.cpu(), components=2))
        read, _ = readings(reader, decoded)
        run.metric("read_right", (read == labels).float().mean().item())

        centre, spread = codes.mean(dim=0), codes.std(dim=0)
        if net.variational:
            # 2. KL = 1/2 (mu^2 + sigma^2 - 1 - log sigma^2), and the same from 100 draws of each code:
            #    the mean of log q(z|x) - log p(z), in which the normalising constants cancel.
            mean, log_variance = net.posterior(images)
            kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance)
            noise = torch.randn(100, *mean.shape, generator=generator).to(run.device)
            z = mean + (0.5 * log_variance).exp() * noise
            drawn = (0.5 * z**2 - 0.5 * noise**2 - 0.5 * log_variance).mean(dim=(1, 2))
            assert abs(drawn.mean() - kl.mean()) < 5 * drawn.std() / 10
            run.metric("kl_1", kl[:, 0].mean().item())
            run.metric("kl_2", kl[:, 1].mean().item())
            centre, spread = torch.zeros_like(centre), torch.ones_like(spread)  # of the prior

        # 3. The map: z at the quantiles (i + 1/2) / size of a normal distribution, the largest z_2 on top.
        quantiles = torch.special.ndtri((torch.arange(size) + 0.5) / size).to(run.device)
        across, up = centre[0] + spread[0] * quantiles, (centre[1] + spread[1] * quantiles).flip(0)
        plane = torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1).view(-1, 2)
        drawings = net.decode(plane)
        read, sure = readings(reader, drawings)
        run.metric("sure_on_map", (sure > 0.9).float().mean().item())
        run.metric("digits_on_map", len(read[sure > 0.9].unique()))

        # 4. How many of its patches hold a code, and how many would if the codes were drawn like the patches?
        patch = (torch.special.ndtr((codes - centre) / spread) * size).long().clamp(0, size - 1)
        run.metric("cells_used", len(patch.unique(dim=0)) / size**2)
        run.metric("cells_expected", 1 - (1 - 1 / size**2) ** len(codes))

        # 5. From one digit to another: a line in the plane, and a cross-fade of the two decoded ends.
        ends = [
            torch.nonzero(labels == digit)[torch.randint(100, (), generator=generator), 0] for digit in (start, end)
        ]
        share = torch.linspace(0, 1, 11, device=run.device).view(-1, 1)
        line = net.decode((1 - share) * codes[ends[0]] + share * codes[ends[1]])
        fade = (1 - share.view(-1, 1, 1, 1)) * line[0] + share.view(-1, 1, 1, 1) * line[-1]
        path_read, path_sure = readings(reader, torch.cat([line, fade]))
        run.metric("fade_read", path_read[16].item())  # half way
        run.metric("fade_sure", path_sure[16].item())

    captions = [f"read as {r}, {p:.0%}" for r, p in zip(read.tolist(), sure.tolist(), strict=True)]
    steps = [f"read as {r}, {p:.0%}" for r, p in zip(path_read.tolist(), path_sure.tolist(), strict=True)]
    return (
        Grid(
            title=f"The latent plane of {model}, decoded",
            images=to_bytes(drawings).reshape(size, size, 28, 28),
            rows=[f"{value:.2f}" for value in up.tolist()],
            columns=[f"{value:.2f}" for value in across.tolist()],
            captions=[captions[row * size : (row + 1) * size] for row in range(size)],
            row_title="second number",
            column_title="first number",
        ),
        Scatter(
            title="The codes of 1,000 held-out digits",
            panels=[
                Panel(
                    title="held-out digits",
                    points=[Points(name=str(d), positions=codes.cpu()[labels == d]) for d in range(10)],
                )
            ],
            x_label="first latent number",
            y_label="second latent number",
        ),
        Grid(
            title=f"From a {start} to a {end}",
            images=to_bytes(torch.cat([line, fade])).reshape(2, 11, 28, 28),
            rows=["line between the codes", "cross-fade of the pixels"],
            columns=[f"{value:.0%}" for value in share[:, 0].tolist()],
            captions=[steps[:11], steps[11:]],
            column_title=f"on the way to the {end}",
        ),
    )
