"""Text from a model, made safe and readable: escaped, capped, and with every invisible character shown."""

from __future__ import annotations

import html
import unicodedata

MAX_CHARACTERS = 20_000
_JOINERS = "\u200c\u200d"  # emoji, Persian and Indic scripts need them


def visible(text: str) -> str:
    """Return the text as HTML: escaped, invisible characters as labelled marks, line ends and runs of blanks kept."""
    return "".join(_as_html(char) for char in text).replace("  ", " \u00a0")


def plain(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return the text for a title, an alternative or a feed: invisible characters shown, line ends as spaces."""
    kept, dropped = cap(text, limit)
    return "".join(" " if char == "\n" else _mark(char) or char for char in kept) + ("…" if dropped else "")


def cap(text: str, limit: int = MAX_CHARACTERS) -> tuple[str, int]:
    """Return the text cut to `limit` characters, and how many were cut off."""
    return text[:limit], max(0, len(text) - limit)


def percent(share: float) -> str:
    """Write a share of one for people: `34%`, `3.4%`, `0.34%`, `<0.01%`."""
    points = 100 * share
    if points >= 99.5:
        return "100%" if points >= 99.95 else f"{points:.1f}%"
    if points >= 9.95:
        return f"{points:.0f}%"
    return f"{points:.2g}%" if points >= 0.01 or not points else "<0.01%"


def _as_html(char: str) -> str:
    if char == "\n":
        return '<span class="sl-mark" aria-hidden="true">↵</span><br>'
    mark = _mark(char)
    if mark:
        name = unicodedata.name(char, f"control character {ord(char):02X}").lower()
        return f'<span class="sl-mark" title="{html.escape(name)}">{mark}</span>'
    return html.escape(char)


def _mark(char: str) -> str:
    """What to show for a character that cannot be seen; empty for all others."""
    if char < " ":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "␡"
    invisible = unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") and char not in _JOINERS
    return f"U+{ord(char):04X}" if invisible else ""
