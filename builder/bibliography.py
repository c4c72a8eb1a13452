"""What a log's own BibTeX files (`content/*.bib`) say of papers that no note describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from builder.errors import Problem, Source
from builder.kept import Kept
from builder.papers import OTHERS, paper_id, paper_url

if TYPE_CHECKING:
    from pybtex.database import Entry, Person


_LEFT, _RIGHT = re.compile(r"\\\{|\\textbraceleft\b(?:\{\})?"), re.compile(r"\\\}|\\textbraceright\b(?:\{\})?")


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication as BibTeX describes it; `id` is normalised."""

    id: str
    key: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str
    url: str


def read_bibliography(root: Path, kept: Kept) -> tuple[Mapping[str, Reference], tuple[Problem, ...]]:
    """Read every BibTeX file in content/: references by identifier, and the files that cannot be read.

    `kept` remembers what the same text said.
    """
    references: dict[str, Reference] = {}
    problems: list[Problem] = []
    files = sorted((root / "content").glob("*.bib"))
    if files:
        from pybtex.exceptions import PybtexError  # which most logs do without
    for path in files:
        name = path.relative_to(root).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            found = kept.once(("references", name), text, partial(_parse, text))
        except UnicodeDecodeError:
            problems.append(Problem(Source(name), "encoding", "not UTF-8 text", "save the file as UTF-8"))
        except PybtexError as error:
            line = getattr(error, "lineno", 0) or 0
            problems.append(
                Problem(Source(name, line), "bibtex", f"not BibTeX: {error}", "check braces and commas above")
            )
        else:
            for reference in found:
                references.setdefault(reference.id, reference)
    return references, tuple(problems)


def _parse(text: str) -> list[Reference]:
    from pybtex.database import parse_string

    return [_reference(key, entry) for key, entry in parse_string(text, "bibtex").entries.items()]


def _reference(key: str, entry: Entry) -> Reference:
    fields = entry.fields
    if "eprint" in fields:
        identifier = paper_id(fields["eprint"])
    elif "doi" in fields:
        identifier = paper_id("doi:" + fields["doi"].removeprefix("https://doi.org/"))
    else:
        identifier = paper_id(fields["url"]) if "url" in fields else f"bib:{key}"
    year = fields.get("year", "")
    venue = fields.get("booktitle") or fields.get("journal") or fields.get("publisher") or ""
    return Reference(
        id=identifier,
        key=key,
        title=_plain(fields.get("title", key)),
        authors=tuple(author_name(person, _plain) for person in entry.persons.get("author", ())),
        year=int(year) if year.isdigit() else None,
        venue=_plain(venue),
        url=fields.get("url", "") or ("" if identifier.startswith("bib:") else paper_url(identifier)),
    )


def author_name(person: Person, plain: Callable[[str], str]) -> str:
    """An author as people write the name; `plain` reads the LaTeX in it."""
    parts = [
        *person.first_names,
        *person.middle_names,
        *person.prelast_names,
        *person.last_names,
        *person.lineage_names,
    ]
    name = plain(" ".join(parts))
    return OTHERS if name == "others" else name


def _plain(latex: str) -> str:
    """LaTeX in a field as plain text. Escaped braces step aside, since the reader would drop them with the others."""
    from pybtex.richtext import Text

    aside = _LEFT.sub("\ue000", _RIGHT.sub("\ue001", latex))
    return str(Text.from_latex(aside)).replace("\ue000", "{").replace("\ue001", "}")
