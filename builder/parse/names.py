"""Names of other documents, and numbers of runs, in plain text: marked where they stand, and said when they are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # characters that Unicode keeps for such use; no text has them
_MARK = re.compile(f"{_OPEN}(\\w+) ([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_BROKEN = re.compile(f"\\A[^{_OPEN}]*{_CLOSE}|{_OPEN}[^{_CLOSE}]*\\Z")


def mark(form: str, target: str) -> str:
    """A reference without a text of its own, in a text to be completed by `say`. `form` is that of its link."""
    return f"{_OPEN}{form} {target}{_CLOSE}"


def is_marked(text: str) -> bool:
    """Whether a text waits for the names of what it refers to."""
    return _OPEN in text


def say(text: str, name_of: Callable[[str, str], str]) -> str:
    """Put names in the places of marks. name_of: form and target -> what to call it."""
    return _MARK.sub(lambda match: name_of(match[1], match[2]), text)


def without_broken_marks(text: str) -> str:
    """What was cut out of a text, without the marks that the cut went through."""
    return _BROKEN.sub("", text)


def name_of(titles: Mapping[str, str], form: str, address: str) -> str:
    """What a reference that leads to an address calls it; empty if it has no title. `titles` are those of the library."""
    if form == "cite":
        return titles.get(f"cite:{address}") or ""
    return titles.get(address) or titles.get(address.partition("#")[0]) or ""


def in_words(form: str, target: str) -> str:
    """What to call what nobody has given a name: `[[top-k]]` is `top k`, `[@vaswani-2017]` is `Vaswani 2017`.

    A number has no name.
    """
    if form == "value":
        return "…"
    if form == "cite":
        return target if ":" in target else target.replace("-", " ").capitalize()
    name, _, heading = target.partition("#")
    return (name or heading).replace("-", " ")
