from builder.demo import Model, Run, demo
from builder.outputs import Bars, Group, HeatMap, Map, Table

OUTSIDE = {  # question -> what is right, if anything is
    "99+100": "199", "100+100": "200", "123+456": "579", "500+500": "1000", "1234+5678": "6912", "0+100": "100",
    "007+005": "12", "1+2+3": "6", "27-5": "22", "x+5": None, "7+": None, "+": None, "": None,
}  # fmt: skip


@demo(smoke={"question": "7+8"})
def addition(
    run: Run, question: str = "57+68", seed: int = 0, model: Model = "adder-1000"
) -> tuple[HeatMap, Bars, Table, HeatMap]:
    r"""Ask a network that learned addition from examples for every sum up to 99+99, and for some beyond.

    A sequence-to-sequence transformer reads the characters `27+45` and writes the characters `72`. Nobody told it
    what a digit is: before training, `7` and `+` are two rows of random numbers. It saw a share of the 10,000 sums
    from 0+0 to 99+99. The others were held out, a+b and b+a always together. The probability of an answer $y$ to a
    question $x$ is a product over its characters,

    $$p(y \mid x) = \prod_i p(y_i \mid y_1 \dots y_{i-1}, x)$$

    and the answer is written greedily: in each place the likeliest character. The demo answers all sums at once, in
    a loop of its own, and checks that the library's `generate`, asked one question alone, writes the same.

    ## How to read it

    **The maps** have a cell for each sum: on the left those it was trained on, on the right the others. The value is
    the probability of the answer given, with a minus in front if the answer is wrong: -0.9 is a firm belief in a
    mistake. `train_right` and `held_out_right` are the shares of right answers; `commutes` is the share of held-out
    questions with the same answer to a+b and b+a. `wrong_units`, `wrong_tens` and `wrong_hundreds` say how many of
    the wrong answers are wrong in that place.

    **The bars** sort the held-out sums by carries (21+34 has none, 27+45 one, 57+68 two), all together and then apart
    by the length of the numbers. Compare the groups before you say what is hard.

    **The table** asks for what no example prepared it for: more digits, leading zeros, characters that it has never
    read and that all become the same `<unk>`. It always answers. `beyond_right` is the share right of 500 sums of two
    random three-digit numbers, and `beyond_familiar` the share of their answers between 0 and 198, the only numbers
    that it has ever been shown as answers.

    **Cross-attention** shows which characters of the question each head reads for each character that is written.

    ## What not to conclude

    The adders have 50 thousand parameters and have seen 500 to 7,000 sums. That a large language model adds wrongly,
    or rightly, does not follow. The probability says how sure the model is within what it knows; it does not know
    where that ends. Each was trained once, from one seed: a few percent between two of them may be chance.
    """
    import torch
    from _adder import VOCABULARY, decode, encode, split
    from transformers import BartForConditionalGeneration

    bart = run.load(BartForConditionalGeneration, model, attn_implementation="eager").float()
    if len(question) >= bart.config.max_position_embeddings:
        raise ValueError(
            f"a question has at most {bart.config.max_position_embeddings - 1} characters, not {len(question)}"
        )

    # 1. All 10,000 sums at once.
    a, b = torch.meshgrid(torch.arange(100), torch.arange(100), indexing="ij")
    labels = [f"{number:0{bart.config.operand_digits}}" for number in range(100)]  # 7, or 07 if trained so
    answers, p = answer(bart, [f"{x}+{y}" for x in labels for y in labels])
    numbers = torch.tensor([int(text) if text.isdecimal() else -1 for text in answers]).view(100, 100)
    p, right, seen = p.view(100, 100), numbers == a + b, split(bart.config.training_sums)
    wrong = ~right & ~seen
    run.metric("train_right", share(right, seen))
    run.metric("held_out_right", share(right, ~seen))
    run.metric("held_out_wrong", wrong.sum().item())
    run.metric("commutes", share(numbers == numbers.T, ~seen & (a != b)))
    if wrong.any():
        run.metric("sure_when_wrong", p[wrong].mean().item())
        for place, value in (("units", 1), ("tens", 10), ("hundreds", 100)):
            differs = (numbers < 0) | (numbers // value % 10 != (a + b) // value % 10)
            run.metric(f"wrong_{place}", share(differs, wrong))
    run.progress(1, 3)

    # 2. Are carries hard, or short numbers? A carry into the tens, and one into the hundreds.
    carries = (a % 10 + b % 10 >= 10).int() + (a + b >= 100).int()
    short = (a < 10) | (b < 10)
    groups = {"all held out": ~seen, "both of two digits": ~seen & ~short, "one or both of one digit": ~seen & short}
    bars = {name: [share(right, group & (carries == count)) for count in range(3)] for name, group in groups.items()}
    run.metric("right_no_carry", share(right, ~seen & (carries == 0)))
    run.metric("right_carry", share(right, ~seen & (carries > 0)))
    run.metric("right_short", share(right, ~seen & short))
    run.metric("right_two_digits", share(right, ~seen & ~short))
    run.metric("right_two_digits_no_carry", share(right, ~seen & ~short & (carries == 0)))
    run.metric("right_two_digits_carry", share(right, ~seen & ~short & (carries > 0)))

    # 3. Beyond: three-digit numbers, and whatever else can be typed.
    pairs = torch.randint(100, 1000, (500, 2), generator=run.generator(seed)).tolist()
    far, far_p = answer(bart, [f"{i}+{j}" for i, j in pairs])
    run.metric("beyond_right", sum(text == str(i + j) for text, (i, j) in zip(far, pairs, strict=True)) / len(pairs))
    run.metric("beyond_familiar", sum(text.isdecimal() and int(text) <= 198 for text in far) / len(pairs))
    run.metric("sure_beyond", far_p.mean().item())
    strange = zip(OUTSIDE.items(), *answer(bart, list(OUTSIDE)), strict=True)
    rows = [[x or "(nothing)", said, y, said == y if y else None, sure.item()] for (x, y), said, sure in strange]
    run.progress(2, 3)

    # 4. One question alone, as the library decodes it: the padding and company of others must not change an answer.
    ids, mask = (part.to(run.device) for part in encode([question]))
    alone = bart.generate(ids, attention_mask=mask, do_sample=False, num_beams=1, max_new_tokens=6).cpu()
    (said, _), (sure, _) = answer(bart, [question, "99+99"])
    assert said == decode(alone, turned=bart.config.reversed_answers)[0], "an answer depends on what else is asked"
    print(f"{question} = {said}, with a probability of {sure:.3f}")
    with torch.no_grad():
        looked = bart(ids, attention_mask=mask, decoder_input_ids=alone[:, :-1].to(run.device), output_attentions=True)
    A = looked.cross_attentions[0][0].cpu()  # (H, T_written, T_read), of the one decoder layer
    assert torch.allclose(A.sum(dim=-1), torch.ones(A.shape[:2]), atol=1e-4), "a row of weights does not sum to 1"
    run.progress(3, 3)

    maps = [
        Map(title=f"{name}: {share(right, side):.1%} right", values=torch.where(right, p, -p).where(side, torch.nan).round(decimals=2), rows=labels, columns=labels,
            details=[[f"says {answers[100 * i + j]}" if mistakes[i, j] else "" for j in range(100)] for i in range(100)] if mistakes.any() else None)
        for name, side, mistakes in (("Seen in training", seen, seen & ~right), ("Held out", ~seen, wrong))
    ]  # fmt: skip
    spoken = [VOCABULARY[i] for i in alone[0, 1:].tolist()]
    return (
        HeatMap(title="How sure of its answer, and minus if it is wrong", maps=maps, row_title="a", column_title="b", scale="diverging", low=-1, high=1),
        Bars(title="Right answers by carries", x_label="carries", y_label="share right", names=["none", "one", "two"],
             groups=[Group(name=name, values=values) for name, values in bars.items()]),
        Table(title="Questions from outside", columns=["question", "its answer", "the right answer", "right", "probability"], rows=rows),
        HeatMap(title=f"What it looks at when it answers {question} with {said}", row_title="writes", column_title="reads", low=0, high=1,
                maps=[Map(title=f"head {h + 1}", values=head, rows=spoken, columns=[*question, "</s>"]) for h, head in enumerate(A)]),
    )  # fmt: skip


def share(true, group) -> float:
    """Return the share of a group (100, 100) in which something is true."""
    return true[group].float().mean().item()


def answer(bart, questions: list[str]):
    """Write the likeliest character after the likeliest: returns the answers and their probabilities (B,)."""
    import torch
    from _adder import END, PAD, START, decode, encode

    ids, mask = (part.to(bart.device) for part in encode(questions))
    with torch.no_grad():
        encoded = bart.get_encoder()(ids, attention_mask=mask)
        written = torch.full((len(ids), 1), START, device=bart.device)
        p, over = torch.ones(len(ids), device=bart.device), torch.zeros(len(ids), dtype=torch.bool, device=bart.device)
        for _ in range(6):
            # y_i = argmax p(y_i | y_1 … y_{i-1}, x), until the end is written
            logits = bart(encoder_outputs=encoded, attention_mask=mask, decoder_input_ids=written).logits[:, -1]
            likeliest = logits.softmax(dim=-1).max(dim=-1)
            p = torch.where(over, p, p * likeliest.values)
            written = torch.cat([written, likeliest.indices.masked_fill(over, PAD).unsqueeze(1)], dim=1)
            over |= likeliest.indices == END
    return decode(written, turned=bart.config.reversed_answers), p.cpu()
