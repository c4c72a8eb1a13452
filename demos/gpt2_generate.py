from typing import Annotated

from builder.demo import Model, Range, Run, demo
from builder.outputs import Text, Token


@demo(smoke={"prompt": "attention (noun):", "max_new_tokens": 8, "temperature": 0.0})
def gpt2_generate(
    run: Run,
    prompt: str,
    max_new_tokens: Annotated[int, Range(1)] = 40,
    temperature: Annotated[float, Range(0, 10)] = 0.8,
    top_k: Annotated[int, Range(0)] = 0,
    top_p: Annotated[float, Range(0, 1)] = 1.0,
    seed: int = 0,
    model: Model = "gpt2-mini",
) -> Text:
    """Continue a prompt with GPT-2, one token at a time.

    A language model does one thing: for the text so far it gives every token of its vocabulary a probability.
    Writing is a loop around that. Ask for the probabilities, pick a token, append it, ask again. How the token is
    picked is not part of the model; it is what this demo lets you choose:

    - **temperature** divides the logits. Below 1 the likely tokens become likelier still; at 0 the likeliest always
      wins (greedy decoding), the seed no longer matters, and the demo checks that `model.generate` writes the same.
    - **top-k** keeps the *k* likeliest tokens; 0 keeps all.
    - **top-p** keeps the smallest set of tokens that holds at least the share *p* of the probability; 1 keeps all.
    - **seed** starts the random numbers. They are drawn on the CPU, so a seed means the same on every device.

    ## How to read it

    Each token is shaded by the probability that the model itself gave it, at temperature 1 and before anything was
    cut away: a token that sampling could hardly avoid may still be one that the model found unlikely. Beside it
    stand the five tokens that the model found likeliest there. `perplexity` is the exponential of the mean surprise
    over the tokens written: 1 means that there was never a choice, 10 that there were as good as ten equal ones.
    `repeated_trigrams` is the share of three-token sequences that had been written before; near 1 the model goes
    round in circles.

    A text that closes with `<|endoftext|>` was ended by the model; otherwise it was cut at `max_new_tokens`, or where
    the model's context was full.

    ## What not to conclude

    The default model, `gpt2-mini`, has 6.9 million parameters and has read dictionary definitions and nothing else.
    It invents meanings for words that do not exist, and for words that do. What it writes says nothing about the
    facts of the world, and little about GPT-2 124M or anything larger. A low perplexity means that the model was
    sure, not that it was right.
    """
    import torch
    from transformers import AutoTokenizer, GPT2LMHeadModel

    tokenizer = run.load(AutoTokenizer, model)
    gpt2 = run.load(GPT2LMHeadModel, model).float()
    generator = run.generator(seed)

    # Documents were separated by the end token in training, so an end token in front says: a new text starts here.
    end = tokenizer.eos_token_id
    prompt_ids = tokenizer(prompt)["input_ids"]
    context = gpt2.config.n_positions
    room = context - 1 - len(prompt_ids)
    if room < 1:
        raise ValueError(f"the prompt has {len(prompt_ids)} tokens; '{model}' sees {context} at once, one is the start")
    if room < max_new_tokens:
        print(f"'{model}' sees {context} tokens at once: at most {room} new tokens, not {max_new_tokens}")

    new_ids, probabilities, alternatives = [], [], []
    step_input = torch.tensor([[end, *prompt_ids]], device=run.device)
    cache = None
    for step in range(min(max_new_tokens, room)):
        # 1. Ask the model. The cache holds the keys and values of all earlier tokens: only what is new is fed in.
        with torch.no_grad():
            output = gpt2(step_input, past_key_values=cache, use_cache=True)
        cache = output.past_key_values
        logits = output.logits[0, -1].float().cpu()  # (V,), one number for each token of the vocabulary

        # 2. p_i = exp(z_i) / sum_j exp(z_j): the probabilities shown are these, before any choice of ours.
        p = logits.softmax(dim=-1)

        # 3. Pick a token.
        token = pick(logits, temperature=temperature, top_k=top_k, top_p=top_p, generator=generator)
        new_ids.append(token)
        probabilities.append(p[token].item())
        alternatives.append([(tokenizer.decode([i]), p[i].item()) for i in p.topk(5).indices.tolist()])

        # 4. Append it and go on, unless the model says that the text is over.
        run.progress(step + 1, max_new_tokens)
        if token == end:
            print(f"the model ended the text after {step + 1} tokens")
            break
        step_input = torch.tensor([[token]], device=run.device)

    # Greedy decoding has one right answer, so here the loop above is checked against the library's.
    if temperature == 0:
        start = torch.tensor([[end, *prompt_ids]], device=run.device)
        options = {"max_new_tokens": len(new_ids), "do_sample": False, "pad_token_id": end}
        expected = gpt2.generate(start, attention_mask=torch.ones_like(start), **options)
        assert new_ids == expected[0, start.shape[1] :].tolist(), "greedy decoding differs from model.generate"

    run.metric("tokens", len(new_ids))
    run.metric("mean_probability", sum(probabilities) / len(probabilities))
    # perplexity = exp(-1/N sum_i log p_i)
    run.metric("perplexity", (-torch.tensor(probabilities).log().mean()).exp().item())
    run.metric("repeated_trigrams", repeated_trigrams(new_ids))

    given = [Token(text=text, prompt=True) for text in pieces(tokenizer, prompt_ids)]
    written = zip(pieces(tokenizer, new_ids), probabilities, alternatives, strict=True)
    return Text(tokens=given + [Token(text=text, probability=p, alternatives=others) for text, p, others in written])


def pick(logits, *, temperature, top_k, top_p, generator) -> int:
    """Pick a token by its logits (V,)."""
    import torch

    if temperature == 0:
        return logits.argmax().item()

    # p_i = exp(z_i / T) / sum_j exp(z_j / T)
    scaled = logits / temperature

    # Top-k (Fan et al. 2018): nothing below the k-th place.
    if 0 < top_k < len(scaled):
        best = scaled.topk(top_k).indices
        scaled = torch.full_like(scaled, -torch.inf).scatter(0, best, scaled[best])

    # Top-p (Holtzman et al. 2019): go down from the likeliest token until the share p is reached, and drop the rest.
    if top_p < 1:
        p, order = scaled.softmax(dim=-1).sort(descending=True)
        before = p.cumsum(dim=-1) - p  # the share of all likelier tokens; 0 for the first, which therefore stays
        scaled[order[1:][before[1:] >= top_p]] = -torch.inf

    return torch.multinomial(scaled.softmax(dim=-1), 1, generator=generator).item()


def repeated_trigrams(ids: list[int]) -> float:
    """Return the share of three-token sequences that occurred before."""
    trigrams = list(zip(ids, ids[1:], ids[2:], strict=False))
    return 1 - len(set(trigrams)) / len(trigrams) if trigrams else 0.0


def pieces(tokenizer, ids: list[int]) -> list[str]:
    """Decode token by token. A character made of several tokens appears at its last one; those before it are empty."""
    texts, waiting = [], []
    for token in ids:
        waiting.append(token)
        text = tokenizer.decode(waiting, clean_up_tokenization_spaces=False)
        whole = not text.endswith("\N{REPLACEMENT CHARACTER}") or len(texts) + 1 == len(ids)
        texts.append(text if whole else "")
        waiting = [] if whole else waiting
    return texts
