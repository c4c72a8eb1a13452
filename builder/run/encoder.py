"""A sentence encoder at work: texts become vectors of signed bytes.

A text is read in windows. Of each, the recipe says which of the last hidden states stand for it: all of them, by their
mean (Reimers & Gurevych 2019, https://arxiv.org/abs/1908.10084), the first or the last. The windows of a text count by
their tokens, so the mean is that over all tokens. Only the direction of a vector counts: it is scaled until its largest
component is 127.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.config import CONFIG_NAME
from builder.errors import DemoError, Problem, Source
from builder.run import device as devices
from builder.run.live import Workbench
from builder.run.recipe import Pooling, Recipe

if TYPE_CHECKING:
    from torch import Tensor

BATCH = 32  # windows


class Encoder:
    """The encoder in a folder, on a device.

    Raises: ImportError without transformers, OSError or ValueError if there is no encoder in the folder.
    """

    def __init__(self, folder: Path, device: str, recipe: Recipe) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        bench = Workbench(device)
        self._recipe = recipe
        self._tokenizer = bench.load(AutoTokenizer, str(folder), {})
        self._model = bench.load(AutoModel, str(folder), {})
        self._device = bench.choose_device()
        self.device = devices.describe(self._device)
        if self._model.config.is_encoder_decoder:
            raise ValueError("it has a decoder as well")
        self._tokenizer.padding_side = "right"  # positions begin with the text
        self._tokenizer.pad_token = self._tokenizer.pad_token or self._tokenizer.eos_token
        self._before, self._after = self._frame()
        places = getattr(self._model.config, "max_position_embeddings", recipe.window)
        self._places = min(recipe.window, self._tokenizer.model_max_length, places)
        if len(self._cut("a")[0]) > self._places:
            raise ValueError("its prompt leaves no place for a text")

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """One vector for each text. None of them may be empty."""
        sums: list[Any] = [0.0] * len(texts)
        with devices.inference():
            for numbers, states in self._read(texts):
                for number, state in zip(numbers, states, strict=True):
                    sums[number] = sums[number] + state
        return [_as_bytes(total) for total in sums]

    def _read(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Tensor]]:
        """Batches of windows of like length: to which text each belongs, and what stands for it, (B, C)."""
        windows = [(number, window) for number, text in enumerate(texts) for window in self._cut(text)]
        windows.sort(key=lambda each: len(each[1]))
        for start in range(0, len(windows), BATCH):
            numbers, ids = zip(*windows[start : start + BATCH], strict=True)
            rows = {"input_ids": list(ids), "attention_mask": [[1] * len(row) for row in ids]}
            batch = self._tokenizer.pad(rows, return_tensors="pt").to(self._device)
            hidden = self._model(**batch).last_hidden_state.float()  # (B, T, C)
            yield list(numbers), _pool(hidden, batch["attention_mask"], self._recipe.pooling).cpu()

    def _cut(self, text: str) -> list[list[int]]:
        """The windows of a text: its tokens in turn, each time after the prompt and between the special tokens."""
        prompt, text = (part.lower() if self._recipe.lower else part for part in (self._recipe.prompt, text))
        cut = self._tokenizer(prompt + text, add_special_tokens=False, return_offsets_mapping=True)
        ids, ends = cut["input_ids"], [end for _, end in cut["offset_mapping"]]
        first = next((place for place, end in enumerate(ends) if end > len(prompt)), 0)
        before = [*self._before, *ids[:first]]
        room = max(1, self._places - len(before) - len(self._after))
        return [[*before, *ids[start : start + room], *self._after] for start in range(first, len(ids) or 1, room)]

    def _frame(self) -> tuple[list[int], list[int]]:
        """The special tokens that the tokenizer puts before a text, and those after it."""
        framed = self._tokenizer("a", return_special_tokens_mask=True)
        ids, special = framed["input_ids"], framed["special_tokens_mask"]
        return ids[: special.index(0)], ids[len(ids) - special[::-1].index(0) :]


def _pool(hidden: Tensor, mask: Tensor, pooling: Pooling) -> Tensor:
    """What stands for each window, times the number of its tokens. Shapes: hidden (B, T, C), mask (B, T) -> (B, C)."""
    if pooling == "mean":
        return (hidden * mask[..., None]).sum(1)
    tokens = mask.sum(1)  # (B,)
    place = tokens - 1 if pooling == "lasttoken" else tokens * 0
    return hidden[range(len(hidden)), place] * tokens[:, None]


def _as_bytes(vector: Tensor) -> bytes:
    """The direction of a vector; a sum points where the mean does."""
    if not vector.isfinite().all():
        problem = Problem(
            Source(CONFIG_NAME), "encoder", "the encoder makes numbers that are not finite", "--device cpu"
        )
        raise DemoError(problem)
    return (vector * (127 / vector.abs().max())).round().char().numpy().tobytes()
