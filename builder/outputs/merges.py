"""A text cut into pieces, coarser from stage to stage: how a tokenizer learns to see it."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import plain, visible
from builder.outputs._table import data_table

__all__ = ["OUTPUT", "Merges", "Stage"]

MAX_STAGES = 500
MAX_PIECES = 40_000  # in all stages together
WORDS = 60  # pieces in the description


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The pieces of the text at one stage, the piece that was made there (`merged`), and a note in words."""

    label: str
    pieces: Sequence[str]
    merged: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merges:
    """The same text cut into pieces at each stage, finest first; the pieces of every stage join to the same text."""

    title: str
    stages: Sequence[Stage]


def encode(value: Merges) -> Encoded:
    """Write the stages as JSON. Raises ValueError if their pieces do not make up one text."""
    if not 1 <= len(value.stages) <= MAX_STAGES:
        raise ValueError(f"merges need 1 to {MAX_STAGES} stages, not {len(value.stages)}")
    if sum(len(stage.pieces) for stage in value.stages) > MAX_PIECES:
        raise ValueError(
            f"all stages together have more than {MAX_PIECES:,} pieces; use fewer stages or a shorter text"
        )
    text = "".join(value.stages[0].pieces)
    for stage in value.stages:
        if "".join(stage.pieces) != text or not text:
            raise ValueError(f"the pieces of the stage {stage.label!r} do not join to the text {text!r}")
    content = {"title": value.title, "stages": [asdict(stage) for stage in value.stages]}
    data = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("merges.json", "application/json", data),), _describe(content))


def to_html(view: View) -> str:
    """Render the last stage as pieces, how their number falls, and all stages as a table, which the viewer reads."""
    content = view.json("merges.json")
    stages = content["stages"]
    label = "how the number of pieces falls, stage by stage"
    return (
        '<div class="sl-viewer sl-merges" data-viewer="merges">'
        f'<p class="sl-title">{visible(content["title"])}</p>'
        f'<div class="sl-cut" role="group" aria-label="{html.escape(view.alt)}"><bdi>{_cut(stages[-1])}</bdi></div>'
        f'<p class="sl-merges-says">{_says(stages[-1])}</p>'
        f'<div class="sl-fall" role="img" aria-label="{label}">{_fall([len(stage["pieces"]) for stage in stages])}</div>'
        f"{_table(stages)}</div>"
    )


def to_text(view: View) -> str:
    """Return how the pieces became fewer, in words."""
    return _describe(view.json("merges.json"))


def _describe(content: Json) -> str:
    first, last = content["stages"][0], content["stages"][-1]
    pieces = last["pieces"]
    cut = " | ".join(plain(piece, 40) for piece in pieces[:WORDS]) + " | …" * (len(pieces) > WORDS)
    start = f"{_count(first)} ({plain(first['label'], 80)})"
    return f"{plain(content['title'], 200)}: from {start} to {_count(last)} ({plain(last['label'], 80)}): {cut}."


def _count(stage: Json) -> str:
    return f"{len(stage['pieces'])} piece{'s' * (len(stage['pieces']) != 1)}"


def _cut(stage: Json) -> str:
    """The pieces of a stage as HTML, the ones made at this stage marked."""
    made = stage["merged"]
    return "".join(
        f"<b>{_show(piece)}</b>" if made and piece == made else f"<i>{_show(piece)}</i>" for piece in stage["pieces"]
    )


def _show(piece: str) -> str:
    """A piece as HTML; one that is only blanks as open boxes."""
    return visible(piece) if piece.strip(" ") else "␣" * len(piece)


def _says(stage: Json) -> str:
    note = f" ({visible(stage['note'])})" if stage["note"] else ""
    return f"<strong><bdi>{visible(stage['label'])}</bdi></strong>{note}: {_count(stage)}"


def _fall(counts: Sequence[int]) -> str:
    """The number of pieces over the stages as a line of steps; one unit wide for each stage, as high as the first."""
    steps = "".join(f"V{counts[0] - count}h1" for count in counts)
    return (
        f'<svg viewBox="0 0 {len(counts)} {counts[0]}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M0 {counts[0]}{steps}V{counts[0]}z"/></svg>'
    )


def _table(stages: Sequence[Json]) -> str:
    return data_table("Every stage as a table", ["#", "stage", "note", "pieces", "the text"], _rows(stages))


def _rows(stages: Sequence[Json]) -> Iterator[str]:
    before: list[str] = []
    for number, stage in enumerate(stages):
        text = "as before" if stage["pieces"] == before else f"<bdi>{_cut(stage)}</bdi>"
        before = stage["pieces"]
        yield (
            f"<tr><td>{number}</td><td><bdi>{visible(stage['label'])}</bdi></td><td>{visible(stage['note'])}</td>"
            f"<td>{len(stage['pieces'])}</td><td>{text}</td></tr>"
        )


def example() -> Merges:
    """A word, cut into characters, then into larger pieces."""
    return Merges(
        title="colder, merge by merge",
        stages=[
            Stage(label="characters", pieces=["c", "o", "l", "d", "e", "r"]),
            Stage(label="o + l", pieces=["c", "ol", "d", "e", "r"], merged="ol", note="17 times in the corpus"),
            Stage(label="ol + d", pieces=["c", "old", "e", "r"], merged="old", note="17 times"),
            Stage(label="e + r", pieces=["c", "old", "er"], merged="er", note="7 times"),
        ],
    )


OUTPUT = Output("merges", Merges, encode, to_html, to_text, example)
