"""How a sentence encoder makes one vector of a text, as the files beside its weights say.

They are the files that sentence-transformers writes (https://sbert.net): `modules.json` lists what a text goes through, and
each module has its own settings. A folder without them holds a bare network, of whose states the mean is taken.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from builder.config import CONFIG_NAME
from builder.errors import DemoError, Problem, Source

WINDOW = 256  # tokens: sentence encoders are trained on no more; longer texts are read in several windows
Pooling = Literal["mean", "cls", "lasttoken"]
T = TypeVar("T")
_LISTS = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
_LIBRARY = "sentence_transformers."
_HINT = "name one that is a Transformer with mean, cls or lasttoken pooling: sentence-transformers/all-MiniLM-L6-v2"
_DOCUMENT = ("document", "passage", "corpus")  # what encoders that tell texts from questions call the prompt of a text


class Recipe(BaseModel):
    """What becomes of a text: vectors that were made by different recipes cannot be compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: int = WINDOW  # tokens that are read at once
    pooling: Pooling = "mean"  # which of their states stand for a window: all, the first or the last
    prompt: str = ""  # what goes before the text of each window
    lower: bool = False  # whether letters are made small before


class _Module(BaseModel):
    type: str
    path: str = ""

    @property
    def name(self) -> str:
        """The name of a module of the library; the whole type of any other, which is code that the encoder brings."""
        return self.type.rpartition(".")[2] if self.type.startswith(_LIBRARY) else self.type


class _PoolingConfig(BaseModel):
    pooling_mode: str | tuple[str, ...] = ()
    pooling_mode_cls_token: bool = False  # each mode had a switch of its own before there was `pooling_mode`
    pooling_mode_max_tokens: bool = False
    pooling_mode_mean_tokens: bool = False
    pooling_mode_mean_sqrt_len_tokens: bool = False
    pooling_mode_weightedmean_tokens: bool = False
    pooling_mode_lasttoken: bool = False
    include_prompt: bool = True

    @property
    def mode(self) -> str:
        """How states are pooled: `cls`, or `cls and max`, which are then put side by side."""
        modes = (self.pooling_mode,) if isinstance(self.pooling_mode, str) else self.pooling_mode
        switches = [name for name, on in self if on is True and name.startswith("pooling_mode_")]
        old = [name.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token") for name in switches]
        return " and ".join(modes or old) or "mean"


class _TransformerConfig(BaseModel):
    max_seq_length: int | None = None
    do_lower_case: bool | None = None


class _Prompts(BaseModel):
    prompts: dict[str, str | None] = {}
    default_prompt_name: str | None = None

    @property
    def of_text(self) -> str:
        """The prompt of a text that others are compared with: the document's, or the one that is used by default."""
        known = [name for name in _DOCUMENT if self.prompts.get(name) is not None]
        return self.prompts.get(known[0] if known else self.default_prompt_name) or ""


def read_recipe(folder: Path) -> Recipe:
    """Read the recipe of the encoder in a folder.

    Raises: DemoError if a file is damaged, or asks for what is not done here.
    """
    modules = _read(folder, "modules.json", list[_Module], [])
    if not modules:
        return Recipe()
    names = [module.name for module in modules]
    if names not in _LISTS or modules[0].path:
        raise _refusal("modules.json", f"lists {', '.join(names)}")
    file = (PurePosixPath(PurePosixPath(modules[1].path).name) / "config.json").as_posix()
    pooling = _read(folder, file, _PoolingConfig, _PoolingConfig())
    if pooling.mode not in get_args(Pooling):
        raise _refusal(file, f"pools by {pooling.mode}")
    prompt = _read(folder, "config_sentence_transformers.json", _Prompts, _Prompts()).of_text
    if prompt and not pooling.include_prompt:
        raise _refusal(file, "leaves the prompt out of the pooling")
    network = _read(folder, "sentence_bert_config.json", _TransformerConfig, _TransformerConfig())
    window = min(WINDOW, network.max_seq_length or WINDOW)
    return Recipe(window=window, pooling=pooling.mode, prompt=prompt, lower=bool(network.do_lower_case))


def _read(folder: Path, file: str, kind: type[T], nothing: T) -> T:
    """What a file of the encoder says, `nothing` if it is not there."""
    try:
        return TypeAdapter(kind).validate_json((folder / file).read_bytes())
    except FileNotFoundError:
        return nothing
    except OSError as error:
        raise _refusal(file, f"cannot be read ({error.strerror})", "restore it") from None
    except ValidationError as error:
        what = f"is not as it was written ({error.errors()[0]['msg']})"
        raise _refusal(file, what, "restore it, or download the encoder again") from None


def _refusal(file: str, what: str, hint: str = _HINT) -> DemoError:
    return DemoError(Problem(Source(CONFIG_NAME), "encoder", f"'{file}' of the encoder {what}", hint))
