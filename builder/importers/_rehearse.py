"""A trial before anything is written: the log is read and linked as it would be, and what would not hold is mended."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from builder.config import SiteConfig
from builder.errors import Problem
from builder.importers._compose import body_line, compose, header_keys
from builder.importers._links import Reference, rewrite
from builder.importers._map import Anchors
from builder.importers._place import Placed
from builder.importers._types import Draft, Piece
from builder.library import link
from builder.model import Document
from builder.parse import read_content
from builder.parse.mathematics import math_error

_ROUNDS = 6
_FORMULA = re.compile(r"(?<![\\$])(\${1,2})(?!\$)([^$\n]+?)\1(?!\$)")
_QUOTED = re.compile(r"(\b(?:href|src)\s*=\s*)([\"'])(.*?)\2", re.IGNORECASE)


def rehearse(config: SiteConfig, entries: Sequence[Placed], assets: Iterable[str]) -> tuple[list[Placed], list[str]]:
    """Mend entries until the log would build with them; returns them, and what was done.

    The trial is a copy of the log's text in a temporary folder; other files only exist there, empty.
    """
    warnings: list[str] = []
    current = list(entries)
    with tempfile.TemporaryDirectory(prefix="studylog-import-") as folder:
        root = Path(folder)
        _copy(config.root, root, assets)
        trial = config.model_copy(update={"root": root})
        demos = [path.stem for path in (config.root / "demos").glob("*.py")]
        for _ in range(_ROUNDS):
            for placed in current:
                _write(root / placed.path, compose(placed.draft))
            documents, problems = read_content(trial)
            library = link(documents, trial, demos=demos)
            wrong: dict[str, list[Problem]] = {}
            ours = {placed.path for placed in current}
            for problem in (*problems, *library.problems):
                path = problem.source.path
                if path not in ours and problem.code in ("duplicate-paper", "duplicate-address"):
                    path = next((own for own in ours if f" {own} " in problem.message), path)
                if problem.severity != "note":
                    wrong.setdefault(path, []).append(problem)
            twice = {d.source.path: ids for d in documents if (ids := _ids_given_twice(d))}
            mended = [_mend(p, wrong.get(p.path, []), twice.get(p.path, set()), warnings) for p in current]
            if mended == current:
                break
            current = mended
    warnings += [
        f"{p.source}: {p.message}"
        for path, found in wrong.items()
        for p in found
        if path in ours or p.code == "ambiguous-link"
    ]
    return current, list(dict.fromkeys(warnings))


def _copy(source: Path, root: Path, assets: Iterable[str]) -> None:
    for path in sorted((source / "content").rglob("*")):
        if path.is_file() and not path.is_symlink():
            is_text = path.suffix.lower() in (".md", ".markdown", ".bib")
            _write(root / path.relative_to(source), path.read_bytes() if is_text else b"")
    for asset in assets:
        _write(root / asset, b"")


def _write(path: Path, data: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def _ids_given_twice(document: Document) -> set[str]:
    """Ids of raw HTML that another element of the page has too."""
    seen = {heading.slug for heading in document.headings}
    return {name for index, name in enumerate(document.anchors) if name in seen or name in document.anchors[:index]}


def _mend(placed: Placed, problems: list[Problem], twice: set[str], warnings: list[str]) -> Placed:
    """An entry without what is wrong with it, as far as that can be taken out."""
    draft = placed.draft
    first = body_line(draft)
    in_front = [problem for problem in problems if problem.source.line < first]
    keys = header_keys(draft)
    for problem in in_front:
        if problem.code == "duplicate-paper":
            draft = replace(draft, meta={**draft.meta, "draft": True})
        elif problem.source.line > 1:
            name = keys[problem.source.line - 2][0] if problem.source.line - 2 < len(keys) else ""
            draft = replace(draft, meta={key: value for key, value in draft.meta.items() if key != name})
    in_body: dict[str, dict[int, str]] = {}
    for problem in problems:
        if problem not in in_front:
            lines = in_body.setdefault(problem.code if problem.code in {*_SIMPLE, "footnote"} else "", {})
            index = problem.source.line - first
            lines[index] = f"{lines.get(index, '')} {problem.message}"
    for code, lines in in_body.items():
        draft = _mend_lines(draft, code, lines)
    for name in twice:
        draft = _without_id(draft, name)
    if draft != placed.draft:
        for problem in problems:
            line = problem.source.line - first
            at = placed.draft.body[line].line if 0 <= line < len(placed.draft.body) else 0
            done = (
                "kept as a draft, to be merged" if problem.code == "duplicate-paper" else "taken out or shown as text"
            )
            warnings.append(f"{placed.page.path}{f':{at}' if at else ''}: {problem.message}; {done}")
    return replace(placed, draft=draft)


def _mend_lines(draft: Draft, code: str, problems: dict[int, str]) -> Draft:
    """Mend lines of the body that have problems of one code; links and the like have none."""
    if code == "dense":
        fence = "`" * (max((len(m) for m in re.findall(r"`+", draft.text)), default=2) + 3)
        return replace(draft, body=(Piece(0, fence + "text"), *draft.body, Piece(0, fence)))
    if code == "footnote":
        names = re.findall(r"no footnote '(.*?)'(?: |$)", " ".join(problems.values()))
        missing = re.compile("|".join(rf"(?<!\\)\[\^{re.escape(name)}\]" for name in names))
        return _on_lines(draft, set(problems), lambda text: missing.sub(lambda note: f"\\{note[0]}", text))
    if code:
        mended = _on_lines(draft, set(problems), _SIMPLE[code])
        tried = any("`$" in draft.body[line].text for line in problems if 0 <= line < len(draft.body))
        is_stuck = code == "math" and (mended == draft or tried)
        return replace(draft, meta={**draft.meta, "math": False}) if is_stuck else mended
    near = {line: message for index, message in problems.items() for line in (index - 1, index, index + 1)}
    near |= problems
    named = _neutral(draft, lambda ref: bool(_name(ref)) and _name(ref) in near.get(ref.line, ""))
    left = {line for line in near if 0 <= line < len(draft.body) and named.body[line] == draft.body[line]}
    left = {
        line
        for index in problems
        if {index - 1, index, index + 1} & set(range(len(draft.body))) <= left
        for line in (index - 1, index, index + 1)
    }
    loose = (
        _neutral(named, lambda ref: ref.line in left and not re.match(r"(?i)[a-z]+:", ref.target)) if left else named
    )
    return (
        loose
        if loose != draft
        else _on_lines(draft, left & set(problems), lambda text: _QUOTED.sub(r"\1&quot;\3&quot;", text))
    )


def _name(reference: Reference) -> str:
    """What a problem calls a reference."""
    target = reference.target.partition("?")[0]
    path, _, fragment = target.partition("#")
    return fragment or path


def _as_code(match: re.Match[str]) -> str:
    return f"`{match[0]}`" if math_error(match[2], display=len(match[1]) > 1) else match[0]


def _on_lines(draft: Draft, lines: set[int], change: Callable[[str], str]) -> Draft:
    body = tuple(Piece(p.line, change(p.text)) if n in lines else p for n, p in enumerate(draft.body))
    return replace(draft, body=body)


_SIMPLE: dict[str, Callable[[str], str]] = {
    "dense": lambda text: text,
    "math": lambda text: _FORMULA.sub(_as_code, text),
    "value": lambda text: re.sub(r"\{\{[^{}]*\}\}", lambda m: f"`{m[0]}`", text),
    "demo-fence": lambda text: re.sub(r"^(\W*)demo\b", r"\1text", text),
    "annotation": lambda text: text.replace("[!annotation", "[!note"),
}
"""What to do with a line that has a problem of a code."""


def _neutral(draft: Draft, is_meant: Callable[[Reference], bool]) -> Draft:
    """References as plain text."""

    def change(reference: Reference) -> str | None:
        if not is_meant(reference):
            return None
        shown = reference.target.replace("`", "")
        if reference.form == "cite":
            return "\\" + reference.whole
        if reference.form in ("wiki", "embed"):
            return reference.text or reference.target
        if reference.form == "definition":
            return f"\\[{reference.text}\\]: `{shown}` {reference.title}".rstrip()
        if reference.form == "image":
            return f"*{reference.text or 'picture'}* (`{shown}`)"
        if reference.form == "href":
            return reference.whole.replace(reference.text, f'title="{reference.target}"', 1)
        return f"<code>{shown}</code>" if reference.form == "src" else reference.text

    text = rewrite(draft.text, change).split("\n")
    if len(text) != len(draft.body):
        return draft
    return replace(draft, body=tuple(Piece(p.line, new) for p, new in zip(draft.body, text, strict=True)))


def _without_id(draft: Draft, name: str) -> Draft:
    """Leave an id to the first element that has it; a heading's own anchor comes before all."""
    pattern = re.compile(rf"\s\bid\s*=\s*([\"']?){re.escape(name)}\1(?=[\s>/])", re.IGNORECASE)
    first = None if name in Anchors.of(draft).headings.values() else pattern.search(draft.text)
    line = draft.text.count("\n", 0, first.start()) if first else -1
    pieces = []
    for index, piece in enumerate(draft.body):
        found = pattern.search(piece.text) if index == line else None
        kept = found.end() if found else 0
        pieces.append(Piece(piece.line, piece.text[:kept] + pattern.sub("", piece.text[kept:])))
    return replace(draft, body=tuple(pieces))
