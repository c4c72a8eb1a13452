"""A sentence encoder at work: texts become vectors of signed bytes.

A vector is the mean of the last hidden states over all tokens of a text (Reimers & Gurevych 2019,
https://arxiv.org/abs/1908.10084). Only its direction counts, so it is scaled until its largest component is 127.
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

if TYPE_CHECKING:
    from torch import Tensor

WINDOW = 256  # tokens: sentence encoders are trained on no more; longer texts are read in several windows
BATCH = 32  # windows


class Encoder:
    """The encoder in a folder, on a device.

    Raises: ImportError without transformers, OSError or ValueError if there is no encoder in the folder.
    """

    def __init__(self, folder: Path, device: str) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        bench = Workbench(device)
        self._tokenizer = bench.load(AutoTokenizer, str(folder), {})
        self._model = bench.load(AutoModel, str(folder), {})
        self._device = bench.choose_device()
        self.device = devices.describe(self._device)
        if self._model.config.is_encoder_decoder:
            raise ValueError("it has a decoder as well, and no mean over tokens")
        self._places = getattr(self._model.config, "max_position_embeddings", WINDOW)
        self._tokenizer.padding_side = "right"  # positions begin with the text
        self._tokenizer.pad_token = self._tokenizer.pad_token or self._tokenizer.eos_token

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """One vector for each text. None of them may be empty."""
        sums: list[Any] = [0.0] * len(texts)
        with devices.inference():
            for numbers, states in self._windows(texts):
                for number, state in zip(numbers, states, strict=True):
                    sums[number] = sums[number] + state
        return [_as_bytes(total) for total in sums]

    def _windows(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Tensor]]:
        """Batches of windows of like length: to which text each belongs, and the sums of its hidden states, (B, C)."""
        room = min(WINDOW, self._tokenizer.model_max_length, self._places)
        cut = self._tokenizer(list(texts), truncation=True, max_length=room, return_overflowing_tokens=True)
        owners = cut.pop("overflow_to_sample_mapping")
        order = sorted(range(len(owners)), key=lambda window: len(cut["input_ids"][window]))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            windows = {name: [values[window] for window in some] for name, values in cut.items()}
            batch = self._tokenizer.pad(windows, return_tensors="pt").to(self._device)
            hidden = self._model(**batch).last_hidden_state.float()  # (B, T, C)
            yield [owners[window] for window in some], (hidden * batch["attention_mask"][..., None]).sum(1).cpu()


def _as_bytes(vector: Tensor) -> bytes:
    """The direction of a vector; a sum points where the mean does."""
    if not vector.isfinite().all():
        problem = Problem(
            Source(CONFIG_NAME), "encoder", "the encoder makes numbers that are not finite", "--device cpu"
        )
        raise DemoError(problem)
    return (vector * (127 / vector.abs().max())).round().char().numpy().tobytes()
