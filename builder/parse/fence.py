"""Demo fences: the YAML between ```` ```demo NAME ```` and its end."""

from __future__ import annotations

import math
import re

from builder.errors import Problem, Source
from builder.model import DemoCall, Json
from builder.yamltext import parse_mapping

MAX_STATES = 500
_NAME = re.compile(r"[A-Za-z][\w-]{0,59}", re.ASCII)


def parse_demo(info: str, body: str, source: Source, ordinal: int) -> tuple[DemoCall | None, tuple[Problem, ...]]:
    """Read a demo fence that opens at `source`; `ordinal` counts the calls of the same demo in the document."""
    words = info.split()
    if len(words) != 2:
        hint = "write ```demo gpt2_generate, and the parameters as `key: value` lines below"
        return None, (Problem(source, "demo-fence", "a demo fence names one demo", hint),)
    read = parse_mapping(body, Source(source.path, source.line + 1), "demo fence")
    if read.problems:
        return None, read.problems
    problems: list[Problem] = []
    values = {key: value for key, value in read.values.items() if value is not None}

    def at(key: str) -> Source:
        return Source(source.path, read.lines.get(key, source.line))

    def text(key: str) -> str:
        value = values.pop(key, "")
        if isinstance(value, str):
            return value.strip()
        problems.append(Problem(at(key), "demo-fence", f"'{key}' should be text, not '{value}'", "put it in quotes"))
        return ""

    name, caption, alt = text("as"), text("caption"), text("alt")
    if name and not _NAME.fullmatch(name):
        message = f"'as: {name}' is not a name"
        problems.append(Problem(at("as"), "demo-fence", message, "begin with a letter; letters, digits, - and _"))
        name = ""
    sweep = _read_sweep(values.pop("sweep", {}), values, at("sweep"), problems)
    name = name or f"{words[1]}-{ordinal}"
    call = DemoCall(words[1], name, values, sweep, caption, alt, source, dict(read.lines))
    return call, tuple(problems)


def _read_sweep(written: Json, params: dict, source: Source, problems: list[Problem]) -> dict[str, tuple[Json, ...]]:
    """Check `sweep: {parameter: [values]}`."""
    hint = "write `sweep: {temperature: [0.2, 0.8]}`"
    if not isinstance(written, dict):
        problems.append(Problem(source, "demo-fence", "a sweep maps parameters to lists of values", hint))
        return {}
    sweep: dict[str, tuple[Json, ...]] = {}
    for name, values in written.items():
        if not isinstance(values, list) or not values:
            problems.append(Problem(source, "demo-fence", f"the sweep over '{name}' needs a list of values", hint))
        elif any(value in values[:index] for index, value in enumerate(values)):
            problems.append(Problem(source, "demo-fence", f"the sweep over '{name}' repeats a value", "remove one"))
        elif name in params:
            message = f"'{name}' is both set and swept"
            problems.append(Problem(source, "demo-fence", message, "remove one of the two"))
        else:
            sweep[name] = tuple(values)
    count = math.prod(len(values) for values in sweep.values())
    if count > MAX_STATES:
        problems.append(
            Problem(source, "demo-fence", f"the sweep has {count:,} states, more than {MAX_STATES}", "thin an axis")
        )
        return {}
    return sweep
