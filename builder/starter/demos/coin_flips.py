"""A first demo: no model, no graphics card, a result in a moment."""

import random

from builder.demo import Run, demo
from builder.outputs import Text, Token


@demo(smoke={"flips": 3})
def coin_flips(run: Run, flips: int = 100, seed: int = 0) -> Text:
    """Flip a coin and watch the share of heads.

    Each mark is one flip; its colour is the share of heads so far.
    """
    coin = random.Random(seed)
    tokens, heads = [], 0
    for count in range(1, flips + 1):
        face = coin.choice("HT")
        heads += face == "H"
        tokens.append(Token(text=face + " ", probability=heads / count))
        run.progress(count, flips)
    run.metric("heads_share", heads / flips)
    return Text(tokens=tokens)
