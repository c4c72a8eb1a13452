from typing import Annotated, Literal

from builder.demo import Range, Run, demo
from builder.outputs import Chart, Curve, Line, Panel, Points, Scatter

TITLES = {"sgd": "SGD", "momentum": "Momentum", "adam": "Adam"}
RATES = 26  # learning rates that are tried, evenly spaced on a logarithmic scale


@demo(smoke={"steps": 10})
def optimisers(
    run: Run,
    surface: Literal["ravine", "diagonal", "banana"] = "ravine",
    noise: Annotated[float, Range(0, 3)] = 0.0,
    steps: Annotated[int, Range(10, 200)] = 60,
    seed: int = 0,
) -> tuple[Scatter, Chart, Chart]:
    r"""Let three optimisers walk down the same slope, each at the learning rate that suits it best.

    With $g$ the gradient at the present point $\theta$ and $\eta$ the learning rate, one step is

    - **SGD**: $\theta \leftarrow \theta - \eta g$
    - **Momentum**: $v \leftarrow 0.9\,v + g$, $\theta \leftarrow \theta - \eta v$ (Polyak 1964)
    - **Adam**: $m \leftarrow 0.9\,m + 0.1\,g$, $s \leftarrow 0.99\,s + 0.01\,g^2$, both divided by what is missing of
      their weights at the beginning, $\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat s} + \epsilon)$ (Kingma & Ba
      2014, with $\beta_2 = 0.99$ so that its memory fits into so few steps)

    The `ravine` is $L = (x^2 + 100\,y^2)/2$: flat along, steep across. `diagonal` is the same, turned by 45 degrees
    together with the start. The `banana` is Rosenbrock's valley $L = (1 - x)^2/5 + 2\,(y - x^2)^2$, whose floor is
    bent. `noise` is the standard deviation of what is added to each gradient, as small batches do. The demo takes the
    steps by hand and checks every one against `torch.optim`.

    ## How to read it

    Scrub through the steps: closed curves are curves of equal loss, the cross is the lowest point. Every optimiser
    has been run at 26 learning rates from 0.0001 to 10, and is shown at the one that gave the lowest loss, averaged
    over the last ten steps. The second chart has all of them: how *low* a curve goes says what an optimiser can do
    here, how *wide* it is says how much it asks of whoever has to choose the rate. A curve ends where the loop blew up.

    `adam_loss` and `adam_rate` are the end and the learning rate of the walk that is shown, and `adam_width` is the
    number of the 26 rates that leave less than a hundredth of the loss at the start.

    ## What not to conclude

    Two dimensions, three surfaces, a fixed number of steps, a fixed 0.9. Each was given a rate of its own, which in
    earnest costs a search. Adam takes steps of nearly the same length however flat it is, which decides much in so
    short a walk. Nothing of this tells which trains a transformer better.
    """
    import torch
    from _surfaces import LOWEST, REACH, START, height, level_curves

    # 1. The same start, and the same noise in each gradient, for everybody.
    start = torch.tensor(START[surface]).double()
    shaken = noise * torch.randn(steps, 2, generator=run.generator(seed)).double()
    rates = torch.logspace(-4, 1, RATES).double()

    # 2. Every optimiser at every rate; the one whose last ten steps are lowest is shown.
    paths, chosen, finals = {}, {}, {}
    for done, name in enumerate(TITLES):
        walks = walk(name, surface, start, rates, shaken)  # (steps + 1, R, 2)
        finals[name] = height(surface, walks[-10:]).mean(dim=0).nan_to_num(torch.inf)  # (R,)
        best = finals[name].argmin().item()
        paths[name], chosen[name] = walks[:, best], rates[best].item()
        expected = by_library(name, surface, start, chosen[name], shaken)
        assert torch.allclose(paths[name], expected, rtol=1e-6, atol=1e-9), f"{name} does not do what torch.optim does"
        run.metric(f"{name}_loss", finals[name][best].item())
        run.metric(f"{name}_rate", chosen[name])
        run.metric(f"{name}_width", int((finals[name] < height(surface, start) / 100).sum()))
        run.progress(done + 1, len(TITLES))

    # 3. Curves of equal loss around the lowest point, and the part of the plane that is shown.
    equal = level_curves(surface, shares=(0.5, 0.12, 0.03, 0.006))
    lowest = torch.tensor([LOWEST[surface]])
    corner = torch.tensor(REACH[surface]).double().T  # (2, 2): lower left, upper right

    # 4. A panel each, and the two charts.
    panels = []
    for name, path in paths.items():
        seen = path.clamp(corner[0], corner[1])
        points = [Points(name="lowest", positions=lowest), Points(name="optimiser", positions=seen[:, None])]
        curves = [Curve(name="equal loss", positions=equal, dashed=True), Curve(name="path", positions=seen)]
        panels.append(Panel(title=f"{TITLES[name]}, rate {chosen[name]:.2g}", points=points, curves=curves))
    course = {name: height(surface, path).clamp(min=1e-12) for name, path in paths.items()}
    return (
        Scatter(title=f"Three walks on the {surface}", panels=panels, frame_labels=[f"step {k}" for k in range(steps + 1)]),
        Chart(title="Loss along the walk", x_label="step", y_label="loss", y_log=True,
              lines=[Line(name=TITLES[name], x=range(steps + 1), y=values) for name, values in course.items()]),
        Chart(title="Loss at the end, by learning rate", x_label="learning rate", y_label="mean loss of the last ten steps",
              x_log=True, y_log=True, lines=[Line(name=TITLES[name], x=rates, y=y.where(y < 1e3, torch.nan)) for name, y in finals.items()]),
    )  # fmt: skip


def walk(name: str, surface: str, start, rates, shaken):
    """Take the steps by hand, at all rates (R,) at once: returns the points (steps + 1, R, 2)."""
    import torch
    from _surfaces import slope

    rate = rates[:, None]
    path = [start.expand(len(rates), 2)]
    first = second = torch.zeros_like(path[0])
    for t, epsilon in enumerate(shaken, start=1):
        g = slope(surface, path[-1]) + epsilon
        if name == "sgd":
            step = g
        elif name == "momentum":
            first = 0.9 * first + g
            step = first
        else:
            first, second = 0.9 * first + 0.1 * g, 0.99 * second + 0.01 * g**2
            step = first / (1 - 0.9**t) / ((second / (1 - 0.99**t)).sqrt() + 1e-8)
        path.append(path[-1] - rate * step)
    return torch.stack(path)


def by_library(name: str, surface: str, start, rate: float, shaken):
    """Take the steps with `torch.optim` and autograd, at one rate: returns the points (steps + 1, 2)."""
    import torch
    from _surfaces import height

    theta = start.clone().requires_grad_()
    if name == "adam":
        optimiser = torch.optim.Adam([theta], lr=rate, betas=(0.9, 0.99))
    else:
        optimiser = torch.optim.SGD([theta], lr=rate, momentum=0.9 if name == "momentum" else 0)
    path = [start]
    for epsilon in shaken:
        optimiser.zero_grad()
        height(surface, theta).backward()
        theta.grad += epsilon
        optimiser.step()
        path.append(theta.detach().clone())
    return torch.stack(path)
