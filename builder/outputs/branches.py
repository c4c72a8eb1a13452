"""A tree of next tokens: what a language model found likely at each step, and where another choice would have led."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import percent, plain, visible
from builder.outputs._table import data_table

__all__ = ["OUTPUT", "Branch", "Branches"]

MAX_BRANCHES = 4_000  # in one tree: some 100 KB in the page

Node = list[Json]  # [text, probability, nodes below, True if the text ends here]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A token, its probability after what stands above it (0 to 1), and the likeliest tokens after it, best first.

    A branch without children `ends` when the model ended the text there; otherwise the tree just goes no deeper.
    """

    text: str
    probability: float
    children: Sequence[Branch] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """The ways a prompt, given as tokens, may go on. The root is the prompt's end: its text is "", its probability 1."""

    prompt: Sequence[str]
    root: Branch


def encode(value: Branches) -> Encoded:
    """Write prompt and tree as JSON. Raises ValueError if probabilities are impossible or the tree is too large."""
    if not value.root.children:
        raise ValueError("a tree of next tokens needs at least one token below its root")
    root = _as_node(value.root, [0])
    data = json.dumps({"prompt": list(value.prompt), "root": root}, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("branches.json", "application/json", data),), _describe(value.prompt, root))


def to_html(view: View) -> str:
    """Render the likeliest path as a table with the alternatives at each step, and the second level folded below."""
    content = view.json("branches.json")
    prompt, root = content["prompt"], content["root"]
    given = "".join(f'<span class="sl-token sl-prompt">{visible(token)}</span>' for token in prompt)
    columns = ["step", "likeliest token", "probability", "other tokens there"]
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    path = (
        '<div class="sl-scroll sl-branches-path" role="group" aria-label="the likeliest path" tabindex="0">'
        f'<table class="sl-table"><thead><tr>{head}</tr></thead><tbody>{"".join(_steps(root))}</tbody></table></div>'
    )
    seconds = data_table(
        "What may follow each first token", ["first token", "probability", "then"], map(_second, root[2])
    )
    return (
        f'<div class="sl-viewer sl-branches" data-viewer="branches" data-tree="{_pack(root)}">'
        f'<div class="sl-tokens-text"><bdi>{given}</bdi></div>{path}{seconds}</div>'
    )


def to_text(view: View) -> str:
    """Return the likeliest path and what else was likely first, in words."""
    content = view.json("branches.json")
    return _describe(content["prompt"], content["root"])


def _as_node(branch: Branch, count: list[int]) -> Node:
    count[0] += 1
    if count[0] > MAX_BRANCHES:
        raise ValueError(f"a tree of next tokens has at most {MAX_BRANCHES:,} branches; make it less deep or less wide")
    total = sum(child.probability for child in branch.children)
    if not 0 <= branch.probability <= 1.0001 or total > 1.0001:
        what = f"{branch.probability}" if total <= 1.0001 else f"{total:.4f} for the tokens below"
        raise ValueError(f"the probability of the token {branch.text!r} cannot be {what}: it is a share of one")
    children = [_as_node(child, count) for child in branch.children]
    return [branch.text, min(1.0, float(f"{float(branch.probability):.4g}")), children, branch.ends]


def _likeliest(root: Node) -> Iterator[Node]:
    """The nodes whose first child is the likeliest token, from the root down."""
    while root[2]:
        yield root
        root = root[2][0]


def _steps(root: Node) -> Iterator[str]:
    for number, (_, _, (best, *others), _) in enumerate(_likeliest(root), 1):
        yield (
            f"<tr><td>{number}</td><td>{_name(best)}</td><td>{percent(best[1])}</td>"
            f"<td>{' '.join(map(_with_share, others))}</td></tr>"
        )


def _second(node: Node) -> str:
    then = " ".join(map(_with_share, node[2])) or ("the text ends" if node[3] else "not recorded")
    return f"<tr><td>{_name(node)}</td><td>{percent(node[1])}</td><td>{then}</td></tr>"


def _name(node: Node) -> str:
    return f"<bdi>{visible(node[0])}</bdi>"


def _with_share(node: Node) -> str:
    return f'<span class="sl-alternative">{_name(node)} {percent(node[1])}</span>'


def _pack(root: Node) -> str:
    """The tree for the viewer, with invisible characters already shown."""

    def shown(node: Node) -> Node:
        text, share, children, ends = node
        return [plain(text, 40), share, *([[shown(child) for child in children]] if children else [ends] * ends)]

    return html.escape(json.dumps(shown(root), separators=(",", ":")))


def _describe(prompt: Sequence[str], root: Node) -> str:
    path = [node[2][0] for node in _likeliest(root)]
    share = 1.0
    for node in path:
        share *= node[1]
    first = ", ".join(f"“{plain(node[0], 40)}” {percent(node[1])}" for node in root[2])
    return (
        f"What a model finds likely after “{plain(''.join(prompt), 300)}”: {first}."
        f" Taking the likeliest token {len(path)} times gives “{plain(''.join(node[0] for node in path), 300)}”,"
        f" with a probability of {percent(share)}."
    )


def example() -> Branches:
    """Two steps after a prompt, two tokens at each."""
    return Branches(
        prompt=["dusk", " (noun):"],
        root=Branch(
            text="",
            probability=1,
            children=[
                Branch(
                    text=" the",
                    probability=0.62,
                    children=[Branch(text=" time", probability=0.31), Branch(text=" light", probability=0.12)],
                ),
                Branch(text=" a", probability=0.21, children=[Branch(text=" dim", probability=0.08)]),
            ],
        ),
    )


OUTPUT = Output("branches", Branches, encode, to_html, to_text, example)
