"""Text as a language model makes it: token by token, each with its probability and what else was likely."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.model import Json
from builder.outputs import Encoded, EncodedFile, Output, View
from builder.outputs._escape import MAX_CHARACTERS, percent, plain, visible
from builder.outputs._table import data_table

__all__ = ["OUTPUT", "Text", "Token"]

MAX_ROWS = 400  # of the table of tokens
SHADES = (0.9, 0.5, 0.2, 0.05, 0.01)  # a token less probable than the n-th is shaded n + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token: its text, the probability it had (0 to 1), the likeliest tokens there, and whether it was given."""

    text: str
    probability: float | None = None
    alternatives: Sequence[tuple[str, float]] = ()
    prompt: bool = False

    def __post_init__(self) -> None:
        for value in (self.probability, *(share for _, share in self.alternatives)):
            if value is not None and not 0 <= value <= 1.0001:
                raise ValueError(f"the probability {value} of the token {self.text!r} is not between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text made of tokens."""

    tokens: Sequence[Token]


def encode(value: Text) -> Encoded:
    """Write the tokens as JSON."""
    tokens = [_as_json(token) for token in value.tokens]
    data = json.dumps({"tokens": tokens}, separators=(",", ":"), allow_nan=False).encode()
    return Encoded((EncodedFile("tokens.json", "application/json", data),), _describe(tokens))


def to_html(view: View) -> str:
    """Render the text as prose with a chip per token, and all tokens as a table."""
    tokens, left_out = _shown(view.json("tokens.json")["tokens"])
    chips = "".join(_chip(token) for token in tokens)
    more = f'<p class="sl-note">{left_out:,} more characters are in the result file.</p>' if left_out else ""
    text = f'<div class="sl-tokens-text" data-label="{_label(tokens)}"><bdi>{chips}</bdi></div>'
    known = any("probability" in token for token in tokens)
    table = f'<div class="sl-panel"></div>{_legend(tokens)}{_table(tokens)}' if known else ""
    return f'<div class="sl-viewer sl-tokens" data-viewer="tokens">{text}{more}{table}</div>'


def to_text(view: View) -> str:
    """Return the text alone."""
    return plain("".join(token["text"] for token in view.json("tokens.json")["tokens"]))


def _as_json(token: Token) -> dict[str, Json]:
    entry: dict[str, Json] = {"text": token.text}
    if token.probability is not None:
        entry["probability"] = _short(token.probability)
    if token.alternatives:
        entry["alternatives"] = [[text, _short(share)] for text, share in token.alternatives]
    if token.prompt:
        entry["prompt"] = True
    return entry


def _short(number: float) -> float:
    """Four significant digits: small probabilities matter."""
    return min(1.0, float(f"{float(number):.4g}"))


def _describe(tokens: Sequence[Json]) -> str:
    prompt = "".join(token["text"] for token in tokens if token.get("prompt"))
    made = [token for token in tokens if not token.get("prompt")]
    text = "".join(token["text"] for token in made)
    words = f"The prompt “{plain(prompt, 300)}” continued: “{plain(text, 600)}”" if prompt else plain(text, 900)
    known = [token for token in made if "probability" in token]
    if not known:
        return words
    least = min(known, key=lambda token: token["probability"])
    return f"{words}. Least probable token: “{plain(least['text'], 40)}” at {percent(least['probability'])}."


def _shown(tokens: Sequence[Json]) -> tuple[list[Json], int]:
    """Return the tokens that fit into the page, the last one perhaps cut, and the number of characters left out."""
    kept, room = [], MAX_CHARACTERS
    for token in tokens:
        if room > 0:
            kept.append({**token, "text": token["text"][:room]})
        room -= len(token["text"])
    return kept, max(0, -room)


def _chip(token: Json) -> str:
    text = visible(token["text"])
    share = token.get("probability")
    names = ["sl-token"] + ["sl-prompt"] * token.get("prompt", False)
    if share is None:
        return f'<span class="{" ".join(names)}">{text}</span>'
    if not token.get("prompt"):
        names.append(f"sl-p{sum(share < limit for limit in SHADES)}")
    return f'<span class="{" ".join(names)}" title="{percent(share)}">{text}</span>'


def _label(tokens: Sequence[Json]) -> str:
    given = sum(token.get("prompt", False) for token in tokens)
    return f"{given} tokens of prompt, {len(tokens) - given} tokens of model output"


def _legend(tokens: Sequence[Json]) -> str:
    names = ["≥ 90%", "50–90%", "20–50%", "5–20%", "1–5%", "< 1%"]
    keys = [f'<span class="sl-token sl-p{shade}">{name}</span>' for shade, name in enumerate(names)]
    given = '<span class="sl-token sl-prompt">prompt</span>' if any(token.get("prompt") for token in tokens) else ""
    return f'<p class="sl-legend">{given}<span>model output, probability of each token:</span>{"".join(keys)}</p>'


def _table(tokens: Sequence[Json]) -> str:
    shown = f"The first {MAX_ROWS}" if len(tokens) > MAX_ROWS else f"All {len(tokens)}"
    columns = ["#", "token", "probability", "likeliest tokens there"]
    return data_table(f"{shown} tokens as a table", columns, _rows(tokens[:MAX_ROWS]))


def _rows(tokens: Sequence[Json]) -> Iterator[str]:
    for number, token in enumerate(tokens, 1):
        share = token.get("probability")
        instead = " ".join(
            f'<span class="sl-alternative" data-p="{p}"><bdi>{visible(text)}</bdi> {percent(p)}</span>'
            for text, p in token.get("alternatives", ())
        )
        cell = "<td>given</td>" if share is None else f'<td data-p="{share}">{percent(share)}</td>'
        yield f"<tr><td>{number}</td><td><bdi>{visible(token['text'])}</bdi></td>{cell}<td>{instead}</td></tr>"


def example() -> Text:
    """A prompt and three tokens of an answer."""
    return Text(
        tokens=[
            Token(text="dusk", prompt=True),
            Token(text=" (noun):", prompt=True),
            Token(text=" the", probability=0.62, alternatives=[(" the", 0.62), (" a", 0.21)]),
            Token(text=" time", probability=0.31, alternatives=[(" time", 0.31), (" light", 0.12)]),
            Token(text=" when", probability=0.04, alternatives=[(" of", 0.55), (" when", 0.04)]),
        ]
    )


OUTPUT = Output("text", Text, encode, to_html, to_text, example)
