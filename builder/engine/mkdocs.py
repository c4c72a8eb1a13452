"""MkDocs 1.6 with Material, the engine that studylog is made for: only pages whose staged bytes changed are rendered.

The HTML of a page depends on its staged bytes and on one fingerprint of the site. Pages that are in the ledger with
both are taken from there; the rest is split over processes. What is about all pages is merged from all.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from builder import check
from builder.check.facts import NO_FACTS, facts_of, parse_facts
from builder.engine import Engine, Rendered, SiteFile
from builder.engine._ledger import EMPTY_SEARCH, FOLDER, SEARCH, Ledger, Record
from builder.engine._merge import in_walking_order, merge_search, sitemap
from builder.kept import code_digest, digest
from builder.shelf import machine_key
from builder.stage import fingerprint_in

if TYPE_CHECKING:
    from builder.engine.workers import Workers
    from builder.kept import Kept
    from builder.stage import Staged

LIBRARIES = ("mkdocs", "mkdocs-material", "markdown", "jinja2", "selectolax")


def available() -> bool:
    """Tell whether MkDocs and Material are installed."""
    return find_spec("mkdocs") is not None and find_spec("material") is not None


def render(staged: Staged, workers: Workers) -> Rendered:
    """Render what changed, and take the rest from the last time."""
    ledger, fingerprint = Ledger(staged.folder / FOLDER, staged.kept.seen), fingerprint_of(staged.fingerprint)
    known = staged.kept.memory("rendered").get(fingerprint) or ledger.read(fingerprint)
    pages = {path: own for path, own in staged.files.items() if path.endswith(".md")}
    frame = {path: record for path, record in known.items() if not record.staged}
    frame = frame if all(ledger.has(record.digest) for record in frame.values()) else {}
    made_of_the_same = {
        path: record
        for path, own in pages.items()
        if (record := known.get(html_path(path))) is not None and record.staged == own
    }
    reused: dict[str, Record] = {}

    def verify() -> None:
        reused.update((path, record) for path, record in made_of_the_same.items() if ledger.has(record.digest))

    def make(paths: Iterable[str], meanwhile: Callable[[], object]) -> list[Record]:
        sizes = {path: (staged.folder / "docs" / path).stat().st_size for path in paths}
        if not sizes and frame:
            meanwhile()
            return []
        return workers.render(staged, sizes, ledger=ledger, mark=fingerprint, frame=not frame, meanwhile=meanwhile)

    new = make(pages.keys() - made_of_the_same.keys(), meanwhile=verify)
    frame |= {record.path: record for record in new if not record.staged}
    new += make(made_of_the_same.keys() - reused.keys(), meanwhile=lambda: None)  # what is damaged
    rendered = {record.path: record for record in new if record.staged}
    order = staged.kept.once("order", list(pages), lambda: in_walking_order(pages))
    by_page = {path: reused.get(path) or rendered[html_path(path)] for path in order}
    static = _static_records(staged, known)
    files = _files(staged, ledger, frame.values(), static.values(), by_page)
    _keep([*frame.values(), *static.values(), *by_page.values()], files, ledger, fingerprint, staged.kept)
    return Rendered(files, rendered=len(rendered), reused=len(reused))


def _keep(records: list[Record], files: Mapping[str, SiteFile], ledger: Ledger, fingerprint: str, kept: Kept) -> None:
    """Remember what was rendered, and have nothing else kept."""
    rendered = kept.memory("rendered")
    rendered.clear()
    rendered[fingerprint] = {record.path: record for record in records}
    wanted = {*(file.digest for file in files.values()), *(record.digest for record in records)}
    kept.afterwards(lambda: ledger.write(records, fingerprint))
    kept.afterwards(lambda: ledger.prune(wanted))


def prepare(folder: Path, workers: Workers) -> None:
    """Have the settings and the theme that were staged last time loaded, if they are still what they were.

    Settings may say what code to run: only those are loaded whose fingerprint nobody can have written but this machine.
    """
    if not workers.are_waiting:
        return
    ledger, settings = Ledger(folder / FOLDER), folder / "mkdocs.yml"
    try:
        fingerprint = fingerprint_of(fingerprint_in(folder))
    except OSError:
        return
    if ledger.fingerprint() == fingerprint:
        workers.prepare(settings, ledger=ledger, mark=fingerprint)


def fingerprint_of(staged: str) -> str:
    """What every page depends on besides its own bytes: settings and theme, this code, whose code it uses, this machine."""
    code = code_digest(Path(__file__).parent, Path(check.__file__).parent, *LIBRARIES)
    return digest(staged, code, platform.python_version(), machine_key())


def html_path(page: str) -> str:
    """The file of the site that a staged page becomes."""
    return page.removesuffix(".md") + ".html"


def _static_records(staged: Staged, known: Mapping[str, Record]) -> dict[str, Record]:
    """Files that the engine would only copy: their facts, found out once for the same bytes."""
    records = {}
    for path, own in staged.files.items():
        if not path.endswith(".md"):
            record = known.get(path)
            if record is None or record.digest != own:
                data = (staged.folder / "docs" / path).read_bytes()
                record = Record(path, own, own, facts_of(path, data).as_json())
            records[path] = record
    return records


def _files(
    staged: Staged, ledger: Ledger, frame: Iterable[Record], static: Iterable[Record], pages: Mapping[str, Record]
) -> dict[str, SiteFile]:
    """Every file of the site by path; what the log brings goes before what the theme brings."""

    described = staged.kept.memory("files")

    def file(record: Record, folder: Path | None = None) -> SiteFile:
        before, found = described.get(record.path, (None, None))
        if before is not record:
            source = folder / record.path if folder else ledger.blob(record.digest)
            found = SiteFile(source, record.digest, parse_facts(record.facts))
            described[record.path] = record, found
        return found

    files = {record.path: file(record) for record in frame}
    empty = files.pop(EMPTY_SEARCH)
    files |= {record.path: file(record, staged.folder / "docs") for record in static}
    files |= {record.path: file(record) for record in pages.values()}
    search = [empty.digest, *(record.search for record in pages.values())]
    canonicals = [staged.fingerprint, *(files[record.path].facts.canonical for record in pages.values())]
    about_all = {
        SEARCH: staged.kept.once(SEARCH, search, lambda: merge_search(empty.source.read_bytes(), search[1:])),
        **staged.kept.once(
            "sitemap", canonicals, lambda: sitemap(staged.folder / "theme" / "sitemap.xml", canonicals[1:])
        ),
    }
    for path, data in about_all.items():
        kept = ledger.keep(data)
        files[path] = SiteFile(ledger.blob(kept), kept, NO_FACTS)
    return files


ENGINE = Engine("mkdocs", available, render, "pip install mkdocs-material", prepare)
