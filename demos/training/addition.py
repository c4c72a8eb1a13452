"""Train the adders: small encoder-decoder transformers that read "27+45" and write "72".

    python demos/training/addition.py --sums 500        # about two minutes on one CPU core
    python demos/training/addition.py --sums 1000
    python demos/training/addition.py --sums 1000 --reversed
    python demos/training/addition.py --sums 1000 --padded
    python demos/training/addition.py --sums 2000
    python demos/training/addition.py --sums 7000

Writes `demos/weights/adder-500/` and so on: weights, configuration, the loss curve and the model card.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import torch
from card import today, write_card, write_training_log
from transformers import BartConfig, BartForConditionalGeneration
from transformers.utils import logging

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from _adder import END, PAD, START, VOCABULARY, encode, split  # noqa: E402

IGNORED = -100  # a label that the loss leaves out

LIMITS = """## What not to conclude

It knows sums of two numbers from 0 to 99, written without spaces, and has no notion of any other question: it answers
those as well. One seed trained it; another one gives other mistakes, and a somewhat different share of them. How many
examples a network needs for addition depends on its size, on how numbers are written and on how long it trains; the
numbers here are about this one.
"""


def make_model(options: argparse.Namespace) -> BartForConditionalGeneration:
    """Build an untrained BART of one encoder and one decoder layer."""
    config = BartConfig(
        vocab_size=len(VOCABULARY), max_position_embeddings=16, d_model=options.width,
        encoder_layers=1, encoder_attention_heads=4, encoder_ffn_dim=2 * options.width,
        decoder_layers=1, decoder_attention_heads=4, decoder_ffn_dim=2 * options.width,
        dropout=0.0, init_std=0.05, pad_token_id=PAD, bos_token_id=START, eos_token_id=END,
        decoder_start_token_id=START, forced_eos_token_id=None,
        training_sums=options.sums, reversed_answers=options.reversed, operand_digits=1 + options.padded,
    )  # fmt: skip
    return BartForConditionalGeneration(config)


@torch.no_grad()
def share_right(model: BartForConditionalGeneration, data: tuple[torch.Tensor, ...]) -> float:
    """Share of the questions that greedy decoding answers in full: each character is the likeliest after the right ones."""
    model.eval()
    right = []
    for ids, mask, labels in zip(*(part.split(2_500) for part in data), strict=True):
        written = model(input_ids=ids, attention_mask=mask, labels=labels).logits.argmax(dim=-1)
        right.append(((written == labels) | (labels == IGNORED)).all(dim=1))
    model.train()
    return torch.cat(right).float().mean().item()


def train(options: argparse.Namespace) -> None:
    """Train, then write the model and its card."""
    torch.manual_seed(options.seed)
    pairs = [(a, b) for a in range(100) for b in range(100)]
    answers = [str(a + b)[::-1] if options.reversed else str(a + b) for a, b in pairs]
    ids, mask = encode([f"{a:0{1 + options.padded}}+{b:0{1 + options.padded}}" for a, b in pairs])
    labels, _ = encode(answers)
    labels = labels.masked_fill(labels == PAD, IGNORED)
    chosen = split(options.sums).flatten()
    seen, unseen = ([part[rows] for part in (ids, mask, labels)] for rows in (chosen, ~chosen))

    model = make_model(options)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, weight_decay=0.1, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, total_steps=options.steps, pct_start=0.1)
    parameters = sum(p.numel() for p in model.parameters())
    started, curve, total = time.process_time(), [], 0.0
    print(f"{parameters:,} parameters, {chosen.sum():,} sums, {(~chosen).sum():,} held out")
    every = options.steps // 10
    for step in range(1, options.steps + 1):
        rows = torch.randint(len(seen[0]), (options.batch,))
        question, attended, answer = (part[rows] for part in seen)
        loss = model(input_ids=question, attention_mask=attended, labels=answer).loss
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += loss.item() / every
        if step % every == 0:
            shares = share_right(model, seen), share_right(model, unseen)
            curve.append({"step": step, "train_loss": round(total, 4), "train_right": round(shares[0], 4), "held_out_right": round(shares[1], 4)})  # fmt: skip
            print(
                f"step {step}/{options.steps}  loss {total:.4f}  right {shares[0]:.3f}, held out {shares[1]:.3f}",
                flush=True,
            )
            total = 0.0
    write(model, options, curve, time.process_time() - started, parameters)


def write(
    model: BartForConditionalGeneration, options: argparse.Namespace, curve: list[dict], seconds: float, parameters: int
) -> None:
    """Write weights, configuration, loss curve and card."""
    model.half().save_pretrained(options.output)
    (options.output / "generation_config.json").unlink(missing_ok=True)  # it says nothing that config.json does not
    seen = int(split(options.sums).sum())
    order = ", the answer written from its last digit to its first" if options.reversed else ""
    order += ", small numbers written with a zero in front" if options.padded else ""
    write_training_log(options.output, options, curve, seconds)
    write_card(
        options.output,
        title=options.output.name,
        summary=f"A small encoder-decoder transformer that has seen {seen:,} of the 10,000 sums from 0+0 to 99+99{order}.",
        facts={
            "Architecture": f"BART: one encoder and one decoder layer, width {options.width}, 4 heads",
            "Parameters": f"{parameters:,} (float16)",
            "Data": f"{seen:,} sums, a+b and b+a always together; the other {10_000 - seen:,} held out",
            "Vocabulary": "the ten digits, `+`, and start, end, padding, unknown",
            "Training": f"{options.steps:,} steps of {options.batch} sums, AdamW, one-cycle learning rate up to {options.lr:g}, seed {options.seed}",
            "Device": f"CPU, threads: {torch.get_num_threads()}",
            "Time": f"{seconds / 60:.1f} minutes of processor time",
            "Right, of the sums seen": f"{curve[-1]['train_right']:.1%}",
            "Right, of the others": f"{curve[-1]['held_out_right']:.1%}",
            "Made on": today(),
        },
        body=LIMITS,
        recipe="demos/training/addition.py",
    )  # fmt: skip


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sums", type=int, default=7000)
    parser.add_argument("--reversed", action="store_true", help="write the answer from its last digit to its first")
    parser.add_argument("--padded", action="store_true", help="write 7 as 07 in the question")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="default: demos/weights/adder-SUMS, with -reversed, -padded")
    options = parser.parse_args()
    if options.output is None:
        options.output = (
            HERE.parent
            / "weights"
            / f"adder-{options.sums}{'-reversed' * options.reversed}{'-padded' * options.padded}"
        )
    logging.disable_progress_bar()
    train(options)


if __name__ == "__main__":
    main()
