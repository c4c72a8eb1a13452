import math
from typing import Literal

from builder.demo import Run, demo
from builder.outputs import Chart, Grid, Line, Table


@demo(smoke={"sabotage": "view"}, inputs=["demos/training/data/mnist-10k.npz"])
def recipe_checks(
    run: Run,
    sabotage: Literal[
        "none", "big_init", "softmax_twice", "blank_images", "misaligned_labels", "leaked_labels",
        "frozen_layer", "view", "dropout_always", "no_zero_grad", "no_seed", "high_rate",
    ] = "none",
    seed: int = 0,
) -> tuple[Table, Grid, Chart]:  # fmt: skip
    r"""Put training code through ten checks, sound and with one line sabotaged.

    Training code that is wrong seldom stops: it trains, to something worse. So one checks what must be true of *any*
    sound code; these checks follow Karpathy's *Recipe for Training Neural Networks* (2019). The suspect reads digits.

    ## How to read it

    Each check measures one number; beside it stands what it must be. The pictures are what the first layer receives,
    with the label that goes with them. The chart has the training loss, which is what one looks at anyway.

    `failed` counts the checks that the sabotaged code fails, and each check is a metric. The demo asserts that sound
    code fails none, that the checks meant for a sabotage find it, and that where these do not include accuracy, no others do.

    ## What not to conclude

    Ten checks passed prove nothing; they were chosen with these mistakes in mind. The limits suit this network of
    17,418 parameters and 2,000 MNIST digits (CC BY-SA 3.0) at a quarter of their pixels; its accuracy is no result.
    """
    from _suspect import SABOTAGES, Suspect, small_digits

    # 1. The digits, and how many of those held out can be read without any training.
    train_set, held_out, baseline = small_digits(run.input("demos/training/data/mnist-10k.npz"))
    checks = (
        loss_at_start, overfits_one_batch, gradient_reaches_all, gradient_is_fresh, examples_are_separate,
        evaluation_repeats, seed_repeats, blank_images_teach_nothing, shuffled_labels_teach_nothing, beats_nearest_mean,
    )  # fmt: skip
    results, pictures, captions, lines = {}, [], [], []
    for version in dict.fromkeys(["none", sabotage]):
        name = "sound" if version == "none" else version
        suspect = Suspect(sabotage=version, seed=seed, train_set=train_set, held_out=held_out, baseline=baseline)

        # 2. Every check, one after the other.
        results[name] = [check(suspect) for check in checks]
        failed = {check.__name__ for check, (*_, holds) in zip(checks, results[name], strict=True) if not holds}

        # 3. The checks meant for a sabotage find it. Where accuracy shows nothing, no others do.
        flaw, meant = SABOTAGES[version]
        assert meant <= failed, f"'{version}' passes {meant - failed}"
        assert failed == meant or "beats_nearest_mean" in meant, f"'{version}' also fails {failed - meant}"

        # 4. What one should look at, the input of the first layer; and what one does look at, loss and accuracy.
        images, labels = suspect.first_layer_receives(10)
        pictures, captions = [*pictures, images], [*captions, [f"label {label}" for label in labels.tolist()]]
        network, losses = suspect.train(suspect.train_set)
        lines.append(Line(name=name, x=range(1, len(losses) + 1), y=losses))
        run.metric("sound_accuracy" if version == "none" else "accuracy", suspect.accuracy(network, suspect.held_out))

    run.metric("failed", len(failed))
    run.metric("baseline", baseline)
    rows = []
    for i, check in enumerate(checks):
        numbers, expected, verdicts = zip(*(result[i] for result in results.values()), strict=True)
        run.metric(check.__name__, numbers[-1])  # of the code asked for
        rows.append([check.__name__.replace("_", " "), *verdicts, expected[0], *numbers])
    columns = ["check", *results, "must be", *(f"{name}: measured" for name in results)]
    places = {"rows": list(results), "columns": range(1, 11), "column_title": "example", "captions": captions}
    return (
        Table(title="Ten checks", columns=columns, rows=rows, notes=[f"{sabotage}: {flaw}"]),
        Grid(title="What the first layer receives", images=pictures, **places),
        Chart(title="Training loss", x_label="step", y_label="loss (nats)", lines=lines),
    )


def loss_at_start(suspect):
    """A network that knows nothing pays ln 10 for each digit."""
    loss = suspect.loss(suspect.network(), suspect.train_set).item()
    return loss, f"{math.log(10):.2f} ± 0.10", abs(loss - math.log(10)) < 0.1


def overfits_one_batch(suspect):
    """Twenty examples can be learned by heart, so the loss goes to zero."""
    batch = tuple(part[:20] for part in suspect.train_set)
    loss = suspect.loss(suspect.train(batch)[0], batch).item()
    return loss, "below 0.1", loss < 0.1


def gradient_reaches_all(suspect):
    """The share of weight matrices and biases that receive a gradient."""
    network = suspect.network()
    suspect.backward(network, suspect.train_set)
    reached = [p.grad is not None and p.grad.any().item() for p in network.parameters()]
    return sum(reached) / len(reached), "1", all(reached)


def gradient_is_fresh(suspect):
    """Asked twice, the gradient of a batch is as large as asked once: nothing is left from before."""
    network, sizes = suspect.network().eval(), []
    for _ in range(2):
        suspect.backward(network, suspect.train_set)
        sizes.append(network.last.weight.grad.norm().item())
    return sizes[1] / sizes[0], "1 ± 0.2", abs(sizes[1] / sizes[0] - 1) < 0.2


def examples_are_separate(suspect):
    """How many of 19 other images have a say in the output for the first."""
    x, _ = suspect.prepare(*(part[:20] for part in suspect.train_set))
    suspect.network().eval()(x.requires_grad_())[0, 0].backward()
    others = x.grad[1:].flatten(1).any(dim=1).sum().item()
    return others, "0", others == 0


def evaluation_repeats(suspect):
    """In evaluation mode the same images give the same logits, twice."""
    network, (x, _) = suspect.network().eval(), suspect.prepare(*suspect.held_out)
    difference = (network(x) - network(x)).abs().max().item()
    return difference, "0", difference == 0


def seed_repeats(suspect):
    """Two trainings with one seed have the same loss after five steps."""
    (_, one), (_, other) = (suspect.train(suspect.train_set, steps=5) for _ in range(2))
    return abs(one[-1] - other[-1]), "below 0.0001", abs(one[-1] - other[-1]) < 1e-4


def blank_images_teach_nothing(suspect):
    """Trained on images without ink, it can learn no more than how frequent each digit is."""
    images, labels = suspect.train_set
    _, losses = suspect.train((0 * images - 1, labels))
    loss = sum(losses[-10:]) / 10
    return loss, "above 2.2", loss > 2.2


def shuffled_labels_teach_nothing(suspect):
    """With shuffled labels, held-out images are read by chance: in one case of ten."""
    network, _ = suspect.train(suspect.shuffled(suspect.train_set))
    accuracy = suspect.accuracy(network, suspect.shuffled(suspect.held_out))
    return accuracy, "below 0.2", accuracy < 0.2


def beats_nearest_mean(suspect):
    """With each of three seeds, accuracy is higher than that of comparing with ten mean images."""
    networks = [suspect.train(suspect.train_set, seed=seed)[0] for seed in range(3)]
    lowest = min(suspect.accuracy(network, suspect.held_out) for network in networks)
    return lowest, f"above {suspect.baseline:.2f}", lowest > suspect.baseline
