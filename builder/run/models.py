"""The models of a log by name: where their files are, the digests that enter keys, and why some are refused.

A name is looked up in `models:` of the configuration (a folder, or a hub repository at a commit), then in
`demos/weights/`. Nothing is ever downloaded: a hub model must be in the local cache of huggingface_hub.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import DemoError, Problem, Source, suggest

if TYPE_CHECKING:
    from builder.config import ModelConfig

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")
_POINTER_BYTES = 1024
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_COUNTS = re.compile(
    r"(?:.*\.safetensors|.*\.safetensors\.index\.json|(?:.*_)?config\.json|model_index\.json|tokenizer.*\.json"
    r"|tokenizer\.model|special_tokens_map\.json|added_tokens\.json|chat_template\..*|vocab\..*|merges\.txt)\Z"
)


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model and its files. `refusal` says why it cannot be loaded here, `hint` what to do about it."""

    name: str
    folder: Path
    digests: Mapping[str, str]  # file -> sha256, or "hub" -> "repo@commit": what the key holds
    refusal: str = ""
    hint: str = ""


class Models:
    """The models that demos of the log at `root` can name."""

    def __init__(self, root: Path, configured: Mapping[str, ModelConfig] | None = None) -> None:
        self._root = root
        self._configured = dict(configured or {})
        self._found: dict[str, FoundModel] = {}

    def names(self) -> tuple[str, ...]:
        """Every name, configured or embedded, sorted."""
        embedded = (self._root / "demos" / "weights").glob("*/")
        return tuple(sorted({*self._configured, *(folder.name for folder in embedded)}))

    def find(self, name: str, source: Source) -> FoundModel:
        """Return the model `name`, as it was when it was first asked for.

        Raises: DemoError at `source` if there is no such model, or nothing is known about its files.
        """
        if name not in self._found:
            self._found[name] = self._find(name, source)
        return self._found[name]

    def _find(self, name: str, source: Source) -> FoundModel:
        config = self._configured.get(name)
        if config is not None and config.repo:
            return _on_hub(name, config.repo, config.revision, source)
        folder = self._root / "demos" / "weights" / name
        if config is not None:
            folder = self._root / Path(config.path).expanduser()
        elif not _NAME.match(name) or not folder.is_dir():
            known = self.names()
            hint = suggest(name, known) or f"models here: {', '.join(known) or 'none'}"
            raise DemoError(Problem(source, "unknown-model", f"no model called '{name}'", hint))
        if not folder.is_dir():
            hint = "put the weights there, or correct its `path:` in site_config.yml"
            message = f"the folder of model '{name}' is not here: {config.path}"
            raise DemoError(Problem(source, "missing-model", message, hint))
        return _in_folder(name, folder)


def file_digest(path: Path) -> str:
    """Return the sha256 hex of a file; an unchanged file is read once per process."""
    stat = path.stat()
    return _file_digest(path, stat.st_size, stat.st_mtime_ns, stat.st_ino)


@functools.lru_cache(maxsize=1024)
def _file_digest(path: Path, size: int, modified_ns: int, inode: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _on_hub(name: str, repo: str, revision: str, source: Source) -> FoundModel:
    """A hub model is known by its commit, whether or not it is in the local cache."""
    if not _COMMIT.match(revision or ""):
        hint = f"give `models: {name}: revision:` the 40 hexadecimal digits of a commit"
        raise DemoError(Problem(source, "unpinned-model", f"model '{name}' is not pinned to a commit", hint))
    folder = _hub_cache() / f"models--{repo.replace('/', '--')}" / "snapshots" / revision
    digests = {"hub": f"{repo}@{revision}"}
    if not folder.is_dir():
        hint = f"hf download {repo} --revision {revision} --exclude '*.py'"
        return FoundModel(name, folder, digests, f"model '{name}' is not downloaded", hint)
    found = _in_folder(name, folder)
    return FoundModel(name, folder, digests, found.refusal, found.hint)


def _hub_cache() -> Path:
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or home / "hub")


def _in_folder(name: str, folder: Path) -> FoundModel:
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    counted = {file: path for file, path in files.items() if _COUNTS.match(path.name)}
    pointers = {file: oid for file, path in counted.items() if (oid := _pointer(path))}
    digests = {file: pointers.get(file) or file_digest(path) for file, path in counted.items()}
    refusal, hint = next(_refusals(name, folder, files, pointers), ("", ""))
    return FoundModel(name, folder, digests, refusal, hint)


def _pointer(path: Path) -> str:
    """Return the sha256 of the file that a git-lfs pointer stands for, or an empty string."""
    if path.stat().st_size > _POINTER_BYTES:
        return ""
    match = _POINTER.match(path.read_bytes())
    return match[1].decode() if match else ""


def _refusals(
    name: str, folder: Path, files: Mapping[str, Path], pointers: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the reasons not to load a model, each with what to do."""
    tensors = [file for file in files if file.endswith(".safetensors")]
    for file in files:
        if file.endswith(_PICKLES) and not tensors:
            hint = "convert it: load it where you trust it, then model.save_pretrained(folder, safe_serialization=True)"
            yield f"model '{name}' has only pickled weights ('{file}'), which can run code; safetensors only", hint
        if file.endswith(".py"):
            hint = "use a model of the library; a script that it does not need can be deleted"
            yield f"model '{name}' brings its own code ('{file}'), which is never run", hint
    for file in pointers:
        yield f"'{file}' of model '{name}' is a git-lfs pointer, not the file itself", "git lfs pull"
    for file in tensors:
        wanted, size = _tensor_bytes(files[file]), files[file].stat().st_size
        if file not in pointers and wanted != size:
            hint = f"restore it from git or download it again: {folder / file}"
            yield f"'{file}' of model '{name}' is damaged: {size:,} bytes, {wanted:,} expected", hint


def _tensor_bytes(path: Path) -> int:
    """Return the size that a safetensors file's own header announces, 0 if the header cannot be read."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > path.stat().st_size:
            return length + 8
        try:
            header = json.loads(file.read(length))
            ends = [entry["data_offsets"][1] for key, entry in header.items() if key != "__metadata__"]
        except (ValueError, KeyError, TypeError, AttributeError):
            return 0
    return 8 + length + max(ends, default=0)
