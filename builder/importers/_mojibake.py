"""From a source's bytes to lines: its encoding found or refused, text that was decoded wrongly before repaired."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

import ftfy

from builder.errors import Problem, Source
from builder.importers._types import Said
from builder.parse.text import decode
from builder.yamltext import UNSHOWN

_SUSPICIOUS = re.compile("[\x80-\x9f\u00a0-\uffff]")
_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")  # these no YAML holds
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FOREIGN = 0.2  # share of letters beyond ASCII above which text cannot be taken for Western European


def read_lines(
    data: bytes, path: str, *, limit_bytes: int
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Said, ...], tuple[Problem, ...]]:
    """A source's lines as they are, and repaired; what was repaired; why it cannot be read, if so."""
    text, warnings, problems = _decode(data, path, limit_bytes=limit_bytes)
    raw = text.split("\n")
    raw = raw[:-1] if raw[-1] == "" else raw
    lines = []
    for number, line in enumerate(raw, start=1):
        fixed, said = _repair(line)
        lines.append(fixed)
        warnings += [Said(number, message) for message in said]
    return tuple(raw), tuple(lines), tuple(warnings), problems


def _decode(data: bytes, path: str, *, limit_bytes: int) -> tuple[str, list[Said], tuple[Problem, ...]]:
    wide = next((name for mark, name in _WIDE if data.startswith(mark)), "")
    if wide:
        try:
            return _plain_ends(data.decode(wide)), [Said(0, "was UTF-16; written as UTF-8")], ()
        except UnicodeDecodeError:
            return "", [], (Problem(Source(path), "encoding", "not UTF-16, though it says so", "save it as UTF-8"),)
    text, problems = decode(data.replace(b"\x0c", b" "), path, limit_bytes=limit_bytes)
    if not problems or len(data) > limit_bytes or b"\0" in data:
        return text, [], problems
    try:
        return _plain_ends(data.decode("utf-8-sig")), [], ()  # it only holds characters that cannot be shown
    except UnicodeDecodeError:
        western = _western(data)
    if western is None:
        return "", [], problems
    return _plain_ends(western), [Said(0, "not UTF-8; read as Windows-1252, please look at its accents")], ()


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _western(data: bytes) -> str | None:
    """The text as Windows-1252, if it looks like a Western European language."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = [char for char in text if ord(char) > 127]
    letters = sum(char.isalpha() for char in text) or 1
    foreign = sum(char.isalpha() for char in beyond)
    is_text = all(unicodedata.category(char) not in ("Cc", "Co", "Cn") for char in beyond)
    return text if is_text and foreign / letters <= _FOREIGN else None


def _repair(line: str) -> tuple[str, list[str]]:
    """A line with mojibake undone and characters that no page can hold removed."""
    said = []
    if _SUSPICIOUS.search(line):
        fixed = ftfy.fix_encoding(line)
        if fixed != line and len(fixed.splitlines()) <= 1:
            before, after = next(_differences(line, fixed))
            said.append(f"repaired '{before}' to '{after}'")
            line = fixed
    for pattern in (UNSHOWN, _CONTROL):
        if found := pattern.search(line):
            said.append(f"removed a character that cannot be shown, U+{ord(found[0]):04X}")
            line = pattern.sub(" ", line)
    return line, said


def _differences(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The words around the first difference."""
    old, new = before.split(), after.split()
    yield from ((a, b) for a, b in zip(old, new, strict=False) if a != b)
    yield before[:40], after[:40]
