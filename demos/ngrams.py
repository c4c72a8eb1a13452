from typing import Annotated

from builder.demo import Model, Range, Run, demo
from builder.outputs import Chart, Line, Table

ALPHABET = (
    "\n abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-,;:.'\"()/&`!?$%+*"  # anything else is \x00
)
LENGTH, LINES = 160, 8  # letters of a line at most, lines written for each order
COPY = 20  # letters in sequence that count as copied, if the text that was counted has them


@demo(
    smoke={"definitions": 500, "longest": 2, "held_out_definitions": 20},
    inputs=["demos/training/data/wordnet-glosses.tsv.xz"],
)
def ngrams(
    run: Run,
    definitions: Annotated[int, Range(100, 115_000)] = 20_000,
    longest: Annotated[int, Range(1, 8)] = 8,
    prompt: str = "melancholy (noun):",
    seed: int = 0,
    held_out_definitions: Annotated[int, Range(10, 2000)] = 200,
    model: Model = "gpt2-mini",
) -> tuple[Chart, Table]:
    r"""Write definitions by counting letters, and compare with a network.

    The oldest language model needs no training. Count how often each letter follows each sequence $h$ of $n$ letters,
    and you have a probability. Only, most long sequences have been seen once or never. So each order asks the one below
    for help, the more so the more *different* letters have followed (Witten & Bell 1991):

    $$p_n(c \mid h) = \frac{N(hc) + T(h)\,p_{n-1}(c \mid h')}{N(h) + T(h)}, \qquad p_{-1}(c) = \frac{1}{V}$$

    Here $N$ counts, $T(h)$ is the number of different letters seen after $h$, $h'$ is $h$ without its first letter, and
    $V$ the size of the alphabet. The demo checks that the probabilities of all letters add up to 1.

    ## How to read it

    The chart has the surprise about definitions that were not counted, in bits per letter, by the number of letters
    that are looked at. The dashed line is `gpt2-mini` on the same text: its surprise about a token is shared out over
    the token's letters. **Unseen** is the share of held-out places whose preceding letters never occurred: there the
    order can only ask below. **Copied** is the share of the letters of eight lines (the first is shown) that lie in a run
    of 20 or more which the counted text contains word for word. `bits_3` and `unseen_3` are the numbers for three letters.

    ## What not to conclude

    The two have not read the same amount: the counts are of the number of definitions that you choose, the network has
    read all 115 thousand of them, 1.4 times. Better ways of asking below are known (Kneser & Ney 1995), and would gain
    a few percent. Counting *words* and not letters is what one would do in earnest, and needs far more text.
    """
    import torch
    from _counts import Counts
    from _glosses import held_out, seen
    from transformers import AutoTokenizer, GPT2LMHeadModel

    source = run.input("demos/training/data/wordnet-glosses.tsv.xz")
    counted = "\n".join(seen(source, definitions)) + "\n"
    unseen = held_out(source, held_out_definitions)
    test = "\n".join(unseen) + "\n"

    # 1. Count every sequence of up to `longest` letters with the letter behind it.
    counts = Counts(counted, ALPHABET, longest)
    run.metric("letters_counted", len(counted))

    # 2. What each order pays for the held-out text, and what it writes.
    rows, bits = [], []
    for n in range(longest + 1):
        p, known = counts.probability(test, n)
        total = sum(counts.next_letter(prompt, n))
        assert abs(total - 1) < 1e-9, f"the probabilities of all letters add up to {total}"
        bits.append(-p.log2().mean().item())
        generator = run.generator(seed)
        written = [counts.write(prompt, n, LENGTH, generator) for _ in range(LINES)]
        copied = sum(copied_letters(line, counted) for line in written) / max(1, sum(map(len, written)))
        rows.append([n, bits[-1], 1 - known, copied, written[0]])
        run.metric(f"bits_{n}", bits[-1])
        run.metric(f"unseen_{n}", 1 - known)
        run.metric(f"copied_{n}", copied)
        run.progress(n + 1, longest + 2)

    # 3. The network on the same definitions, each with the end token in front.
    tokenizer = run.load(AutoTokenizer, model)
    gpt2 = run.load(GPT2LMHeadModel, model).float()
    nats = 0.0
    with torch.no_grad():
        for text in unseen:
            ids = [tokenizer.eos_token_id, *tokenizer(text)["input_ids"], tokenizer.eos_token_id]
            ids = torch.tensor([ids[: gpt2.config.n_positions]], device=run.device)
            nats += gpt2(ids, labels=ids).loss.item() * (ids.shape[1] - 1)
    network = nats / torch.log(torch.tensor(2.0)).item() / len(test)
    run.metric("network_bits", network)
    run.progress(longest + 2, longest + 2)

    orders = range(longest + 1)
    return (
        Chart(
            title="What held-out definitions cost", x_label="letters looked at", y_label="bits per letter",
            lines=[Line(name="counting", x=orders, y=bits),
                   Line(name=model, x=[0, longest], y=[network] * 2, style="dashed")],
        ),
        Table(
            title="What counting writes",
            columns=["letters", "bits per letter", "unseen", "copied", "writes"],
            rows=rows,
            notes=[f"{len(counted):,} letters counted; the prompt is '{prompt}'"],
        ),
    )  # fmt: skip


def copied_letters(written: str, counted: str) -> int:
    """Return how many letters lie in a run of at least COPY which the counted text contains."""
    copied = [False] * len(written)
    for start in range(len(written) - COPY + 1):
        if written[start : start + COPY] in counted:
            copied[start : start + COPY] = [True] * COPY
    return sum(copied)
