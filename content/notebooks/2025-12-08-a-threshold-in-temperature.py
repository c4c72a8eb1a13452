# ---
# title: A threshold in temperature
# description: The tables on softmax and temperature recomputed, and the temperature at which the tail takes over.
# follows: [softmax-and-temperature]
# tags: [sampling, language-models]
# claims:
#   - notebook.entropy_1 > 0.947 and notebook.entropy_1 < 0.949
#   - notebook.p2_at_4 > 0.2725 and notebook.p2_at_4 < 0.2735
#   - notebook.tail_at_1 < 0.03
#   - notebook.tail_at_1_5 > 0.5
#   - notebook.threshold > 1.4 and notebook.threshold < 1.5
# ---

# %% [markdown]
# The tables in [[softmax-and-temperature]] were made with a pocket calculator's patience. Here they are made by the few
# lines that one would trust, and then the second table gets the plot that it deserved.
#
# Four scores first, $z = (2, 1, 0, -1)$.

# %%
import math

from builder.notebook import run


def softmax(scores, T):
    # Only differences matter: without the maximum, exp() cannot overflow.
    weights = [math.exp((z - max(scores)) / T) for z in scores]
    return [w / sum(weights) for w in weights]


def entropy(p):
    return -sum(q * math.log(q) for q in p if q > 0)


print("   T     p1     p2     p3     p4      H  exp(H)")
z = [2, 1, 0, -1]
for T in (0.5, 1, 2, 4):
    p = softmax(z, T)
    H = entropy(p)
    print(f"{T:4} ", *(f" {q:.3f}" for q in p), f" {H:.3f} {math.exp(H):7.2f}")

run.metric("entropy_1", entropy(softmax(z, 1)))
run.metric("p2_at_4", softmax(z, 4)[1])

# %% [markdown]
# All but one of the numbers are those of the table. At $T = 4$ the second probability is {{notebook.p2_at_4:.4f}}, so it
# rounds up, and I had written 0.272. A pocket calculator has no opinion on rounding; I must have cut the digits off.
#
# Another check needs no table. With $\beta = 1/T$ the slope $dH/d\beta$ should be $-\beta\,\mathrm{Var}(z)$.

# %%
p = softmax(z, 1)
mean = sum(q * s for q, s in zip(p, z))
variance = sum(q * (s - mean) ** 2 for q, s in zip(p, z))
slope = (entropy(softmax(z, 1 / 1.01)) - entropy(softmax(z, 1 / 0.99))) / 0.02

assert abs(slope + variance) < 1e-4
print(f"variance {variance:.4f}, slope {slope:.4f}")

# %% [markdown]
# ## The tail, as a curve
#
# The uncomfortable table had one good token with 98% of the probability and 8,000 bad ones that share the rest. In
# scores: the good one leads by $g = \ln 392{,}000 = 12.88$. Divide numerator and denominator by the good token's weight,
# and the mass on the bad ones is
#
# $$
# m(T) = \frac{n\,e^{-g/T}}{1 + n\,e^{-g/T}}, \qquad \log\frac{m}{1 - m} = \ln n - \frac{g}{T}.
# $$
#
# I had not written down the second form yesterday, and it says everything. The log-odds of junk are a straight line in
# $1/T$. They cross zero where $T = g / \ln n$.

# %%
gap = math.log(0.98 / (0.02 / 8000))


def tail(T, n=8000):
    return 1 / (1 + math.exp(gap / T) / n)


threshold = gap / math.log(8000)
run.metric("threshold", threshold)
run.metric("tail_at_1", tail(1))
run.metric("tail_at_1_5", tail(1.5))
print("  T     tail  40 tokens without it")
for T in (0.7, 0.8, 1, 1.2, 1.5):
    print(f"{T:3} {tail(T):8.3%} {(1 - tail(T)) ** 40:12.1%}")

# %%
import matplotlib.pyplot as plt

temperatures = [0.5 + 0.01 * i for i in range(251)]
figure, axes = plt.subplots(figsize=(6.4, 3.4))
for n in (100, 8_000, 50_000, 1_000_000):
    masses = [tail(T, n) for T in temperatures]
    axes.plot(temperatures, masses, label=f"{n:,} bad tokens")
axes.axhline(0.5, color="grey", linewidth=0.8, linestyle="dotted")
axes.set(xlabel="temperature", ylabel="mass on the bad tokens")
axes.set_title("Where the tail takes over")
axes.legend(frameon=False)
axes.spines[["top", "right"]].set_visible(False);

# %% [markdown]
# At $T = 1$ the tail holds {{notebook.tail_at_1:.0%}} and at 1.5 it holds {{notebook.tail_at_1_5:.0%}}. Tail and good token are
# even at a temperature of {{notebook.threshold:.2f}}. "Somewhere between 1 and 1.5", as I wrote, and now I know where.
#
# Two things I did not expect.
#
# The threshold depends on the vocabulary only through its *logarithm*. Six times as many bad tokens, 50,000 instead of
# 8,000, move it from {{notebook.threshold:.2f}} to 1.19. A hundred of them would move it to 2.8, out of reach of any
# temperature I have ever typed. So when a knob setting that was fine with one model writes nonsense with another, the size
# of the vocabulary alone is a poor suspect, and the gap a good one: the threshold is *proportional* to the gap.
#
# And the curves are steep without any phase transition behind them. It is one logistic function in $1/T$ with slope $g$.
# A model that is surer of itself, with a larger gap, has a later threshold and a sharper one in $1/T$. I would have guessed
# that confidence makes everything gentler.
#
# What the toy leaves out is that real tails are not flat.
#
# > [!annotation 2026-03-15] In [[top-k-and-top-p]] they have a shape, and cutting a tail off by rank or by mass turns out to
# > be a different thing from turning it down.
