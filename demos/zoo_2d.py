from typing import Annotated

from builder.demo import Model, Range, Run, demo
from builder.outputs import Chart, Line, Panel, Points, Scatter, Table

SHOWN = 200  # points of each panel
PANELS = {  # model -> what passes from frame to frame
    "gan": "GAN: the generator as it learns",
    "vae": "VAE: draws scaled up from 0 to 1",
    "autoregressive": "Autoregressive: a binary digit each",
    "flow": "Flow: a coupling each",
    "diffusion": "Diffusion: ten steps back each",
    "energy": "Energy: twenty Langevin steps each",
}


@demo(smoke={"points": 300})
def zoo_2d(
    run: Run, points: Annotated[int, Range(300, 10000)] = 2000, seed: int = 0, model: Model = "zoo-ring"
) -> tuple[Scatter, Chart, Table]:
    r"""Let six kinds of generative model draw from the same distribution in the plane.

    All six were trained on the same points: eight Gaussians in a ring (`zoo-ring`), or two crescents (`zoo-moons`). In
    the plane one can see what a model does to noise, and the true density $p^*$ is known.

    - **GAN** (Goodfellow et al. 2014): a network turns noise into points, another tries to tell them from data.
    - **VAE** (Kingma & Welling 2013): a code $z \sim \mathcal{N}(0, 1)$ is decoded to the mean of a Gaussian.
    - **Autoregressive**: a point is written in 14 binary digits, $p(x) = \prod_k p(b_k \mid b_1 \dots b_{k-1})$. Each
      digit halves the square that is left.
    - **Flow** (Real NVP, Dinh et al. 2016): invertible steps, $\log p(x) = \log \mathcal{N}(z) + \log |\det dz/dx|$.
    - **Diffusion** (DDPM, Ho et al. 2020): noise is removed in 140 steps.
    - **Energy** (LeCun et al. 2006): $p(x) = e^{-E(x)} / Z$, trained by persistent contrastive divergence (Tieleman
      2008), sampled by Langevin dynamics.

    ## How to read it

    **The frames are not the same kind of time.** The title of each panel says what passes. Flow, diffusion, energy and
    the autoregressive model really take these steps when they sample. The GAN and the VAE sample in a single step: for
    the GAN the frames are stages of its *training*, for the VAE both of its draws are multiplied by 0 to 1. Compare
    the last frames across panels, and the way within one.

    **Distance** is the sliced Wasserstein distance to held-out points: how far points must move on average, seen from
    one direction. `floor` is the distance between two sets of true points; nothing can be expected to go below.
    **On the data** is the share of points where $p^*$ is higher than at the faintest 1% of true points; 99% is perfect.
    **Pieces** counts the eight Gaussians, or eighths of the crescents, that get at least a quarter of their due.
    **Surprise** is the mean negative log-likelihood of held-out points, in nats; nothing can expect less than `truth`.
    It is exact for the autoregressive model and the flow, at most the number given for VAE and diffusion (a bound),
    summed over a grid for the energy (possible only in so few dimensions), and not defined for the GAN. The demo
    checks that the probabilities of all 16,384 words of the autoregressive model add up to 1, and that the flow can be
    undone. For the energy, `energy_largest_drawn` is the share of its points in their fullest piece and
    `energy_largest_of_p` the share of its density in the piece that has most of it. They differ if the walk is too
    short to get from one piece to another.

    ## What not to conclude

    This is no ranking of methods. Each network has 9 to 17 thousand parameters, one seed, and little tuning, and had
    as many fresh points as it wanted, so nothing shows how they learn from few. Above all it is the plane: grids, words
    for every cell and walks that reach everything do not grow to images, and what makes GANs and diffusion good at
    images (convolutions, perceptual detail) does not occur here.
    """
    import torch
    from _zoo import Zoo
    from _zoo.plane import draw, log_density, pieces, sliced_distance

    zoo = run.load(Zoo, model).cpu()  # so small that a GPU would only wait
    data, seconds = zoo.config["data"], zoo.config["seconds"]

    # 1. The truth: points to compare with, points that show what chance does, and the faintest 1%.
    held_out, other = (draw(data, points, run.generator(seed + offset)) for offset in (1, 2))
    floor = sliced_distance(held_out, other)
    faintest = log_density(data, held_out).quantile(0.01)
    truth = -log_density(data, held_out).mean().item()
    run.metric("floor", floor)
    run.metric("truth", truth)

    # 2. Six samplers, fifteen frames each.
    frames = {}
    for done, name in enumerate(PANELS):
        with torch.no_grad():
            frames[name] = getattr(zoo, name).sample(points, run.generator(seed))  # (F, N, 2)
        run.progress(done + 1, len(PANELS))

    # 3. What can be said about likelihoods.
    with torch.no_grad():
        # sum over all words b of p(b) = 1
        assert abs(zoo.autoregressive.total() - 1) < 1e-3, "the probabilities of all words do not add up to 1"
        # z -> x -> z, and log |det dx/dz| = -log |det dz/dx|
        z, log_det = zoo.flow.inverse(held_out)
        stages, back = zoo.flow(z)
        assert torch.allclose(stages[-1], held_out, atol=1e-3), "the flow cannot be undone"
        assert torch.allclose(log_det, -back, atol=1e-3), "stretching and shrinking do not cancel"
        surprise = {
            "vae": ("at most", zoo.vae.bound(held_out, run.generator(seed))),
            "autoregressive": ("exact", zoo.autoregressive.log_density(held_out)),
            "flow": ("exact", zoo.flow.log_density(held_out)),
            "diffusion": ("at most", zoo.diffusion.bound(held_out, run.generator(seed))),
            "energy": ("by a grid", zoo.energy.log_density(held_out)),
        }
        # Does Langevin dynamics draw from p(x) = exp(-E(x)) / Z? Compare the eighths of its points with those of p.
        cells, mass, _ = zoo.energy.grid()
        near = mass > 1e-9  # what lies farther out adds less than 400^2 of that
    run.metric("energy_largest_drawn", pieces(data, frames["energy"][-1]).max().item())
    run.metric("energy_largest_of_p", pieces(data, cells[near], mass[near]).max().item())

    # 4. One row for each model.
    rows = []
    for name, title in PANELS.items():
        result = frames[name][-1]
        distance = sliced_distance(result, held_out)
        on_data = (log_density(data, result) > faintest).float().mean().item()
        covered = int((pieces(data, result) > 1 / 32).sum())
        how, log_p = surprise.get(name, ("not defined", None))
        nats = None if log_p is None else -log_p.mean().item()
        parameters = sum(p.numel() for part, p in getattr(zoo, name).named_parameters() if not part.startswith("snap"))
        rows.append([title.split(":")[0], distance, on_data, covered, nats, how, parameters, seconds.get(name)])
        run.metric(f"{name}_distance", distance)
        run.metric(f"{name}_on_data", on_data)
        run.metric(f"{name}_pieces", covered)
        if nats is not None:
            run.metric(f"{name}_surprise", nats)
    covered = int((pieces(data, other) > 1 / 32).sum())
    rows.append(["other true points", floor, (log_density(data, other) > faintest).float().mean().item(), covered, truth, "exact", None, None])  # fmt: skip

    F = len(frames["flow"])
    course = {name: [sliced_distance(frame, held_out) for frame in frames[name]] for name in PANELS}
    backdrop = Points(name="true points", positions=held_out[:SHOWN], faint=True)
    return (
        Scatter(
            title=f"Six models of {'eight Gaussians in a ring' if data == 'ring' else 'two crescents'}",
            panels=[Panel(title=title, points=[backdrop, Points(name="model", positions=frames[name][:, :SHOWN])]) for name, title in PANELS.items()],
            frame_labels=["start", *(f"{k} of {F - 1}" for k in range(1, F))],
        ),
        Chart(
            title="How far each frame is from the data",
            x_label="frame", y_label="sliced Wasserstein distance", y_log=True,
            lines=[*(Line(name=PANELS[name].split(":")[0], x=range(F), y=y) for name, y in course.items()),
                   Line(name="floor: other true points", x=[0, F - 1], y=[floor, floor], style="dashed")],
        ),
        Table(
            title="Six models in numbers",
            columns=["model", "distance", "on the data", "pieces of 8", "surprise (nats)", "which is", "parameters", "training (s)"],
            rows=rows,
        ),
    )  # fmt: skip
