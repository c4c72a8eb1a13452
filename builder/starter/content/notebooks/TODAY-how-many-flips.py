# ---
# title: How many flips
# description: A first notebook, which goes on where the demo stops.
# tags: [meta]
# ---

# %% [markdown]
# The demo in [[TODAY-hello]] flips a coin 200 times. How far from one half may the share of heads be after that? This notebook
# repeats the experiment 500 times. Its cells run in order when the log is built, and only when one of them changes.

# %%
import random

from builder.notebook import run

coin = random.Random(1)


def distance(flips):
    heads = sum(coin.random() < 0.5 for _ in range(flips))
    return abs(heads / flips - 0.5)


print("flips  mean distance from one half")
for flips in (50, 200, 800):
    mean = sum(distance(flips) for _ in range(500)) / 500
    run.metric(f"distance_{flips}", mean)
    print(f"{flips:5} {mean:12.2%}")

# %% [markdown]
# After 200 flips the share is typically {{notebook.distance_200:.1%}} off. Four times as many flips halve that.
