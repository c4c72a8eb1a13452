"""Mathematics as MathML, made at build time: no script, no web font, and screen readers can read it."""

from __future__ import annotations

import functools
import html
import re

from latex2mathml.converter import convert

_BEFORE = (
    (re.compile(r"\\(begin|end)\{(aligned|split|gathered)\}"), r"\\\1{align*}"),
    (re.compile(r"\\arg(?![a-z])"), r"\\text{arg}\\,"),
    (re.compile(r"\\(?:mathrm|operatorname\*?)\{([A-Za-z]{2,})\}"), r"{\\text{\1}}"),
)
_AFTER = (
    ("<mi>&#x0007E;</mi>", "<mo>&#x0223C;</mo>"),  # \\sim
    ('<mo stretchy="true">&#x000AF;</mo>', '<mo stretchy="false">&#x000AF;</mo>'),  # \\bar
)
"""What latex2mathml does not know or writes badly, before and after it."""


class MathError(ValueError):
    """The formula cannot be read; the message says why."""


@functools.lru_cache(maxsize=4096)
def to_mathml(formula: str, *, display: bool) -> str:
    """Convert LaTeX to MathML. A formula that cannot be read is shown as written: `check_math` reports it."""
    try:
        markup = convert_math(formula, display=display)
    except MathError:
        return f'<code class="sl-math-error">{html.escape(formula)}</code>'
    return markup


def convert_math(formula: str, *, display: bool) -> str:
    """Convert LaTeX to MathML. Raises MathError."""
    source = formula.strip()
    for pattern, replacement in _BEFORE:
        source = pattern.sub(replacement, source)
    try:
        markup = convert(source, display="block" if display else "inline")
    except Exception as error:  # latex2mathml raises many types, bare IndexError among them
        raise MathError(type(error).__name__.removesuffix("Error")) from error
    if "<mi>&</mi>" in markup or "<mi>\\" in markup:
        raise MathError("unknown command or environment")
    for written, better in _AFTER:
        markup = markup.replace(written, better)
    label = html.escape(" ".join(formula.split()))
    return markup.replace("<math ", f'<math aria-label="{label}" ', 1)
