# ---
# title: A letter that can be heard
# description: Whether the vector of a token knows how the token is spelled. Hardly, with one exception, and the exception goes by sound.
# follows: [letters]
# tags: [tokenizers, language-models, evaluation]
# models: gpt2-mini
# claims:
#   - notebook.vowel > 0.9
#   - notebook.consonants < 0.65
#   - notebook.has_r < 0.62
#   - notebook.shuffled < 0.55
#   - notebook.hour > notebook.vowels_middle and notebook.honor > notebook.vowels_middle
#   - notebook.university < notebook.consonants_middle and notebook.unit < notebook.consonants_middle
#   - notebook.plural < notebook.singular
# ---

# %% [markdown]
# On the first of October, in a paper notebook, I wrote that a model which cannot count the r's in a fruit has never seen an
# r ([[letters]]). It gets whole numbers. Now I have a model with 8,192 of them, each with a vector of 256 learned numbers
# ([[training-a-dictionary-model]]). Nobody has told it that ` river` begins with an r. Does the vector know?
#
# I keep the tokens that are a space and at least three small letters, and ask of each: is the property *x* in the vector, in
# the sense that a weighted sum of its 256 numbers tells the tokens with *x* from those without? The weights are fitted on
# four fifths of the tokens by least squares and tried on the last fifth, five times. The measure is the probability that a
# token with *x* gets a higher sum than one without: 0.5 is guessing, 1 is knowing.

# %%
import re

import numpy as np
from transformers import AutoTokenizer, GPT2LMHeadModel

from builder.notebook import run

tokenizer = run.load(AutoTokenizer, "gpt2-mini")
table = run.load(GPT2LMHeadModel, "gpt2-mini").float().transformer.wte.weight.detach().cpu().numpy()

kept = {id: text for text, id in tokenizer.get_vocab().items() if re.fullmatch("Ġ[a-z]{3,}", text)}
ids = sorted(kept)
words = [kept[id][1:] for id in ids]
vectors = table[ids] - table[ids].mean(axis=0)
vectors = np.c_[vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.ones(len(ids))]
rng = np.random.default_rng(0)


def sums(has):
    """For each word its weighted sum, with weights fitted on the folds that it is not in."""
    has, order, found = np.array(has, float), rng.permutation(len(words)), np.zeros(len(words))
    for fold in range(5):
        test = order[fold::5]
        train = np.setdiff1d(order, test)
        A = vectors[train]
        weights = np.linalg.solve(A.T @ A + np.eye(A.shape[1]), A.T @ has[train])
        found[test] = vectors[test] @ weights
    return found


def told_apart(has, found):
    """The probability that a word that has it gets the larger sum."""
    has = np.array(has, bool)
    ranks = found.argsort().argsort()
    n = has.sum()
    return (ranks[has].sum() - n * (n - 1) / 2) / (n * (len(has) - n))


print(f"{len(words):,} words of {len(table):,} tokens, {', '.join(words[1000:1004])} among them")
run.metric("words", len(words))

# %% [markdown]
# I expected nothing from the first letters and something from the last ones, since *-ed*, *-s* and *-ing* are grammar, and
# grammar decides what may come next.

# %%
properties = {
    "begins with s": lambda word: word[0] == "s",
    "begins with c": lambda word: word[0] == "c",
    "begins with p": lambda word: word[0] == "p",
    "begins with t": lambda word: word[0] == "t",
    "contains an r": lambda word: "r" in word,
    "ends in y": lambda word: word[-1] == "y",
    "ends in d": lambda word: word[-1] == "d",
    "ends in g": lambda word: word[-1] == "g",
    "ends in s": lambda word: word[-1] == "s",
    "begins with a vowel": lambda word: word[0] in "aeiou",
}
scores = {}
for name, test in properties.items():
    has = [test(word) for word in words]
    found = sums(has)
    scores[name] = told_apart(has, found)
    print(f"{name:<20} {sum(has):5}   {scores[name]:.3f}")

shuffled = rng.permutation([word[0] in "aeiou" for word in words])
run.metric("shuffled", told_apart(shuffled, sums(shuffled)))
run.metric("vowel", scores["begins with a vowel"])
run.metric("consonants", float(np.mean([scores[f"begins with {letter}"] for letter in "scpt"])))
run.metric("has_r", scores["contains an r"])
run.metric("ends_s", scores["ends in s"])

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(6.4, 3.4))
bars = axes.barh(list(scores), [score - 0.5 for score in scores.values()], left=0.5, color="#4c78a8")
axes.bar_label(bars, labels=[f"{score:.2f}" for score in scores.values()], padding=3)
axes.set(xlabel="told apart by a weighted sum", xlim=(0.5, 1.05))
axes.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# The endings are there: {{notebook.ends_s:.2f}} for the s. Single first letters are hardly there, {{notebook.consonants:.2f}}
# on average, and neither is the r, {{notebook.has_r:.2f}}. (If the labels are shuffled, {{notebook.shuffled:.2f}}.)
#
# And then the last row, which I had put in for completeness. Whether a word begins with a *vowel* can be told with
# {{notebook.vowel:.2f}}. The model has never seen a letter. How does it know that?
#
# ## A guess, and a way to be wrong
#
# In English there is one place at which the first letter of a word matters to somebody who sees only whole words: after *a*
# and *an*. A quarter of all definitions begin with *a*. To give the next word its due, the model has to know which words
# never follow one of the two.
#
# If that is where it comes from, then it is not about letters. *An hour*, *a university*: the article goes by sound. So I
# wrote down, before I looked:
#
# - ` hour` and ` honor` begin with a consonant and will be taken for vowels.
# - ` university` and ` unit` begin with a vowel and will not.

# %%
vowel = np.array([word[0] in "aeiou" for word in words])
found = sums(vowel)
score = dict(zip(words, found.tolist()))
print(f"median of the words with a vowel {np.median(found[vowel]):.2f}, of all others {np.median(found[~vowel]):.2f}\n")
for group in (["hour", "honor", "honey"], ["university", "unit", "uniform", "uncertain"], ["island", "islands", "atom", "atoms"]):
    print("   ".join(f"{word} {score[word]:.2f}" for word in group if word in score))
ranked = sorted(score, key=score.get)
print("\nhighest with a consonant:", *[word for word in ranked[::-1] if word[0] not in "aeiou"][:2])
print("lowest with a vowel:     ", *[word for word in ranked if word[0] in "aeiou"][:6])

singular = [word for word in words if word[0] in "aeiou" and f"{word}s" in score]
run.metric("vowels_middle", float(np.median(found[vowel])))
run.metric("consonants_middle", float(np.median(found[~vowel])))
for word in ("hour", "honor", "university", "unit"):
    run.metric(word, score[word])
run.metric("pairs", len(singular))
run.metric("singular", float(np.mean([score[word] for word in singular])))
run.metric("plural", float(np.mean([score[f"{word}s"] for word in singular])))

# %% [markdown]
# I have rarely been so pleased by four numbers. ` hour` has {{notebook.hour:.2f}} and ` honor` {{notebook.honor:.2f}}, both
# above the middle of the words that do begin with a vowel, {{notebook.vowels_middle:.2f}}. They are the two highest of all
# words with a consonant. ` university` has {{notebook.university:.2f}} and ` unit` {{notebook.unit:.2f}}, below the middle of
# the *consonants*, {{notebook.consonants_middle:.2f}}.
#
# The last list held something that I should have predicted and did not: *articles*, *interests*, *asked*. Of course. A
# plural and a past tense never follow *an*, so there is nothing to learn from. I added one more count. Of
# {{notebook.pairs:.0f}} words with a vowel whose plural is a token as well, the singulars have {{notebook.singular:.2f}} on
# average and the plurals {{notebook.plural:.2f}}. To this model *islands* does not begin with a vowel.
#
# So the model knows something about spelling that nobody has shown to it, and it is not about spelling. It has heard it, as
# it were, through the only crack in the wall. What it knows is "may follow *an*", and that is a fact about whole words, as
# good as any other. I would have called it knowledge of letters if I had stopped at {{notebook.vowel:.2f}}.
#
# The r in the river it will never know. Nothing that it was ever asked depends on it.
#
# > [!annotation 2026-10-04] The direction that I fitted here is a direction in the *output* table as much as in the input
# > one, since they are the same table ([[one-table-two-jobs]]). After *an*, all that the last layer has to do is to point
# > there.
