"""Numbers in the prose and the claims made about them, checked against the recorded runs.

A claim is an expression of names, attributes, numbers, comparisons and `and`, `or`, `not`. It is read as a syntax tree
and walked; nothing is evaluated by Python.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable, Mapping

from builder.errors import Problem, Source, suggest
from builder.model import Decision, Document

Metrics = Mapping[str, Mapping[str, float]]  # by call name

_COMPARE = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
MAX_LENGTH = 500


class ClaimError(ValueError):
    """The claim cannot be read, or names what is not there."""


def holds(claim: str, metrics: Metrics) -> bool:
    """Tell whether a claim is true of these metrics. Raises ClaimError."""
    if len(claim) > MAX_LENGTH:
        raise ClaimError(f"longer than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(claim.strip(), mode="eval")
        return bool(_value(tree.body, metrics))
    except (SyntaxError, MemoryError, RecursionError):
        raise ClaimError("not a comparison") from None


def _value(node: ast.expr, metrics: Metrics) -> float | bool:
    if isinstance(node, ast.BoolOp):
        results = [_value(part, metrics) for part in node.values]
        return all(results) if isinstance(node.op, ast.And) else any(results)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _value(node.operand, metrics)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, metrics)
    if isinstance(node, ast.Compare):
        values = [_value(part, metrics) for part in (node.left, *node.comparators)]
        pairs = zip(node.ops, values, values[1:], strict=False)
        try:
            return all(_COMPARE[type(op)](left, right) for op, left, right in pairs)
        except KeyError:
            raise ClaimError("only < <= > >= == != compare numbers") from None
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.Attribute):
        return _metric(_name(node.value), node.attr, metrics)
    raise ClaimError("only names, numbers, comparisons, and, or, not are allowed")


def _name(node: ast.expr) -> str:
    """A call's name; hyphens in names read as subtraction to Python's grammar."""
    if isinstance(node, ast.Name):
        return node.id
    raise ClaimError("write a claim as NAME.METRIC > NUMBER")


def _metric(name: str, metric: str, metrics: Metrics) -> float:
    known = {key.replace("-", "_"): values for key, values in metrics.items()}
    values = known.get(name.replace("-", "_"))
    if values is None:
        raise ClaimError(f"no recorded run called '{name}'; {suggest(name, metrics) or 'name the demo with `as:`'}")
    if metric not in values:
        raise ClaimError(f"'{name}' has no metric '{metric}'; {suggest(metric, values) or f'it has {_listed(values)}'}")
    return values[metric]


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "none"


def metrics_of(document: Document, decisions: Iterable[Decision]) -> Metrics:
    """The metrics of a document's recorded runs by call name; of a sweep, those of its first state."""
    return {
        decision.call.name: decision.record.metrics
        for decision in decisions
        if decision.document is document and decision.state == 0 and decision.record is not None
    }


def check_claims(documents: Iterable[Document], decisions: Iterable[Decision]) -> tuple[Problem, ...]:
    """Problems with claims that are false and with numbers in the prose that no run gives.

    What a run that is not recorded yet would say is left open: the missing run is reported elsewhere.
    """
    decisions = tuple(decisions)
    problems = []
    for document in documents:
        metrics = metrics_of(document, decisions)
        waiting = {call.name for call in document.calls} - set(metrics)
        for value in document.values:
            if value.name not in waiting:
                problems += _check_value(value.source, value.name, value.metric, value.format, metrics)
        for claim in document.meta.claims:
            if not any(name in claim.replace("-", "_") for name in (w.replace("-", "_") for w in waiting)):
                problems += _check_claim(document, claim, metrics)
    return tuple(problems)


def _check_value(source: Source, name: str, metric: str, spec: str, metrics: Metrics) -> list[Problem]:
    try:
        format(_metric(name, metric, metrics), spec)
    except ClaimError as error:
        message, _, hint = str(error).partition("; ")
        return [Problem(source, "value", message, hint)]
    except ValueError:
        return [Problem(source, "value", f"'{spec}' is not a number format", "write for example `:.1%` or `:,.2f`")]
    return []


def _check_claim(document: Document, claim: str, metrics: Metrics) -> list[Problem]:
    try:
        if holds(claim, metrics):
            return []
    except ClaimError as error:
        message, _, hint = str(error).partition("; ")
        return [Problem(document.source, "claim", f"the claim '{claim}' cannot be read: {message}", hint)]
    found = {f"{n}.{m}": v for n, values in metrics.items() for m, v in values.items() if f"{n}.{m}" in claim}
    measured = ", ".join(f"{name} is {value:g}" for name, value in found.items())
    message = f"the claim '{claim}' is false" + (f": {measured}" if measured else "")
    return [Problem(document.source, "false-claim", message, "mend the text, or find out what changed")]
