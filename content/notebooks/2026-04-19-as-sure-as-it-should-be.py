# ---
# title: As sure as it should be
# description: Whether things to which the dictionary model gives 30% happen in 30 of 100 cases, and which temperature it would choose for itself.
# follows: [softmax-and-temperature]
# tags: [language-models, evaluation, sampling]
# models: gpt2-mini
# inputs: demos/training/data/wordnet-glosses.tsv.xz
# claims:
#   - notebook.gap < 0.02
#   - notebook.promised_tail > notebook.came_tail
#   - notebook.came_tail > 0.15
#   - notebook.own_temperature > 0.9 and notebook.own_temperature < 1
#   - notebook.loss_at_07 > notebook.loss_at_1
# ---

# %% [markdown]
# "Below 1 I believe its ranking more than its numbers", I wrote about the temperature in [[softmax-and-temperature]], and
# then I set it to 0.7 and never asked whether the numbers deserve it. They can be asked. If the model gives 30% to its
# favourite, the favourite should be right in 30 of 100 such cases. That property is called calibration [@guo-2017].
#
# The text is every sixteenth definition that was held out, as in [[bits-per-byte]]. At each place I note the whole list of
# scores and the token that came.

# %%
import hashlib
import lzma

import matplotlib.pyplot as plt
import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

from builder.notebook import run

tokenizer = run.load(AutoTokenizer, "gpt2-mini")
gpt2 = run.load(GPT2LMHeadModel, "gpt2-mini").float()
PARTS = {"adj": "adjective", "adv": "adverb"}

lines = []
with lzma.open(run.input("demos/training/data/wordnet-glosses.tsv.xz"), "rt", encoding="utf-8") as glosses:
    for line in glosses:
        part, words, gloss = line.rstrip("\n").split("\t")
        if hashlib.sha256(gloss.encode()).digest()[0] < 5:
            text = f"{words.split('; ')[0]} ({PARTS.get(part, part)}): {gloss}"
            lines.append([tokenizer.eos_token_id, *tokenizer(text)["input_ids"]][: gpt2.config.n_positions])

logits, came = [], []
with torch.no_grad():
    for ids in lines[::16]:
        ids = torch.tensor([ids], device=run.device)
        logits.append(gpt2(ids).logits[0, :-1].cpu())
        came.append(ids[0, 1:].cpu())
logits, came = torch.cat(logits), torch.cat(came)
print(f"{len(came):,} tokens from {len(lines[::16])} lines")
run.metric("tokens", len(came))

# %% [markdown]
# ## The favourite
#
# Sort the places by the probability of the favourite, cut them into ten groups of equal size, and compare what was promised
# with what came.

# %%
p = logits.softmax(-1)
sure, favourite = p.max(-1)
right = (favourite == came).float()
groups = sure.argsort().chunk(10)
promised = torch.stack([sure[group].mean() for group in groups])
kept = torch.stack([right[group].mean() for group in groups])

print("promised   kept")
for a, b in zip(promised, kept):
    print(f"{a:8.1%}  {b:5.1%}")

run.metric("promised", sure.mean().item())
run.metric("kept", right.mean().item())
run.metric("gap", (promised - kept).abs().mean().item())
run.metric("kept_error", (right.std() / len(right) ** 0.5).item())

# %% tags=["hide-input"]
figure, axes = plt.subplots(figsize=(5, 5))
axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
axes.plot(promised, kept, marker="o")
axes.set(xlabel="promised: probability of the favourite", ylabel="kept: share of right favourites", xlim=(0, 1), ylim=(0, 1))
axes.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# Promised {{notebook.promised:.1%}}, kept {{notebook.kept:.1%}}, with a standard error of
# {{notebook.kept_error:.1%}}. The groups lie {{notebook.gap:.1%}} off on average, and each has 348 places, so that a model
# without any fault would be off by about 1.4 points through chance alone. (One group is off by six, at 36%. That is 2.3
# standard errors, and among ten groups chance produces such a one in every fifth attempt.) I had expected the model to be
# too sure of itself, like the networks in [@guo-2017]. It is as sure as it should be, from the places where it has no idea
# to those where it knows.
#
# On second thoughts it has had no chance to become anything else. Overconfidence is learned from examples that one has got
# right already, and this model has seen each line 1.4 times.
#
# ## The tail
#
# The favourite is one token of 8,192. The opposite question is about the many small ones: how much mass does the model
# give to tokens below one in a thousand, and how often does one of them come?

# %%
small = p < 0.001
promised_tail = (p * small).sum(-1).mean().item()
came_tail = small.gather(1, came[:, None]).float().mean().item()
print(f"below 0.1%: promised {promised_tail:.1%}, came {came_tail:.1%}")
run.metric("promised_tail", promised_tail)
run.metric("came_tail", came_tail)

# %% [markdown]
# The tail is promised {{notebook.promised_tail:.1%}} and gets {{notebook.came_tail:.1%}}. A little too much, by an eighth.
# But look at the second number for itself: in text written by lexicographers, more than every sixth token is one to which
# the model gave less than a thousandth. *People use the tail all the time.*
#
# ## A temperature of its own
#
# Divide the scores by $T$, and ask for which $T$ the text that came is least surprising. One number, fitted on half of the
# lines and tried on the other half.

# %%
half = len(came) // 2


def loss(T, where):
    return torch.nn.functional.cross_entropy(logits[where] / T, came[where]).item()


temperatures = [0.7 + 0.01 * i for i in range(61)]
own = min(temperatures, key=lambda T: loss(T, slice(0, half)))
rest = slice(half, None)
for T in (0.7, own, 1.0):
    print(f"T = {T:.2f}: {loss(T, rest):.3f} nats per token on the other half")

run.metric("own_temperature", own)
run.metric("loss_at_own", loss(own, rest))
run.metric("loss_at_1", loss(1.0, rest))
run.metric("loss_at_07", loss(0.7, rest))

# %% [markdown]
# It chooses {{notebook.own_temperature:.2f}}, and what it gains by that is in the third decimal:
# {{notebook.loss_at_own:.3f}} nats against {{notebook.loss_at_1:.3f}}. My customary 0.7 costs {{notebook.loss_at_07:.3f}}.
#
# ## So why 0.7?
#
# This is the part that I had not thought through. I had two stories about the tail. In the first it is full of errors of the
# model, so one should distrust it, and a temperature below one does that. In the second the model's numbers are right. The
# second story is the true one, nearly, and *still* the samples at a temperature of 1 are worse to read than those at 0.7.
#
# Both can be true. That a token from the tail comes in 19 of 100 places is a statement about the sum. The model knows how
# often something rare is due, and does not know which. A lexicographer who writes a rare word has a reason for this one
# among four thousand. The model draws one of the four thousand. Its tail is right as a total and useless as a list.
#
# A lower temperature does not mend an error in the probabilities, then. It makes a text with fewer places in which
# knowledge would be needed. I think that this is also what [@holtzman-2019] see when they call the tail unreliable: not that
# the mass is wrong, but that a draw from it is not a choice.
