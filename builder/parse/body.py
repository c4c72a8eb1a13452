"""The text of a document: its tokens, and the HTML that is composed of them once and kept.

That HTML has gaps where the rest of the log has to be asked, such as where a link leads. Everything else in it depends
on the text of the entry alone, so it stays while that does.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from markdown_it.token import Token

from builder.shelf import Shelf

Question = tuple[str, ...]  # what is asked for, and of what: see builder.parse.gaps
Composed = list[str | Question]  # HTML and questions in turn
Compose = Callable[[list[Token]], Composed]


class Body:
    """What a document says: its tokens, or how to parse them again."""

    def __init__(self, tokens: list[Token] | None = None) -> None:
        self._tokens = tokens
        self._composed: Composed | None = None
        self._shelf, self._name, self._made_from = Shelf(None), "", ""
        self._again: Callable[[], list[Token]] | None = None

    def keep_on(self, shelf: Shelf, name: str, made_from: str, *, again: Callable[[], list[Token]]) -> None:
        """Say where it is kept between builds, and how its tokens are parsed `again` if need be."""
        self._shelf, self._name, self._made_from, self._again = shelf, name, made_from, again
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

    def composed(self, compose: Compose) -> Composed:
        """Return what `compose(tokens)` returns, which must depend on the tokens and the document alone.

        Tokens take much room: once they are composed they are forgotten.
        """
        if self._composed is not None:
            return self._composed
        kept = self._shelf.get(self._name, self._made_from) if self._made_from else None
        if kept is not None:
            return [part if isinstance(part, str) else tuple(part) for part in json.loads(kept)]
        composed = compose(self.tokens)
        if self._shelf.lasts:
            self._shelf.put(self._name, self._made_from, json.dumps(composed, ensure_ascii=False))
        else:
            self._composed = composed
        if self._again is not None:
            self._tokens = None
        return composed
