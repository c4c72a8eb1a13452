"""Mathematics as MathML, made at build time: no script, no web font, and screen readers can read it."""

from __future__ import annotations

import functools
import html
import re
import unicodedata

_BEFORE = (
    (re.compile(r"\\(begin|end)\{(aligned|split|gathered)\}"), r"\\\1{align*}"),
    (re.compile(r"\\arg(?![a-z])"), r"\\text{arg}\\,"),
    (re.compile(r"\\(?:mathrm|operatorname\*?)\{([A-Za-z]{2,})\}"), r"{\\text{\1}}"),
)
_AFTER = (
    ("<mo>&#x02016;</mo>", '<mo stretchy="false">&#x02016;</mo>'),  # \lVert stands alone, as \| does
    ("<mo>&#x0007C;</mo>", '<mo stretchy="false">&#x0007C;</mo>'),
    ("<mi>&#x0007E;</mi>", "<mo>&#x0223C;</mo>"),  # \\sim
    ('<mo stretchy="true">&#x000AF;</mo>', '<mo stretchy="false">&#x000AF;</mo>'),  # \\bar
)
"""What latex2mathml does not know or writes badly, before and after it."""
_FUNCTION = re.compile(
    r"(</m(?:i|n|sub|sup|subsup|frac|sqrt|mrow)>|&#x00029;</mo>)?(<m(?:sub|sup|subsup)>)?"
    r"<mi>(arccos|arcsin|arctan|cosh?|cot|deg|det|dim|exp|ker|lg|ln|log|sinh?|tanh?)</mi>(?=(<mo|<mrow><mo|</)?)"
)
_UNARY = re.compile(
    r"(<mo[^>]*>(?!&#x00029;|&#x0005D;|&#x0007D;|&#x0007C;|&#x00021;|&#x02032;)&#x\w+;</mo>)<mo>(&#x02212;|&#x0002B;)</mo>"
)
_TEXT = re.compile(r"\\(text\w*|mbox|hbox)\{([^{}]*)\}")
_MATHML = re.compile(
    r"</?(?:math|m(?:enclose|frac|i|n|o|over|padded|phantom|root|row|space|sqrt|style|sub|subsup|sup|table|td|text|tr|under|underover))"
    r'(?: (?!on|href|src|style)[a-z-]+="[^"<>]*")*\s*/?>'
)
MAX_LENGTH = 10_000


class MathError(ValueError):
    """The formula cannot be read; the message says why."""


def to_mathml(formula: str, *, display: bool) -> str:
    """Convert LaTeX to MathML. A formula that cannot be read is shown as written: `math_error` says why."""
    return _converted(formula, display)[0]


def math_error(formula: str, *, display: bool) -> str:
    """Why a formula cannot be read; empty if it can."""
    return _converted(formula, display)[1]


@functools.lru_cache(maxsize=4096)
def _converted(formula: str, display: bool) -> tuple[str, str]:
    try:
        return _convert(formula, display=display), ""
    except MathError as error:
        return f'<code class="sl-math-error">{html.escape(formula)}</code>', str(error)


def _convert(formula: str, *, display: bool) -> str:
    """Convert LaTeX to MathML. Raises MathError."""
    from latex2mathml.converter import convert  # which brings half of urllib along, and few texts have formulas

    source = formula.strip()
    if len(source) > MAX_LENGTH:
        raise MathError(f"longer than {MAX_LENGTH:,} characters")
    for pattern, replacement in _BEFORE:
        source = pattern.sub(replacement, source)
    source = _TEXT.sub(lambda match: f"\\{match[1]}{{{html.escape(match[2], quote=False)}}}", source)
    try:
        markup = convert(source, display="block" if display else "inline")
    except Exception as error:  # latex2mathml raises many types, bare IndexError among them
        raise MathError(type(error).__name__.removesuffix("Error")) from error
    if "<mi>&</mi>" in markup or "<mi>\\" in markup:
        raise MathError("unknown command or environment")
    if "<" in _MATHML.sub("", markup):
        raise MathError("it holds HTML, a link or a style")
    for written, better in _AFTER:
        markup = markup.replace(written, better)
    markup = _UNARY.sub(r'\1<mo form="prefix">\2</mo>', _FUNCTION.sub(_spaced, markup))
    label = html.escape(" ".join(formula.split()))
    return markup.replace("<math ", f'<math aria-label="{label}" ', 1)


def _spaced(name: re.Match[str]) -> str:
    """A function's name as an operator: a thin space before it and after, but none at a bracket, as TeX sets it."""
    left, right = "0.167em" if name[1] else "0", "0" if name[4] else "0.167em"
    return f'{name[1] or ""}{name[2] or ""}<mo form="prefix" lspace="{left}" rspace="{right}">{name[3]}</mo>'


def to_plain(formula: str) -> str:
    """A formula as a line of plain text, for summaries: `p^(1/T)`, `α_t`."""
    text = re.sub(r"\\(?:mathrm|mathbf|text|operatorname)\*?\s*\{([^{}]*)\}", r"\1", formula)
    text = re.sub(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"(\1)/(\2)", text)
    text = re.sub(r"([\^_])\{([^{}]{2,})\}", r"\1(\2)", text)
    text = re.sub(r"\\([A-Za-z]+)\s?", lambda match: _plain_command(match[1]), text)
    return " ".join(re.sub(r"[{}\\]", "", text).split())


_PLAIN = {
    "mid": "| ",
    "cdot": "·",
    "times": "×",
    "sqrt": "√",
    "left": "",
    "right": "",
    "bar": "",
    "hat": "",
    "ln": "ln ",
    "log": "log ",
}


def _plain_command(name: str) -> str:
    """A LaTeX command as a character: Greek letters by name, a few signs, else its own name."""
    try:
        return unicodedata.lookup(f"GREEK {'CAPITAL' if name[0].isupper() else 'SMALL'} LETTER {name.upper()}")
    except KeyError:
        return _PLAIN.get(name, f"{name} ")
