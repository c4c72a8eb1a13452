"""What passes between the parts of an import: pages as numbered lines, drafts made of those lines, readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.model import Json

MARKDOWN = (".md", ".markdown", ".mdx", ".qmd", ".rmd")


@dataclass(frozen=True, slots=True)
class OldSite:
    """Where pages come from: the folder that their addresses count from, and what made a site of it."""

    root: Path
    flavour: str = "plain"  # jekyll, hugo, zola, obsidian, logseq or plain
    address: str = ""  # such as https://example.org, without the last slash
    base: str = ""  # what stands before every path of its addresses, such as /notes
    permalinks: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # patterns of addresses, by section; "" for all


@dataclass(frozen=True, slots=True)
class Page:
    """A source. `raw` are its lines as in the file, `lines` the same lines with their encoding repaired."""

    path: Path
    raw: tuple[str, ...]
    lines: tuple[str, ...]
    site: OldSite
    year: int | None
    today: dt.date

    @property
    def text(self) -> str:
        """The whole text, repaired."""
        return "\n".join(self.lines)

    @property
    def place(self) -> str:
        """The page's path below the root of its site, with `/`."""
        inside = self.path.is_relative_to(self.site.root)
        return (self.path.relative_to(self.site.root) if inside else Path(self.path.name)).as_posix()


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a draft and the line of the source that it comes from; 0 for a blank one, or one the importer added."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something to tell about a line of a source; 0 means the source as a whole."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be. Its body is made of numbered lines, so that the ledger need not count anything twice."""

    kind: str
    slug: str
    title: str
    body: tuple[Piece, ...]
    date: str = ""
    meta: Mapping[str, Json] = field(default_factory=dict)  # front matter beside title and date
    names: tuple[str, ...] = ()  # what wikilinks call it
    anchors: tuple[str, ...] = ()  # anchors of the source that lead to the draft as a whole
    addresses: tuple[str, ...] = ()  # where it was on the old site
    files: Mapping[str, bytes] = field(
        default_factory=dict
    )  # pictures that were inside the source, by `attachment:name`

    @property
    def lines(self) -> frozenset[int]:
        """The lines of the source that are in the body."""
        return frozenset(piece.line for piece in self.body if piece.line)

    @property
    def text(self) -> str:
        """The body as text."""
        return "\n".join(piece.text for piece in self.body)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an importer made of a page. Lines that are neither in a draft, nor named here, must be blank."""

    drafts: tuple[Draft, ...]
    metadata: frozenset[int] = frozenset()
    dropped: Mapping[int, str] = field(default_factory=dict)  # line -> reason
    warnings: tuple[Said, ...] = ()
    questions: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """A source format. `accepts` looks at a page; `read` makes drafts of it; `suffixes` are its files."""

    name: str
    accepts: Callable[[Page], bool]
    read: Callable[[Page], Reading]
    suffixes: tuple[str, ...] = MARKDOWN
    order: int = 50  # importers that accept fewer pages are asked first


@dataclass(slots=True)
class Body:
    """A page's lines on their way into drafts, with what was taken out of them."""

    pieces: list[Piece]
    metadata: set[int] = field(default_factory=set)
    dropped: dict[int, str] = field(default_factory=dict)
    warnings: list[Said] = field(default_factory=list)
    questions: list[Said] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as text."""
        return "\n".join(piece.text for piece in self.pieces)

    def warn(self, line: int, message: str) -> None:
        """Tell something about a line."""
        self.warnings.append(Said(line, message))

    def ask(self, line: int, question: str) -> None:
        """Ask what cannot be known from the source."""
        self.questions.append(Said(line, question))

    def drop(self, indexes: Iterable[int], reason: str) -> None:
        """Take out the pieces at some indexes; blank ones just go."""
        gone = set(indexes)
        for index in gone:
            piece = self.pieces[index]
            if piece.line:
                self.dropped[piece.line] = reason
        self.pieces = [piece for index, piece in enumerate(self.pieces) if index not in gone]

    def drop_line(self, piece: Piece, reason: str) -> None:
        """Note that a line is left out; a blank one needs no reason."""
        if piece.line:
            self.dropped[piece.line] = reason

    def use(self, indexes: Iterable[int]) -> None:
        """Take out the pieces at some indexes, whose meaning went into the front matter."""
        gone = set(indexes)
        self.metadata.update(self.pieces[index].line for index in gone if self.pieces[index].line)
        self.pieces = [piece for index, piece in enumerate(self.pieces) if index not in gone]

    def reading(self, drafts: Iterable[Draft]) -> Reading:
        """The result, once drafts are made of the pieces."""
        drafts = tuple(drafts)
        used = frozenset().union(*(draft.lines for draft in drafts)) if drafts else frozenset()
        dropped = {line: reason for line, reason in self.dropped.items() if line not in used}
        metadata = frozenset(self.metadata - used - set(dropped))
        return Reading(drafts, metadata, dropped, tuple(self.warnings), tuple(self.questions))
