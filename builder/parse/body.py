"""The text of a document: its tokens, parsed when somebody needs them, and the HTML that they were rendered to.

A rendering is kept with every question that it asked of the rest of the log, such as where a link leads, and the digest
of the answers. As long as they are the same, so is the HTML, and the tokens are not needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from markdown_it.token import Token

from builder.kept import Shelf, digest

Question = tuple[str, ...]  # what is asked for, and of what: ("target", form, target)
Answer = Callable[[Question], str | None]
RENDERINGS = 2  # one for the page, one for feeds, where demos are told in words


@dataclass(frozen=True, slots=True)
class _Rendering:
    questions: tuple[Question, ...]
    answers: str  # digest
    html: str


class Body:
    """What a document says."""

    def __init__(self, parse: Callable[[], list[Token]]) -> None:
        self._parse = parse
        self._shelf, self._name, self._made_from = Shelf(None), "", ""

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens of markdown-it; nobody changes them."""
        return self._parse()

    def keep_on(self, shelf: Shelf, name: str, made_from: str) -> Body:
        """Say where renderings are kept between builds, and what the tokens were made from; return this body."""
        self._shelf, self._name, self._made_from = shelf, name, made_from
        return self

    def render(self, answer: Answer, make: Callable[[Answer], str]) -> str:
        """Return what `make(answer)` returns, which must depend on the tokens and on its answers alone."""
        known: dict[Question, str | None] = {}

        def ask(question: Question) -> str | None:
            if question not in known:
                known[question] = answer(question)
            return known[question]

        for rendering in self._renderings:
            if rendering.answers == digest([ask(question) for question in rendering.questions]):
                return rendering.html
        asked: dict[Question, str | None] = {}

        def ask_and_note(question: Question) -> str | None:
            asked[question] = ask(question)
            return asked[question]

        html = make(ask_and_note)
        self._keep(_Rendering(tuple(asked), digest(list(asked.values())), html))
        return html

    @cached_property
    def _renderings(self) -> list[_Rendering]:
        kept = json.loads(self._shelf.get(self._name, self._made_from) or "[]")
        return [_Rendering(tuple(map(tuple, questions)), answers, html) for questions, answers, html in kept]

    def _keep(self, rendering: _Rendering) -> None:
        self._renderings[:] = [rendering, *self._renderings][:RENDERINGS]
        written = [(kept.questions, kept.answers, kept.html) for kept in self._renderings]
        self._shelf.put(self._name, self._made_from, json.dumps(written, ensure_ascii=False))
