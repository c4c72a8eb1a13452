# ---
# title: Bits per byte
# description: What the dictionary model pays for definitions that it has not read, in a unit that no tokenizer can bend.
# follows: [first-definitions]
# tags: [language-models, evaluation, tokenizers]
# models: gpt2-mini
# inputs: demos/training/data/wordnet-glosses.tsv.xz
# claims:
#   - notebook.bits_per_byte < 1.6
#   - notebook.bits_per_byte < notebook.lzma_bits_per_byte
#   - notebook.form_bits_per_byte < 0.4
#   - notebook.word_share > 0.1 and notebook.word_share < 0.35
#   - notebook.word_bits_per_byte > notebook.definition_bits_per_byte
# ---

# %% [markdown]
# In [[training-a-dictionary-model]] I wrote down a held-out perplexity of 45, and yesterday, in [[first-definitions]],
# I warned myself not to compare it with another one. A perplexity is per *token*, and what a token is was decided by the
# tokenizer. A tokenizer with longer pieces makes fewer and harder choices out of the same text.
#
# Bytes are not negotiable. The sum of the surprises is the length, in nats, of the shortest code that the model could
# write for the text. Divided by $\ln 2$ and by the number of bytes, it can stand next to any compressor.

# %%
import hashlib
import lzma
import math

from builder.notebook import run

glosses = run.input("demos/training/data/wordnet-glosses.tsv.xz")
PARTS = {"adj": "adjective", "adv": "adverb"}

seen, held_out = [], []
with lzma.open(glosses, "rt", encoding="utf-8") as lines:
    for line in lines:
        part, words, gloss = line.rstrip("\n").split("\t")
        form = f" ({PARTS.get(part, part)}):"
        sense = (words.split("; ")[0], form, f" {gloss}")
        # The split of the training script: by the definition.
        unseen = hashlib.sha256(gloss.encode()).digest()[0] < 5
        (held_out if unseen else seen).append(sense)

print(f"{len(seen):,} senses were read in training, {len(held_out):,} not.")
print("The first of those:", "".join(held_out[0]))

# %% [markdown]
# Every sixteenth of the unseen ones is enough here, as long as it fits into the model's 128 positions. The model is asked
# for the probability of each token, given the end marker and the tokens before it.

# %%
import torch
from transformers import AutoTokenizer, GPT2LMHeadModel

tokenizer = run.load(AutoTokenizer, "gpt2-mini")
gpt2 = run.load(GPT2LMHeadModel, "gpt2-mini").float()


@torch.no_grad()
def surprises(text):
    """The cost of each token in bits, and where in the text it begins."""
    encoded = tokenizer(text, return_offsets_mapping=True)
    ids = [tokenizer.eos_token_id, *encoded["input_ids"]]
    ids = torch.tensor([ids], device=run.device)
    logp = gpt2(ids).logits[0, :-1].log_softmax(-1)
    costs = -logp.gather(1, ids[0, 1:, None])[:, 0] / math.log(2)
    starts = [start for start, _ in encoded["offset_mapping"]]
    return zip(costs.tolist(), starts)


def fits(sense):
    return len(tokenizer("".join(sense))["input_ids"]) < gpt2.config.n_positions


sample = [sense for sense in held_out[::16] if fits(sense)]

# %% [markdown]
# A line has three parts that are not alike: the headword, the form `(noun):`, and the definition. So I keep three accounts.

# %%
names = ("word", "form", "definition")
bits = dict.fromkeys(names, 0.0)
tokens = dict.fromkeys(names, 0)
size = dict.fromkeys(names, 0)

for sense in sample:
    word, form, _ = sense
    for name, piece in zip(names, sense):
        size[name] += len(piece.encode())
    for cost, start in surprises("".join(sense)):
        before = start >= len(word), start >= len(word + form)
        name = names[sum(before)]
        bits[name] += cost
        tokens[name] += 1

total, count = sum(bits.values()), sum(tokens.values())
run.metric("senses", len(sample))
run.metric("perplexity", 2 ** (total / count))
run.metric("bits_per_byte", total / sum(size.values()))
run.metric("word_share", bits["word"] / total)

print("part        bytes  tokens  bits/byte  share of the bits")
for name in names:
    each = bits[name] / size[name]
    run.metric(f"{name}_bits_per_byte", each)
    row = f"{name:10} {size[name]:6,} {tokens[name]:7,} {each:10.2f}"
    print(row, f"{bits[name] / total:18.1%}")

# %% [markdown]
# Over {{notebook.senses:.0f}} unseen senses the model pays **{{notebook.bits_per_byte:.2f}} bits per byte**, at a perplexity of
# {{notebook.perplexity:.0f}}, close to the 45 of the whole held-out set.
#
# The accounts are the surprise. The form costs {{notebook.form_bits_per_byte:.2f}} bits per byte: after the word there is hardly
# a decision left but the part of speech. The *headword* costs {{notebook.word_bits_per_byte:.1f}}, twice as much as the
# definition, and {{notebook.word_share:.0%}} of all bits go there. Nothing comes before it. Which word a dictionary defines
# next is not something that one could know, and every one of those bits is in the perplexity on the model card.
# A better model would hardly lower that part.
#
# ## What a compressor pays
#
# LZMA knows nothing about language, but it can be shown text first: compress 5,774 definitions from the training half with and
# without the sample behind them, and take the difference.

# %%
filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 24}]


def text(senses):
    return "\n".join("".join(sense) for sense in senses).encode()


def packed(data):
    return len(lzma.compress(data, lzma.FORMAT_RAW, filters=filters))


before, after = text(seen[::20]), text(seen[::20] + sample)
length = len(text(sample))
lzma_alone = 8 * packed(text(sample)) / length
lzma_primed = 8 * (packed(after) - packed(before)) / length
model = total / sum(size.values())
run.metric("lzma_bits_per_byte", lzma_primed)

# What it saves on each byte, against two bytes for each of its parameters.
weights_mb = 2 * gpt2.num_parameters() / 1e6
run.metric("model_mb", weights_mb)
run.metric("break_even_mb", weights_mb / ((lzma_primed - model) / 8))
run.metric("corpus_mb", len(text(seen + held_out)) / 1e6)

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

costs = {
    "LZMA": lzma_alone,
    "LZMA, after reading\n5,774 definitions": lzma_primed,
    "gpt2-mini": model,
    "gpt2-mini,\ndefinitions only": bits["definition"] / size["definition"],
}
figure, axes = plt.subplots(figsize=(6.4, 3))
bars = axes.barh(list(costs), list(costs.values()), color="#4c78a8")
axes.bar_label(bars, fmt="%.2f", padding=3)
axes.invert_yaxis()
axes.set(xlabel="bits per byte", title="One text, written four ways", xlim=(0, 4))
axes.spines[["top", "right"]].set_visible(False);

# %% [markdown]
# LZMA that has read those definitions pays {{notebook.lzma_bits_per_byte:.2f}} bits per byte. The comparison is unfair
# in the model's favour: it has read twenty times as much, and nobody has counted its own {{notebook.model_mb:.1f}} MB. Those
# would be earned back after {{notebook.break_even_mb:.0f}} MB of dictionary, and all of WordNet's definitions together
# are {{notebook.corpus_mb:.0f}} MB. Seen as a compressor, this model is a very large program for a rather small file.
#
# The unit is what I keep. Two models with two tokenizers can be compared in it, and a model with no model at all.
#
# > [!annotation 2026-06-28] It went into [[small-models-honest-claims]], as the repair for a loss without its unit.
