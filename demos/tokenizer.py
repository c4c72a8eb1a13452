from collections import Counter
from itertools import pairwise
from typing import Annotated, Literal

import _bpe

from builder.demo import Model, Range, Run, demo
from builder.outputs import Merges, Stage, Table

CORPORA = {
    "five words": "cold " * 6 + "colder " * 3 + "older " * 4 + "oldest " * 2 + "bold " * 2,
    "tongue twisters": "how much wood would a woodchuck chuck if a woodchuck could chuck wood "
    "peter piper picked a peck of pickled peppers a peck of pickled peppers peter piper picked "
    "if peter piper picked a peck of pickled peppers where is the peck of pickled peppers peter piper picked",
}


@demo(smoke={"sentence": "colder, bolder", "merges": 3})
def tokenizer(
    run: Run,
    sentence: str,
    corpus: Literal["five words", "tongue twisters"] = "five words",
    text: str = "",
    merges: Annotated[int, Range(1, 200)] = 8,
    ties: Literal["first", "last", "library"] = "first",
    model: Model = "gpt2-mini",
) -> tuple[Merges, Table, Table]:
    r"""Learn a tokenizer by byte-pair encoding, and see what each merge does to a sentence.

    A language model reads tokens: strings from a fixed list, the vocabulary. Byte-pair encoding (Sennrich et al. 2015)
    makes the list by counting. Every word of a corpus starts as its characters, with `_` for its end. Then, again and
    again, the most frequent pair of neighbours becomes one new symbol:

    $$(a, b) = \operatorname{argmax}_{(a, b)} \operatorname{count}(a\,b), \qquad a\,b \to ab$$

    A new sentence is cut by replaying the merges in the order in which they were learned. The corpus is a small one or
    a `text` of your own. `ties` says which of several pairs with the same count is merged: the one met `first` or
    `last`, or the one that the `tokenizers` library takes, whose symbols are older. The demo checks that the library's
    trainer finds what we find by its rule, and that it cuts the sentence as we do.

    ## How to read it

    The sentence is shown as it is cut after each merge, the symbol made last in a frame. `symbols_start`,
    `symbols_after_first` and `symbols` count the corpus, repeated words included; `library_symbols` is where the
    library's rule for ties would have led; `tied_merges` counts the merges with a tie to break.

    The first table is the cut that the embedded model uses. It starts from the 256 bytes instead of characters, so no
    text is unknown to it; the price is that a letter of another script, or an emoji, may cost several tokens. The
    second table is a batch: short rows are padded, and the *attention mask* says which tokens are real.

    ## What not to conclude

    A few words show the algorithm and make no useful vocabulary. The pieces are frequent strings; that some are also
    roots and endings is no goal of the algorithm. `gpt2-mini` cuts other languages finer: it learned from English.
    """
    from transformers import AutoTokenizer

    # 1. The corpus as words with counts, in the order in which they were met; the sentence as words.
    spoken = [f"{word}_" for word in (text or CORPORA[corpus]).split()]
    asked = [f"{word}_" for word in sentence.split()]
    if not spoken or not asked:
        raise ValueError("there must be a word to learn from, and a word to cut")
    words = {tuple(word): count for word, count in Counter(spoken).items()}

    # 2. Learn. The library's trainer must find the same merges as we do by its rule for ties.
    alphabet = sorted({symbol for word in words for symbol in word})
    steps, tied = learn(words, merges, ties, alphabet)
    expected, _ = learn(words, merges, "library", alphabet)
    size = len({*alphabet, *("".join(pair) for pair, _, _ in expected)})
    assert _bpe.train(spoken, size) == [pair for pair, _, _ in expected], "the library learns other merges"

    # 3. Cut the sentence, merge by merge. Given the same merges, the library must cut it into the same pieces.
    symbols = sum(n * len(word) for word, n in words.items())
    cut = [tuple(word) for word in asked]
    stages = [Stage(label="characters", pieces=sum(cut, ()), note=f"{symbols} symbols in the corpus")]
    for pair, count, left in steps:
        cut = [merge(word, pair) for word in cut]
        note = f"{count} times, {left} symbols left in the corpus"
        stages.append(Stage(label=" + ".join(pair), pieces=sum(cut, ()), merged="".join(pair), note=note))
    theirs = _bpe.cut(asked, (*alphabet, *stages[0].pieces), [pair for pair, _, _ in steps])
    assert theirs == stages[-1].pieces, "the library cuts the sentence otherwise"

    # 4. The tokenizer of a model. It works on bytes: each character of a token's name stands for one of them.
    mini = run.load(AutoTokenizer, model)
    ids = mini(sentence)["input_ids"]
    rest, rows = sentence.encode(), []
    for number, token in enumerate(ids, 1):
        length = len(mini.convert_ids_to_tokens(token))
        piece, rest = rest[:length], rest[length:]
        rows.append([number, str(token), piece.decode(errors="replace").replace(" ", "␣"), piece.hex(" ")])
    assert rest == b"", "the tokens do not make up the sentence"

    # 5. A batch: the sentence and its first two words, padded to one length. The mask is 1 where a token is real.
    texts = [sentence, *sentence.split()[:2]]
    real = mini(texts)["input_ids"]
    T = max(map(len, real))  # tokens in the longest row
    padded = [row + [mini.eos_token_id] * (T - len(row)) for row in real]
    masks = [[1] * len(row) + [0] * (T - len(row)) for row in real]
    batch = [[row, str(ids), str(mask)] for row, ids, mask in zip(texts, padded, masks, strict=True)]

    run.metric("symbols_start", symbols)
    run.metric("symbols_after_first", steps[0][2])
    run.metric("symbols", steps[-1][2])
    run.metric("library_symbols", expected[-1][2])
    run.metric("tied_merges", tied)
    run.metric("model_tokens", len(ids))

    bytes_note = "␣ is a blank, which belongs to the token after it; � is a part of a character. Bytes are hexadecimal."
    mask_note = f"The padding is {mini.eos_token_id}, the end token: only the mask tells one from the other."
    return (
        Merges(title=f"“{sentence}”, merge by merge", stages=stages),
        Table(title=f"As {model} cuts it", columns=["#", "id", "piece", "bytes"], rows=rows, notes=[bytes_note]),
        Table(title="A batch", columns=["text", "ids", "attention mask"], rows=batch, notes=[mask_note]),
    )


def learn(words: dict[tuple[str, ...], int], merges: int, ties: str, alphabet: list[str]):
    """Return the merges as (pair, its count, symbols left in the corpus), and how many had a tie to break."""
    age = {symbol: number for number, symbol in enumerate(alphabet)}
    steps, tied = [], 0
    for _ in range(merges):
        counts = Counter()
        for word, n in words.items():
            for pair in pairwise(word):
                counts[pair] += n
        if not counts:
            break
        # (a, b) = argmax count(a b); pairs with the same count stand in the order in which they were met.
        most = max(counts.values())
        best = [pair for pair, count in counts.items() if count == most]
        oldest = min(best, key=lambda pair: (age[pair[0]], age[pair[1]]))
        pair = {"first": best[0], "last": best[-1], "library": oldest}[ties]
        tied += len(best) > 1

        # a b -> ab
        words = {merge(word, pair): n for word, n in words.items()}
        age.setdefault("".join(pair), len(age))
        steps.append((pair, most, sum(n * len(word) for word, n in words.items())))
    return steps, tied


def merge(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """Join every occurrence of a pair of neighbours, from left to right."""
    merged = []
    for symbol in word:
        if merged and (merged[-1], symbol) == pair:
            merged[-1] += symbol
        else:
            merged.append(symbol)
    return tuple(merged)
