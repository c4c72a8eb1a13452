"""Tiny random models and a plain run: what the demos' logic needs, and no more."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

if not all(map(find_spec, ("torch", "transformers", "diffusers"))):
    collect_ignore_glob = ["test_*.py"]

DEMOS = Path(__file__).parents[2] / "demos"
sys.path[:0] = [str(DEMOS.parent), str(DEMOS)]


class PlainRun:
    """A run that loads models from one folder and keeps the metrics."""

    device = "cpu"
    smoke = True

    def __init__(self, models: Path) -> None:
        self.models = models
        self.metrics = {}
        self.loaded = {}

    def generator(self, seed):
        import torch

        return torch.Generator().manual_seed(seed)

    def load(self, loader, model, **options):
        import torch

        key = (loader, model)
        if key not in self.loaded:
            loaded = loader.from_pretrained(self.models / model, local_files_only=True, **options)
            self.loaded[key] = loaded.eval() if isinstance(loaded, torch.nn.Module) else loaded
        return self.loaded[key]

    def input(self, path):
        return DEMOS.parent / path

    def progress(self, done, total, note=""):
        assert 0 < done <= total

    def metric(self, name, value):
        self.metrics[name] = value


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder with `text` (GPT-2), `unet` and `judge`: random weights, saved as the real ones are."""
    import torch

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    make_text_model(folder / "text")
    make_image_models(folder)
    return folder


def make_text_model(folder):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    # Bytes as tokens: every character that is not ASCII is split over several of them.
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytes_only = Tokenizer(models.BPE(vocab={symbol: i for i, symbol in enumerate([*alphabet, "<|end|>"])}, merges=[]))
    bytes_only.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_only.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=bytes_only, eos_token="<|end|>").save_pretrained(folder)
    end = len(alphabet)
    config = GPT2Config(
        vocab_size=end + 1, n_positions=32, n_embd=16, n_layer=2, n_head=2, bos_token_id=end, eos_token_id=end,
        initializer_range=0.5,
    )  # fmt: skip
    GPT2LMHeadModel(config).half().save_pretrained(folder)


def make_image_models(folder):
    from _judge import DigitsJudge
    from diffusers import DDPMScheduler, UNet2DModel

    unet = UNet2DModel(
        sample_size=28, in_channels=1, out_channels=1, block_out_channels=(8, 8), layers_per_block=1,
        down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"),
        norm_num_groups=4, num_class_embeds=11,
    )  # fmt: skip
    unet.half().save_pretrained(folder / "unet")
    DDPMScheduler(beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction").save_config(folder / "unet")
    DigitsJudge(width=2).save_pretrained(folder / "judge")


@pytest.fixture
def run(models):
    """A fresh run; models are read anew for each test."""
    return PlainRun(models)
