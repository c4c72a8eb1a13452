"""The key of a run: what decides its result, and how two keys differ in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from builder.model import DemoSpec, Json, Params, RunKey
from builder.run.params import show

SCHEMA = 1
_SHORT = 32  # longer values are not shown in reasons


def digest(value: Json) -> str:
    """Return the sha256 hex of a value's canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make_key(
    spec: DemoSpec, params: Params, *, models: Mapping[str, Mapping[str, str]], inputs: Mapping[str, str]
) -> RunKey:
    """Make the key of a run.

    params: complete. models: name -> file -> digest. inputs: path -> digest.
    """
    parts: dict[str, Json] = {"schema": SCHEMA, "demo": spec.name}
    parts |= {f"code:{name}": value for name, value in spec.code.items()}
    parts |= {f"param:{name}": value for name, value in params.items()}
    parts |= {f"model:{name}:{file}": value for name, files in models.items() for file, value in files.items()}
    parts |= {f"input:{path}": value for path, value in inputs.items()}
    parts = dict(sorted(parts.items()))
    return RunKey(digest(parts), parts)


def explain(key: RunKey, previous: RunKey) -> tuple[str, ...]:
    """Say in words what changed from `previous` to `key`: parameters, models, inputs, then code."""
    changed = {
        name: (previous.parts.get(name), key.parts.get(name))
        for name in sorted({*key.parts, *previous.parts})
        if previous.parts.get(name) != key.parts.get(name) or (name in key.parts) != (name in previous.parts)
    }
    words = [*_params(changed, key, previous), *_models(changed, key), *_files(changed, key, previous)]
    if "schema" in changed:
        words.append("the form of records changed")
    return tuple(words)


Changes = Mapping[str, tuple[Json, Json]]


def _params(changed: Changes, key: RunKey, previous: RunKey) -> Iterator[str]:
    for part, (before, after) in changed.items():
        kind, _, name = part.partition(":")
        if kind != "param":
            continue
        if part not in previous.parts:
            yield f"{name} is new"
        elif part not in key.parts:
            yield f"{name} is gone"
        elif len(show(before)) <= _SHORT and len(show(after)) <= _SHORT:
            yield f"{name} {_plain(before)} -> {_plain(after)}"
        else:
            yield f"{name} changed"


def _models(changed: Changes, key: RunKey) -> Iterator[str]:
    """A model that another one replaced is a changed parameter; only changed files of the same model are named."""
    chosen = {value for part, value in key.parts.items() if part.startswith("param:") and isinstance(value, str)}
    replaced = {
        before for part, (before, _) in changed.items() if part.startswith("param:") and isinstance(before, str)
    }
    swapped = {after for part, (_, after) in changed.items() if part.startswith("param:") and isinstance(after, str)}
    seen = []
    for part in changed:
        kind, _, rest = part.partition(":")
        name, _, file = rest.partition(":")
        if kind != "model" or name in swapped or (name in replaced and name not in chosen):
            continue
        words = f"weights of {name} changed" if file.endswith(".safetensors") else f"{file} of {name} changed"
        seen.append(f"{name} comes from another commit" if file == "hub" else words)
    yield from dict.fromkeys(seen)


def _files(changed: Changes, key: RunKey, previous: RunKey) -> Iterator[str]:
    for wanted in ("input", "code"):
        for part in changed:
            kind, _, name = part.partition(":")
            if kind == wanted:
                new, gone = part not in previous.parts, part not in key.parts
                yield f"{name} {'is new' if new else 'is gone' if gone else 'changed'}"


def _plain(value: Json) -> str:
    return value if isinstance(value, str) and value.isprintable() and " " not in value and value else show(value)
