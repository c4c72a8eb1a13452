from typing import Annotated

from builder.demo import Range, Run, demo
from builder.outputs import Chart, Curve, Line, Panel, Points, Scatter, Table


@demo(smoke={"steps": 10})
def line_fit(
    run: Run,
    learning_rate: Annotated[float, Range(0.001, 0.6)] = 0.1,
    noise: Annotated[float, Range(0.05, 3)] = 0.5,
    steps: Annotated[int, Range(1, 100)] = 60,
    seed: int = 0,
) -> tuple[Scatter, Chart, Chart, Table]:
    r"""Fit a line twice: by solving an equation, and by a training loop.

    Thirty points scatter around $y = 2 - x/2$. The line $wx + b$ that has the least mean squared error

    $$L(\theta) = \frac{1}{N} \lVert X\theta - y \rVert^2, \quad \theta = (w, b), \quad X = (x, 1)$$

    solves the *normal equation* $X^\top X\,\theta^* = X^\top y$, since the gradient is zero nowhere else.

    A training loop does not know that. It starts with a flat line and takes steps against the gradient: an
    `nn.Linear(1, 1)`, a loss, `SGD`, as for any network. With all points in each batch this is gradient descent, and
    one can say beforehand what it will do. The curvature of the loss is $H = \frac{2}{N} X^\top X$ everywhere, so a
    step with learning rate $\eta$ multiplies the error by a fixed matrix:

    $$\theta_t - \theta^* = (I - \eta H)^t\,(\theta_0 - \theta^*)$$

    Along an eigenvector of $H$ with eigenvalue $\lambda$ that is a factor of $1 - \eta\lambda$ at each step. It must lie
    between $-1$ and $1$, so the learning rate must be less than $2 / \lambda_\text{max}$. The demo checks every step of
    the loop against this formula, and $H$ against autograd.

    ## How to read it

    Scrub through the steps: on the left the line, on the right the same as a point $(w, b)$ among curves of equal
    loss. What leaves a frame is drawn along its edge; charts and table have the true values. The second chart has the
    error along the two eigenvectors, dots as measured and dashed as $|1 - \eta\lambda|^t$ says.

    `largest_rate` is $2 / \lambda_\text{max}$, and `fastest_rate` is $2 / (\lambda_\text{min} + \lambda_\text{max})$,
    where both errors shrink equally fast. `growth` is the larger of the two $|1 - \eta\lambda|$: below 1 the loop
    converges. `error` is $\lVert \theta_t - \theta^* \rVert$ at the end.

    ## What not to conclude

    The loss of a deep network is not a parabola: its curvature changes from place to place, small batches add noise
    to the gradient, and nobody can write down where it ends.
    """
    import torch
    from torch import nn

    # 1. The data. Where the points lie along x does not depend on the noise.
    generator = run.generator(seed)
    x = torch.rand(30, 1, generator=generator).double() * 4 - 1
    y = 2 - x / 2 + noise * torch.randn(30, 1, generator=generator).double()
    X = torch.cat([x, torch.ones_like(x)], dim=1)  # (N, 2)

    # 2. The closed form: X^T X theta = X^T y
    best = torch.linalg.solve(X.T @ X, X.T @ y)[:, 0]
    best_loss = nn.functional.mse_loss(X @ best, y[:, 0]).item()

    # 3. The curvature: H = 2/N X^T X, the same everywhere, whatever y is
    H = 2 / len(x) * X.T @ X
    by_autograd = torch.autograd.functional.hessian(lambda theta: nn.functional.mse_loss(X @ theta, y[:, 0]), best)
    assert torch.allclose(H, by_autograd), "the formula for the curvature is wrong"
    eigenvalues, Q = torch.linalg.eigh(H)  # the smaller one first; the columns of Q are the eigenvectors

    # 4. The training loop, from a flat line
    line = nn.Linear(1, 1).double()
    nn.init.zeros_(line.weight)
    nn.init.zeros_(line.bias)
    optimizer = torch.optim.SGD(line.parameters(), lr=learning_rate)
    path, losses = [], []
    for _ in range(steps + 1):
        loss = nn.functional.mse_loss(line(x), y)
        path.append(torch.cat([line.weight[0], line.bias]).detach())
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    theta = torch.stack(path)  # (steps + 1, 2), before the first step and after each

    # 5. What must be: theta_t - theta* = (I - eta H)^t (theta_0 - theta*), written along the eigenvectors
    t = torch.arange(steps + 1)
    factors = 1 - learning_rate * eigenvalues
    error = (theta - best) @ Q
    expected = error[0] * factors ** t[:, None]
    assert (error - expected).abs().max() <= 1e-8 * expected.abs().max(), "the loop leaves the predicted path"
    run.metric("largest_rate", 2 / eigenvalues[1].item())
    run.metric("fastest_rate", 2 / eigenvalues.sum().item())
    run.metric("growth", factors.abs().max().item())
    run.metric("error", error[-1].norm().item())
    run.metric("first_loss", losses[0])
    run.metric("loss", losses[-1])
    run.metric("closed_form_loss", best_loss)

    # 6. The line y = wx + b of each step, kept within the frame of the data
    grid = torch.linspace(-1, 3, 33).double()
    heights = (theta[:, :1] * grid + theta[:, 1:]).clamp(y.min().clamp(max=0) - 0.2, y.max() + 0.2)
    solved = torch.stack([grid, best[0] * grid + best[1]], dim=1)
    looped = torch.stack([grid.expand_as(heights), heights], dim=2)  # (steps + 1, 33, 2)
    data = Panel(
        title="The data: y over x",
        points=[Points(name="data", positions=torch.cat([x, y], dim=1))],
        curves=[Curve(name="closed form", positions=solved, dashed=True), Curve(name="loop", positions=looped)],
    )

    # 7. The point (w, b): L - L* = 1/2 sum_i lambda_i u_i^2, with u along the eigenvectors, has ellipses as level curves
    excess = (error[0].square() * eigenvalues).sum() / 2  # at the start
    angle = torch.linspace(0, 2 * torch.pi, 49).double()
    circle = torch.stack([angle.cos(), angle.sin()], dim=1)
    circle = torch.cat([circle, torch.full((1, 2), torch.nan)])  # a gap after each
    levels = [best + (2 * share * excess / eigenvalues).sqrt() * circle @ Q.T for share in (1, 1 / 4, 1 / 16)]
    corner = 1.2 * (levels[0] - best)[:-1].abs().amax(dim=0)
    path = theta.clamp(best - corner, best + corner)
    parameters = Panel(
        title="The parameters: b over w",
        points=[Points(name="closed form", positions=best[None]), Points(name="loop", positions=path[:, None])],
        curves=[Curve(name="path", positions=path), Curve(name="equal loss", positions=torch.cat(levels))],
    )

    times = t.tolist()
    ends = Line(name="closed form", x=[0, steps], y=[best_loss] * 2, style="dashed")
    few = t[:: max(1, steps // 12)]  # dots that can be told apart
    course = [
        line
        for i, name in enumerate(("flat direction", "steep direction"))
        for line in (
            Line(name=f"{name}, measured", x=few, y=error[few, i].abs(), style="dots"),
            Line(name=f"{name}, formula", x=times, y=expected[:, i].abs(), style="dashed"),
        )
    ]
    rows = [(i, *theta[i].tolist(), losses[i]) for i in sorted({0, 1, 2, 3, 5, 10, 20, 40, steps}) if i <= steps]
    title = f"Learning rate {learning_rate:g}, noise {noise:g}"
    return (
        Scatter(title=title, panels=[data, parameters], frame_labels=[f"step {i}" for i in times], shared_axes=False),
        Chart(
            title="Mean squared error",
            x_label="step",
            y_label="loss",
            y_log=True,
            lines=[Line(name="loop", x=times, y=losses), ends],
        ),
        Chart(title="Distance from the closed form", x_label="step", y_label="distance", y_log=True, lines=course),
        Table(
            title="The line",
            columns=["step", "w", "b", "loss"],
            rows=[*rows, ("closed form", *best.tolist(), best_loss)],
        ),
    )
