"""`studylog mv`: gives an entry another slug, day or title, and every link to it the new name.

Nothing is written unless the log, read again as it would be then, links the same entries and has no new problem.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path, PurePosixPath

from builder.config import SiteConfig
from builder.errors import ConfigError, ContentError, Problem, Source, suggest
from builder.kinds import KINDS
from builder.kinds.frontmatter import SYNONYMS
from builder.library import link
from builder.model import Document, Library, Link
from builder.move.references import Move, rewrite
from builder.move.text import FileText
from builder.parse.reader import parse_text, read_entry
from builder.parse.text import decode
from builder.parse.tree import content_files
from builder.run.registry import read_demos
from builder.urls import is_safe_slug
from builder.yamltext import parse_mapping


@dataclass(frozen=True, slots=True)
class Edit:
    """A line that changes."""

    source: Source
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move does: the entry's file and address before and after, and the lines that change."""

    paths: tuple[str, str]
    urls: tuple[str, str]
    edits: tuple[Edit, ...]


def move_entry(
    config: SiteConfig,
    name: str,
    slug: str = "",
    *,
    date: dt.date | None = None,
    title: str = "",
    dry_run: bool = False,
) -> Moved:
    """Move the entry called `name`, a slug or a path. Raises BuilderError, having written nothing."""
    documents = _read_all(config)
    demos = tuple(read_demos(config.root)[0])
    before = link(documents, config, demos=demos)
    document = _find(name, documents)
    move = _plan(config, document, slug, date, title)
    texts: dict[str, FileText] = {}
    _rename_references(config, move, before, texts)
    _set_front_matter(config, move, texts, date=date, title=title)
    _rehearse(config, move, documents, before, texts, demos)
    edits = tuple(edit for path, text in sorted(texts.items()) for edit in _edits(config.root / path, path, text))
    if not dry_run:
        _write(config.root, move, texts)
    return Moved((document.source.path, move.path), (document.url, move.url), edits)


def _read_all(config: SiteConfig) -> tuple[Document, ...]:
    """Every entry, drafts and days to come included."""
    files = content_files(config.root)[0]
    return tuple(d for file in files for d in read_entry(config.root / file.name, file.kind, config).documents)


def _find(name: str, documents: tuple[Document, ...]) -> Document:
    path = name.removeprefix("./")
    paths = {path, f"content/{path}", f"content/{path}.md"}
    entries = [document for document in documents if document.kind != "year"]
    found = [d for d in entries if d.source.path in paths and not d.year_url]
    found = found or [d for d in entries if d.slug.casefold() == name.casefold()]
    found = found or [d for d in entries if PurePosixPath(d.source.path).stem == name and not d.year_url]
    if len(found) == 1:
        return found[0]
    if found:
        raise _usage(
            f"'{name}' names {len(found)} entries", "name one by its path: " + " or ".join(d.source.path for d in found)
        )
    raise _usage(f"no entry called '{name}'", suggest(name, [d.slug for d in entries]) or "give its slug or its path")


def _plan(config: SiteConfig, document: Document, slug: str, date: dt.date | None, title: str) -> Move:
    """Where an entry goes; refuses what cannot be."""
    slug, day = slug or document.slug, date or document.date
    if not is_safe_slug(slug):
        raise _usage(f"'{slug}' cannot be part of an address", "use letters, digits and hyphens")
    if document.cells:
        hint = "rename the file, add its old address to `aliases:`, and run it again"
        raise _usage("the record of a notebook is kept under its name", hint)
    if document.year_url and (date or title):
        raise _usage(
            "the day and the title of an entry of a year stand in its text", f"change them in {document.source}"
        )
    old = PurePosixPath(document.source.path)
    named = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:-.+)?", old.stem)
    stem = f"{day}-{slug}" if named else slug
    path = document.source.path if document.year_url else str(old.with_name(f"{stem}{old.suffix}"))
    if path != document.source.path and (config.root / path).exists() and path.casefold() != str(old).casefold():
        raise ContentError(Problem(Source(path), "exists", "there is such a file already", "choose another slug"))
    permalink = document.meta.permalink
    url = document.url if permalink else KINDS[document.kind].url(day, slug)
    return Move(document, slug, title or document.title, path, url)


def _text(config: SiteConfig, path: str, texts: dict[str, FileText]) -> FileText:
    if path not in texts:
        texts[path] = FileText.read(config.root / path)
    return texts[path]


def _set_front_matter(
    config: SiteConfig, move: Move, texts: dict[str, FileText], *, date: dt.date | None, title: str
) -> None:
    """Let the entry say its new slug, day and title where it said the old ones, and redirect from its old address."""
    document = move.document
    text = _text(config, document.source.path, texts)
    aliases = [alias for alias in document.meta.aliases if alias.strip("/") != move.url.strip("/")]
    aliases += [f"/{document.url}"] if move.url != document.url else []
    if document.year_url:
        own = text.own(document.source.line)
        if own is None:
            raise _usage("the front matter of the entry goes over several lines", f"set `slug:` in {document.source}")
        values = dict(parse_mapping(own, document.source).values) | {"slug": move.slug, "aliases": aliases}
        text.set_own(document.source.line, {key: value for key, value in values.items() if value})
        return
    changes: dict[str, str] = {}
    if "slug" in document.lines:
        changes["slug"] = move.slug
    if date and "date" in document.lines:
        changes["date"] = str(date)
    if title:
        changes["title"] = json.dumps(title, ensure_ascii=False)
    if aliases != list(document.meta.aliases):
        changes["aliases"] = json.dumps(aliases, ensure_ascii=False) if aliases else ""
    for key, value in sorted(changes.items(), key=lambda change: -document.lines.get(change[0], 0)):  # from below
        written = next((known for known in _spellings(key) if known in document.lines), key)
        text.set_key(written, value, document.lines)


def _rename_references(config: SiteConfig, move: Move, library: Library, texts: dict[str, FileText]) -> None:
    """Give every link to the entry its new name; no line moves. Raises ContentError for links that cannot be found."""
    url = move.document.url
    links: dict[tuple[Source, str, str], Link] = {}
    for document in (*library.documents, *library.years.values()):
        for reference in document.links:
            found = library.targets.get((document.url, reference.form, reference.target), "")
            if found.partition("#")[0] == url and move.renamed(reference) != reference.target:
                links[reference.source, reference.form, reference.target] = reference
        for key, relation in (("related", "relates"), ("follows", "follows")):
            slugs = getattr(document.meta, key, ())
            if any(library.targets.get((document.url, relation, slug)) == url for slug in slugs):
                text = _text(config, document.source.path, texts)
                text.rename_slug(document.lines[key], move.document.slug, move.slug)
    lost = [
        Problem(source, "move", f"'{reference.target}' cannot be renamed here", f"write '{move.renamed(reference)}'")
        for (source, _, _), reference in links.items()
        if not _rename(_text(config, source.path, texts), reference, move.renamed(reference))
    ]
    if lost:
        raise ContentError(*lost)


def _rename(text: FileText, reference: Link, renamed: str) -> bool:
    """Rename a link on its line, and where its address is defined; False if it is in neither place."""
    found = False
    for index in (reference.source.line - 1, *(text.definitions() if reference.form == "relative" else ())):
        changed = rewrite(text.lines[index], reference, renamed)
        found = found or changed != text.lines[index]
        text.lines[index] = changed
    return found


def _rehearse(
    config: SiteConfig, move: Move, documents: tuple[Document, ...], before: Library, texts: dict[str, FileText],
    demos: tuple[str, ...],
) -> None:  # fmt: skip
    """Read and link the log as it would be. Raises ContentError if that has problems that it has not now."""
    again = [document for document in documents if document.source.path not in texts]
    for path, text in texts.items():
        name = move.path if path == move.document.source.path else path
        kind = next(kind for kind in KINDS.values() if name.startswith(f"content/{kind.folder}/"))
        plain, problems = decode(str(text).encode(), name, limit_bytes=config.limits.notebook_bytes)
        if problems:
            raise ContentError(*problems)
        again += parse_text(plain, name, kind, config.today).documents
    after = link(again, config, demos=demos)
    known = {problem.message for problem in before.problems}
    new = [problem for problem in after.problems if problem.message not in known]
    new += [
        Problem(backlink.document.source, "move", "a link of this entry would be lost", "rename it by hand first")
        for backlink in before.backlinks.get(move.document.url, ())[len(after.backlinks.get(move.url, ())) :]
    ]
    if new:
        raise ContentError(*new)


def _edits(path: Path, name: str, text: FileText) -> Iterator[Edit]:
    """The lines of a file that change; a line that is added has nothing before it."""
    old = FileText.read(path).lines
    for tag, start, stop, first, last in SequenceMatcher(None, old, text.lines, autojunk=False).get_opcodes():
        pairs = zip_longest(old[start:stop], text.lines[first:last], fillvalue="")
        for offset, (was, now) in enumerate(pairs if tag != "equal" else ()):
            yield Edit(Source(name, first + offset + 1), was.strip(), now.strip())


def _write(root: Path, move: Move, texts: dict[str, FileText]) -> None:
    """Write every file beside its place, then put them all there; the entry's own file last, under its new name."""
    old, scratch = (
        move.document.source.path,
        {path: (root / path).with_name(f".{Path(path).name}.mv") for path in texts},
    )
    try:
        for path, text in texts.items():
            scratch[path].write_bytes(str(text).encode())
        for path in sorted(texts, key=lambda path: path == old):
            scratch[path].replace(root / path)
        if move.path != old:
            (root / old).rename(root / move.path)
    except OSError as error:
        hint = "nothing else was written" if (root / old).exists() else ""
        raise ContentError(Problem(Source(old), "cannot-write", f"cannot be moved: {error.strerror}", hint)) from None
    finally:
        for file in scratch.values():
            file.unlink(missing_ok=True)


def _spellings(key: str) -> tuple[str, ...]:
    """A key and what means the same."""
    return (key, *(theirs for theirs, ours in SYNONYMS.items() if ours == key))


def _usage(message: str, hint: str) -> ConfigError:
    return ConfigError(Problem(Source("mv"), "usage", message, hint))
