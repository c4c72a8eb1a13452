"""Numbers in the prose and the claims made about them, checked against the recorded runs.

A claim is an expression of names, attributes, numbers, comparisons and `and`, `or`, `not`. It is read as a syntax tree
and walked; nothing is evaluated by Python.
"""

from __future__ import annotations

import ast
import itertools
import operator
import re
import warnings
from collections.abc import Iterable, Mapping

from builder.errors import Problem, suggest
from builder.model import Decision, Document, Value

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
EXAMPLE = "write for example `first.accuracy > 0.95`"
_NAME = re.compile(r"[A-Za-z_][\w-]*(?=\.[A-Za-z_])")


class ClaimError(ValueError):
    """The claim cannot be read, or names what is not there."""


def holds(claim: str, metrics: Metrics) -> bool:
    """Tell whether a claim is true of these metrics. Raises ClaimError."""
    return _truth(_parse(claim), metrics)


def _parse(claim: str) -> ast.expr:
    """Read a claim; a hyphen in a run's name would be a minus to Python's grammar."""
    if len(claim) > MAX_LENGTH:
        raise ClaimError(f"longer than {MAX_LENGTH} characters")
    text = _NAME.sub(lambda match: match[0].replace("-", "_"), " ".join(claim.split()))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ClaimError(f"not a comparison; {EXAMPLE}") from None


def _truth(node: ast.expr, metrics: Metrics) -> bool:
    if isinstance(node, ast.BoolOp):
        results = [_truth(part, metrics) for part in node.values]
        return all(results) if isinstance(node.op, ast.And) else any(results)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _truth(node.operand, metrics)
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
        values = [_number(part, metrics) for part in (node.left, *node.comparators)]
        return all(_COMPARE[type(op)](*pair) for op, pair in zip(node.ops, itertools.pairwise(values), strict=True))
    raise ClaimError(f"only comparisons, and, or, not are allowed; {EXAMPLE}")


def _number(node: ast.expr, metrics: Metrics) -> float:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(node.operand, metrics)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _metric(node.value.id, node.attr, metrics)
    raise ClaimError(f"only NAME.METRIC and numbers can be compared; {EXAMPLE}")


def _metric(name: str, metric: str, metrics: Metrics) -> float:
    known = {key.replace("-", "_"): key for key in metrics}
    call = known.get(name.replace("-", "_"))
    if call is None:
        raise ClaimError(f"no recorded run called '{name}'; {suggest(name, metrics) or 'name the demo with `as:`'}")
    values = metrics[call]
    if metric not in values:
        raise ClaimError(f"'{call}' has no metric '{metric}'; {suggest(metric, values) or f'it has {_listed(values)}'}")
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
                problems += _check_value(value, metrics)
        for claim in document.meta.claims:
            if not _names(claim) & {name.replace("-", "_") for name in waiting}:
                problems += _check_claim(document, claim, metrics)
    return tuple(problems)


def _names(claim: str) -> set[str]:
    """The runs that a claim speaks of, hyphens written as underscores."""
    return {name.replace("-", "_") for name in _NAME.findall(claim)}


def _check_value(value: Value, metrics: Metrics) -> list[Problem]:
    try:
        _metric(value.name, value.metric, metrics)
    except ClaimError as error:
        message, _, hint = str(error).partition("; ")
        return [Problem(value.source, "value", message, hint)]
    return []


def _check_claim(document: Document, claim: str, metrics: Metrics) -> list[Problem]:
    source = document.at("claims")
    try:
        if holds(claim, metrics):
            return []
    except ClaimError as error:
        message, _, hint = str(error).partition("; ")
        return [Problem(source, "claim", f"the claim '{claim}' cannot be read: {message}", hint)]
    wanted = set(re.findall(r"[A-Za-z_][\w-]*\.[A-Za-z_]\w*", claim))
    found = {f"{n}.{m}": v for n, values in metrics.items() for m, v in values.items() if f"{n}.{m}" in wanted}
    measured = ", ".join(f"{name} is {value:g}" for name, value in found.items())
    message = f"the claim '{claim}' is false" + (f": {measured}" if measured else "")
    return [Problem(source, "false-claim", message, "mend the text, or find out what changed")]
