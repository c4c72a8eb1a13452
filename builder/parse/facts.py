"""Documents as text and back, without their bodies."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter

from builder.errors import Problem
from builder.kinds import Kind
from builder.model import DemoCall, Document
from builder.parse.body import Body
from builder.yamltext import WrittenFloat

Documents = tuple[Document, ...]
Problems = tuple[Problem, ...]

_WRITTEN = "as written"  # the only key of what stands for a number that remembers how it was written


def write_facts(documents: Documents, problems: Problems, kind: Kind) -> str | None:
    """Write all that is known of the documents of a file as one line; None if it could not be read back as it was."""
    plain = tuple(replace(d, body=None, calls=tuple(_plain_call(call) for call in d.calls)) for d in documents)
    try:
        text = _adapter().dump_json((plain, problems), exclude_defaults=True).decode()
        again = read_facts(text, kind)
    except ValueError:  # text or numbers that JSON does not know
        return None
    bare = tuple(replace(document, body=None) for document in documents)
    return text if _same((bare, problems), (tuple(replace(d, body=None) for d in again[0]), again[1])) else None


def read_facts(text: str, kind: Kind) -> tuple[Documents, Problems]:
    """Read what `write_facts` wrote. The bodies are empty."""
    documents, problems = _adapter().validate_json(text)
    return tuple(_restored(document, kind) for document in documents), problems


def _restored(plain: Document, kind: Kind) -> Document:
    calls = tuple(replace(call, params=_rich(call.params), sweep=_rich(call.sweep)) for call in plain.calls)
    return replace(plain, meta=kind.meta.model_validate(plain.meta), body=Body(), calls=calls)


def _plain_call(call: DemoCall) -> DemoCall:
    return replace(call, params=_plain(call.params), sweep=_plain(call.sweep))


def _plain(value: Any) -> Any:
    """A value of a demo fence as JSON can hold it."""
    if isinstance(value, WrittenFloat):
        return {_WRITTEN: value.written}
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return type(value)(map(_plain, value)) if isinstance(value, list | tuple) else value


def _rich(value: Any) -> Any:
    """The value that `_plain` was given."""
    if isinstance(value, dict):
        if list(value) == [_WRITTEN]:
            return WrittenFloat.read(value[_WRITTEN])
        return {key: _rich(inner) for key, inner in value.items()}
    return type(value)(map(_rich, value)) if isinstance(value, list | tuple) else value


def _same(one: Any, other: Any) -> bool:
    """Equality that tells 1 from 1.0 and True, and a number from one that remembers how it was written."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is str or kind is int or kind is bool:
        return one == other
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, BaseModel):
        return _same(one.__dict__, other.__dict__)
    if is_dataclass(one):
        return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return one == other and str(one) == str(other)


@cache
def _adapter() -> TypeAdapter:
    return TypeAdapter(tuple[Documents, Problems])
