"""Train `gpt2-mini`: a GPT-2 that has read nothing but dictionary definitions.

    python demos/training/text.py                 # about an hour on 2 CPU cores
    python demos/training/text.py --epochs 8      # on a GPU: minutes

Writes `demos/weights/gpt2-mini/`: weights, configuration, tokenizer, the loss curve and the model card.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import lzma
import math
import random
import time
from pathlib import Path

import torch
from card import today, write_card, write_training_log
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

HERE = Path(__file__).parent
GLOSSES = HERE / "data" / "wordnet-glosses.tsv.xz"
WEIGHTS = HERE.parent / "weights" / "gpt2-mini"
END = "<|endoftext|>"
PARTS = {"noun": "noun", "verb": "verb", "adj": "adjective", "adv": "adverb"}


def read_senses() -> tuple[list, list]:
    """Read the glosses as (part of speech, words, definition); about one sense in fifty is held out.

    The split hashes the definition, so it is the same on every machine and a sense never sits on both sides.
    """
    train, held_out = [], []
    with lzma.open(GLOSSES, "rt", encoding="utf-8") as lines:
        for line in lines:
            part, words, gloss = line.rstrip("\n").split("\t")
            sense = (PARTS[part], words.split("; "), gloss)
            bucket = hashlib.sha256(gloss.encode()).digest()[0]
            (held_out if bucket < 5 else train).append(sense)
    return train, held_out


def sentences(senses: list, rng: random.Random) -> list[str]:
    """Write each sense once as `word (noun): definition`, under one of its words picked at random."""
    return [f"{rng.choice(words)} ({part}): {gloss}" for part, words, gloss in senses]


def train_tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    """Learn a byte-level BPE of 8,192 tokens, as GPT-2's own (Radford et al. 2019, section 2.2)."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=8192,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe, bos_token=END, eos_token=END, clean_up_tokenization_spaces=False
    )


def pack(texts: list[str], tokenizer: PreTrainedTokenizerFast, length: int) -> torch.Tensor:
    """Join the texts, each opened by the end token, and cut them into rows: -> (N, length)."""
    stream = []
    for ids in tokenizer(texts)["input_ids"]:
        stream += [tokenizer.eos_token_id, *ids]
    rows = len(stream) // length
    return torch.tensor(stream[: rows * length]).view(rows, length)


@torch.no_grad()
def held_out_loss(model: GPT2LMHeadModel, rows: torch.Tensor, batch: int) -> float:
    """Mean cross-entropy in nats per token over held-out rows (N, T)."""
    model.eval()
    parts = [part.to(model.device) for part in rows.split(batch)]
    total = sum(model(part, labels=part).loss.item() * len(part) for part in parts)  # the last part may be smaller
    model.train()
    return total / len(rows)


def learning_rate(progress: float, peak: float) -> float:
    """Linear warm-up over the first 3% of the training, then a cosine down to 2% of the peak."""
    if progress < 0.03:
        return peak * (progress + 0.0005) / 0.03
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (progress - 0.03) / 0.97)))


def train(options: argparse.Namespace) -> None:
    """Train, then write the model and its card."""
    torch.manual_seed(0)
    rng = random.Random(0)
    senses, held_out = read_senses()
    if options.senses:
        senses, held_out = senses[: options.senses], held_out[: options.senses // 20]
    before = (
        json.loads((options.output / "training.json").read_text()) if options.resume else {"curve": [], "seconds": 0}
    )
    if options.resume:
        tokenizer = PreTrainedTokenizerFast.from_pretrained(options.output)
        rng = random.Random(len(before["curve"]))  # other draws and another order than before
    else:
        tokenizer = train_tokenizer(sentences(senses, random.Random(1)))
    validation = pack(sentences(held_out, random.Random(2)), tokenizer, options.length)

    config = GPT2Config(
        vocab_size=len(tokenizer), n_positions=options.length, n_embd=options.width, n_layer=options.layers,
        n_head=options.width // 32, activation_function="gelu_pytorch_tanh", resid_pdrop=options.dropout, embd_pdrop=options.dropout, attn_pdrop=options.dropout,
        bos_token_id=tokenizer.eos_token_id, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    model = GPT2LMHeadModel.from_pretrained(options.output).float() if options.resume else GPT2LMHeadModel(config)
    model = model.to(options.device).train()
    # Muon orthogonalises the updates of the hidden matrices (Jordan et al. 2024); AdamW keeps embeddings, norms and biases.
    hidden = [p for name, p in model.named_parameters() if p.dim() == 2 and ".h." in name]
    others = [p for name, p in model.named_parameters() if p.dim() != 2 or ".h." not in name]
    optimizers = [
        torch.optim.Muon(hidden, lr=options.lr, momentum=0.95, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=options.lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]
    per_epoch = len(pack(sentences(senses, random.Random(3)), tokenizer, options.length)) // options.batch
    steps, step, started, curve = int(per_epoch * options.epochs), 0, time.monotonic(), before["curve"]
    done = curve[-1]["step"] if curve else 0
    compiled = torch.compile(model)  # a third faster on a CPU
    print(f"{model.num_parameters():,} parameters, {per_epoch * options.batch * options.length:,} tokens an epoch")

    progress = 0.0
    while progress < 1:
        # A new epoch draws new headwords for the senses that have several, then shuffles and packs again.
        texts = sentences(senses, rng)
        rng.shuffle(texts)
        for rows in pack(texts, tokenizer, options.length).split(options.batch)[:per_epoch]:
            progress = (time.monotonic() - started) / (60 * options.minutes) if options.minutes else step / steps
            if progress >= 1:
                break
            for optimizer in optimizers:
                optimizer.param_groups[0]["lr"] = learning_rate(progress, options.lr)
            rows = rows.to(options.device)
            with torch.autocast(options.device, dtype=torch.bfloat16):
                loss = compiled(rows, labels=rows).loss
            model.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimizer in optimizers:
                optimizer.step()
            step += 1
            if step % 100 == 0:
                value = held_out_loss(model, validation[:64], options.batch)
                seconds = time.monotonic() - started
                curve.append(
                    {"step": done + step, "train_loss": round(loss.item(), 4), "held_out_loss": round(value, 4)}
                )
                speed = step * rows.numel() / seconds
                print(
                    f"step {step} ({progress:.0%})  train {loss.item():.3f}  held-out {value:.3f}  {speed:,.0f} tokens/s",
                    flush=True,
                )
                if step % 500 == 0:
                    save(model, tokenizer, options.output)
    value = held_out_loss(model, validation, options.batch)
    curve.append({"step": done + step, "train_loss": round(loss.item(), 4), "held_out_loss": round(value, 4)})
    options.epochs = round((done + step) / per_epoch, 2)
    report(model, tokenizer, options, curve, before["seconds"] + time.monotonic() - started)


def save(model: GPT2LMHeadModel, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write weights as float16 safetensors: half the bytes, and far finer than bfloat16 training noise."""
    copy.deepcopy(model).half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@torch.no_grad()
def report(model, tokenizer, options, curve, seconds) -> None:
    """Print honest samples (seed 0, none picked) and write the model card."""
    save(model, tokenizer, options.output)
    model = model.float().eval()
    prompts = [
        "attention (noun):",
        "to dream (verb):",
        "blorptangle (noun):",
        "melancholy (adjective):",
        "neural network (noun):",
    ]
    samples = []
    for prompt in prompts:
        torch.manual_seed(0)
        ids = torch.tensor([[tokenizer.eos_token_id, *tokenizer(prompt)["input_ids"]]], device=options.device)
        out = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=40,
            do_sample=True,
            temperature=0.7,
            top_p=0.95,
            pad_token_id=tokenizer.eos_token_id,
        )
        samples.append(tokenizer.decode(out[0, 1:], skip_special_tokens=True).strip())
    write_training_log(options.output, options, curve, seconds)
    write_card(
        options.output,
        title="gpt2-mini",
        summary="A GPT-2 trained from scratch on dictionary definitions, and on nothing else.",
        facts={
            "Architecture": f"`GPT2LMHeadModel`, {options.layers} layers, width {options.width}, {options.width // 32} heads, context {options.length}",
            "Parameters": f"{model.num_parameters():,} (float16 on disk)",
            "Vocabulary": f"byte-level BPE, {len(tokenizer):,} tokens, trained on the same text",
            "Data": "117,659 definitions of WordNet 3.0, about one in fifty held out (WordNet 3.0 licence, `../../training/data/LICENSE-wordnet.txt`)",
            "Training": f"{options.epochs:g} epochs, {curve[-1]['step']:,} steps of {options.batch} x {options.length} tokens, Muon for the hidden matrices and AdamW for the rest, peak learning rate {options.lr:g}, bfloat16 autocast",
            "Device": options.device_name,
            "Time": f"{seconds / 60:.0f} minutes",
            "Held-out loss": f"{curve[-1]['held_out_loss']:.3f} nats per token (perplexity {math.exp(curve[-1]['held_out_loss']):.1f})",
            "Made on": today(),
        },
        body="## Samples\n\nTemperature 0.7, top-p 0.95, seed 0; none were picked.\n\n" + "\n".join(f"- {s}" for s in samples)
        + "\n\n## What not to conclude\n\nThis model says nothing about what GPT-2 124M or any larger model would write. It knows the form of a\n"
        "definition well and the facts of the world hardly at all: it defines words that do not exist as readily as words that do.\n",
        recipe="demos/training/text.py",
    )  # fmt: skip


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=float, default=2.5)
    parser.add_argument(
        "--minutes", type=float, default=0, help="stop after this time instead, the schedule fitted to it"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on from the weights in the folder, with a new schedule"
    )
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--senses", type=int, default=0, help="use only the first N senses (for a quick try)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    options.device_name = (
        torch.cuda.get_device_name() if options.device == "cuda" else f"CPU, threads: {torch.get_num_threads()}"
    )
    train(options)


if __name__ == "__main__":
    main()
