from builder.demo import Model, Run, demo
from builder.outputs import Chart, Grid, HeatMap, Line, Map


@demo(smoke={"shuffles": 2})
def cnn_filters(
    run: Run, shuffles: int = 200, seed: int = 0, model: Model = "digits-cnn"
) -> tuple[Grid, HeatMap, Chart]:
    r"""Show bars of every orientation to the first layer of a convolutional network.

    A unit of the first layer has a filter $w$ of 7 by 7 weights and looks at every place of the image in the same way:

    $$a_{ij} = \mathrm{ReLU}\left(b + \sum_{u,v} w_{uv}\, x_{i+u,\,j+v}\right)$$

    Hubel and Wiesel (1959) found cells in the visual cortex of the cat that answer to a bar of light at one
    orientation and less to others. The same experiment is easy with a network: draw a bar through the middle of the
    image, turn it in steps of ten degrees, and note how strongly each unit answers $R(\theta)$ at the place where it
    answers most. How selective it is can be put in one number between 0 (all orientations alike) and 1 (one only):

    $$S = \left|\sum_\theta R(\theta)\, e^{2 i \theta}\right| \Big/ \sum_\theta R(\theta)$$

    which is one minus the circular variance of the tuning curve (Ringach, Shapley & Hawken 2002).

    ## How to read it

    **Filters.** Each on its own scale: grey is zero, blue asks for ink, orange for paper.
    **Responses.** One row a unit, in the order of the orientation it prefers, as a share of its strongest answer. A bar
    at 0 degrees lies flat, at 90 it stands.
    **Tuning curves** of the four units that are most selective.

    `selectivity` is the median of $S$ over the units. Chance is not zero: `shuffled` is the same median when the 49
    weights of each filter change places at random, averaged over many shuffles, and `shuffled_high` is exceeded by one
    shuffle in twenty.

    ## What not to conclude

    There are 16 units in one trained network, with 9,000 digits for a world; digits are made of strokes, so strokes are
    what there is to find. A curve that looks like one of Hubel and Wiesel's says that the same stimulus separates the
    same options, not that the network sees as a cat does.
    """
    import torch
    import torch.nn.functional as F
    from _classifiers import DigitsCNN
    from _digits import to_bytes

    net = run.load(DigitsCNN, model)
    w, b = net.layer1[0].weight.detach(), net.layer1[0].bias.detach()  # (units, 1, 7, 7), (units,)
    units, size = len(w), w.shape[-1]

    # 1. Bars of ink, three pixels wide: all pixels near the line through the centre at angle theta.
    degrees = torch.arange(0, 180, 10)
    theta = torch.deg2rad(degrees.float()).view(-1, 1, 1)
    up, right = torch.meshgrid(13.5 - torch.arange(28), torch.arange(28) - 13.5, indexing="ij")
    distance = (right * theta.sin() - up * theta.cos()).abs()
    bars = (2 - distance).clamp(0, 1).unsqueeze(1).to(run.device)  # (18, 1, 28, 28)

    # 2. What a unit computes at one place is the formula above, ...
    with torch.no_grad():
        patch = bars[4, 0, 10 : 10 + size, 8 : 8 + size]
        assert torch.allclose(
            net.layer1(bars[4:5])[0, :, 13, 11], F.relu(b + (w[:, 0] * patch).sum(dim=(1, 2))), atol=1e-5
        )

    def responses(filters):
        """Answers R (units, angles): the strongest one near the centre, less the one to blank paper."""
        maps = F.relu(F.conv2d(bars, filters, b, padding=size // 2))[:, :, 6:22, 6:22]
        return (maps.amax(dim=(2, 3)) - F.relu(b)).T.cpu()

    def preference(R):
        """The vector sum of a tuning curve in the plane of doubled angles, over the sum: its length is S."""
        return (R * torch.polar(torch.ones(len(degrees)), 2 * theta.flatten())).sum(dim=1) / R.sum(dim=1).clamp(
            min=1e-9
        )

    # 3. ... here for all bars, and for filters whose weights have changed places.
    R = responses(w)
    vector = preference(R)
    S, preferred = vector.abs(), torch.rad2deg(vector.angle() / 2).round().long() % 180
    generator, chance = run.generator(seed), []
    for done in range(shuffles):
        order = torch.rand(units, size * size, generator=generator).argsort(dim=1).to(run.device)
        shuffled = w.flatten(1).gather(1, order).view_as(w)
        chance.append(preference(responses(shuffled)).abs().median())
        run.progress(done + 1, shuffles)
    run.metric("selectivity", S.median().item())
    run.metric("most_selective", S.max().item())
    run.metric("shuffled", torch.stack(chance).mean().item())
    run.metric("shuffled_high", torch.stack(chance).quantile(0.95).item())

    scaled = 0.5 + 0.5 * w / w.abs().amax(dim=(1, 2, 3), keepdim=True)
    about = [f"unit {i + 1}: prefers {preferred[i]} degrees, selectivity {S[i]:.2f}" for i in range(units)]
    by_angle, best = preferred.argsort().tolist(), S.argsort(descending=True)[:4].tolist()
    half = units // 2
    return (
        Grid(
            title=f"The {units} filters of the first layer",
            images=to_bytes(scaled).reshape(2, half, size, size),
            rows=[f"units 1 to {half}", f"units {half + 1} to {units}"],
            columns=[str(i + 1) for i in range(half)],
            captions=[about[:half], about[half:]],
            diverging=True,
        ),
        HeatMap(
            title="How strongly each unit answers to a bar",
            maps=[
                Map(
                    title="share of its strongest answer",
                    values=(R / R.amax(dim=1, keepdim=True).clamp(min=1e-9))[by_angle],
                    rows=[f"unit {i + 1}" for i in by_angle],
                    columns=[f"{angle}°" for angle in degrees.tolist()],
                )
            ],
            column_title="orientation of the bar",
            low=0,
            high=1,
        ),
        Chart(
            title="Tuning curves of the most selective units",
            x_label="orientation of the bar, degrees",
            y_label="answer",
            lines=[Line(name=f"unit {i + 1}", x=degrees.tolist(), y=R[i].tolist()) for i in best],
        ),
    )
