"""The parameters of a demo call, checked against the demo's signature."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from builder.errors import Problem, Source, suggest
from builder.model import DemoCall, DemoSpec, Json, Parameter, Params

_WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text", "list": "a list"}
_TYPES = {"int": (int,), "float": (int, float), "bool": (bool,), "str": (str,), "list": (list, tuple)}


def complete_params(spec: DemoSpec, call: DemoCall) -> tuple[tuple[Params, ...], tuple[Problem, ...]]:
    """Check a call and return the complete parameters of each of its states, in the order of `call.states()`.

    Defaults are filled in and integers become floats where floats are wanted. With problems there are no states.
    """
    problems = tuple(_problems(spec, call))
    if problems:
        return (), problems
    return tuple(_complete(spec, state) for state in call.states()), ()


def check_value(parameter: Parameter, value: Json) -> str:
    """Say what is wrong with a value, as in `is 'hot', not a number`, or return an empty string."""
    if parameter.choices:
        if not any(type(value) is type(choice) and value == choice for choice in parameter.choices):
            return f"is {show(value)}, not one of {', '.join(show(choice) for choice in parameter.choices)}"
        return ""
    if not _is(parameter.type, value):
        return f"is {show(value)}, not {_WORDS[parameter.type]}"
    if parameter.type == "list":
        wrong = [item for item in value if not _is(parameter.item_type, item)]
        return f"holds {show(wrong[0])}, which is not {_WORDS[parameter.item_type]}" if wrong else ""
    if parameter.minimum is not None and value < parameter.minimum:
        return f"is {show(value)}, less than {parameter.minimum:g}"
    if parameter.maximum is not None and value > parameter.maximum:
        return f"is {show(value)}, more than {parameter.maximum:g}"
    return ""


def coerce(parameter: Parameter, value: Json) -> Json:
    """Bring a checked value into the one form that the key knows."""
    if parameter.type == "float":
        return float(value)
    if parameter.type == "list":
        return [float(item) if parameter.item_type == "float" else item for item in value]
    return value


def show(value: Json) -> str:
    """Write a value for a message, text in single quotes."""
    if isinstance(value, str):
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False, default=str)


def _is(type_name: str, value: Json) -> bool:
    if isinstance(value, bool) != (type_name == "bool") or not isinstance(value, _TYPES[type_name]):
        return False
    return not isinstance(value, float) or math.isfinite(value)


def _complete(spec: DemoSpec, state: Params) -> Params:
    defaults = {parameter.name: parameter.default for parameter in spec.parameters}
    return {p.name: coerce(p, state.get(p.name, defaults[p.name])) for p in spec.parameters}


def _problems(spec: DemoSpec, call: DemoCall) -> Iterator[Problem]:
    parameters = {parameter.name: parameter for parameter in spec.parameters}
    for name in [*call.params, *(name for name in call.sweep if name not in call.params)]:
        line = call.lines.get(name, call.lines.get("sweep", 0) if name in call.sweep else 0)
        source = Source(call.source.path, line or call.source.line)
        if name not in parameters:
            hint = suggest(name, parameters) or f"it has {', '.join(parameters) or 'no parameters'}"
            yield Problem(source, "unknown-parameter", f"demo '{spec.name}' has no parameter '{name}'", hint)
            continue
        yield from _value_problems(parameters[name], call, source)
    for parameter in spec.parameters:
        if parameter.required and parameter.name not in call.params and parameter.name not in call.sweep:
            message = f"demo '{spec.name}' needs '{parameter.name}'"
            yield Problem(call.source, "missing-parameter", message, f"add `{parameter.name}: ...` to the fence")


def _value_problems(parameter: Parameter, call: DemoCall, source: Source) -> Iterator[Problem]:
    name = parameter.name
    if name in call.sweep and name in call.params:
        yield Problem(source, "bad-sweep", f"'{name}' is both set and swept", f"remove `{name}:` or its sweep")
    if name in call.sweep and not call.sweep[name]:
        yield Problem(source, "bad-sweep", f"the sweep of '{name}' has no values", f"write `{name}: [first, second]`")
    for value in [*([call.params[name]] if name in call.params else []), *call.sweep.get(name, ())]:
        wrong = check_value(parameter, value)
        if wrong:
            yield Problem(source, "bad-parameter", f"'{name}' {wrong}", _hint(parameter, value))


def _hint(parameter: Parameter, value: Json) -> str:
    if parameter.choices:
        return suggest(str(value), map(str, parameter.choices))
    if parameter.type == "str" and isinstance(value, (int, float)):
        return f'write `{parameter.name}: "{value}"`'
    if parameter.default is not None:
        return f"its default is {show(parameter.default)}"
    return ""
