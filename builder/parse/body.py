"""The text of a document: its tokens, parsed when somebody needs them, and the HTML that they were rendered to.

A rendering is kept with every question that it asked of the rest of the log, such as where a link leads, and the digest
of the answers. As long as they are the same, so is the HTML, and the tokens are not needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

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
    """What a document says: its tokens, or how to parse them again."""

    def __init__(self, tokens: list[Token] | None = None, again: Callable[[], list[Token]] | None = None) -> None:
        self._tokens, self._again = tokens, again
        self._shelf, self._name, self._made_from = Shelf(None), "", ""
        self._renderings: list[_Rendering] | None = None  # None: they are on the shelf
        self._warm = False

    def keep_on(self, shelf: Shelf, name: str, made_from: str, *, again: Callable[[], list[Token]], warm: bool) -> None:
        """Say where renderings are kept between builds and, if `warm`, in memory.

        Tokens take much room: once they were rendered they are forgotten, and parsed `again` if need be.
        """
        self._shelf, self._name, self._made_from = shelf, name, made_from
        self._again, self._warm = again, warm
        shelf.want(name)

    @property
    def made_from(self) -> str:
        """By what the text is known among all texts of the log, now and later; empty if it is not kept."""
        return f"{self._name} {self._made_from}" if self._made_from else ""

    @property
    def tokens(self) -> list[Token]:
        """The tokens of markdown-it; nobody changes them."""
        if self._tokens is None:
            return self._again() if self._again is not None else []
        return self._tokens

    def render(self, answer: Answer, make: Callable[[Answer], str]) -> str:
        """Return what `make(answer)` returns, which must depend on the tokens and on its answers alone."""
        known: dict[Question, str | None] = {}

        def ask(question: Question) -> str | None:
            if question not in known:
                known[question] = answer(question)
            return known[question]

        earlier = self._earlier()
        for rendering in earlier:
            if rendering.answers == digest([ask(question) for question in rendering.questions]):
                return rendering.html
        asked: dict[Question, str | None] = {}

        def ask_and_note(question: Question) -> str | None:
            asked[question] = ask(question)
            return asked[question]

        html = make(ask_and_note)
        self._keep([_Rendering(tuple(asked), digest(list(asked.values())), html), *earlier][:RENDERINGS])
        return html

    def _earlier(self) -> list[_Rendering]:
        if self._renderings is not None:
            return self._renderings
        kept = json.loads(self._shelf.get(self._name, self._made_from) or "[]")
        found = [_Rendering(tuple(map(tuple, questions)), answers, html) for questions, answers, html in kept]
        self._renderings = found if self._warm else None
        return found

    def _keep(self, renderings: list[_Rendering]) -> None:
        self._renderings = renderings if self._warm else None
        written = [(kept.questions, kept.answers, kept.html) for kept in renderings]
        self._shelf.put(self._name, self._made_from, json.dumps(written, ensure_ascii=False))
        if self._again is not None:
            self._tokens = None
