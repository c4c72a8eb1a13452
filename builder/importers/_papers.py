"""Publications, however they were described, as notes on the reading list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from builder.importers._single import slug_for
from builder.importers._types import Draft, Piece
from builder.papers import is_paper, paper_id
from builder.urls import slugify


@dataclass(frozen=True, slots=True)
class Publication:
    """What a reference manager knows of a publication."""

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: str = ""
    venue: str = ""
    eprint: str = ""
    doi: str = ""
    url: str = ""
    abstract: str = ""
    remark: str = ""
    tags: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """What two descriptions of one publication have in common."""
        for written in (f"arXiv:{self.eprint}" if self.eprint else "", f"doi:{self.doi}" if self.doi else "", self.url):
            if written and is_paper(paper_id(written)):
                return paper_id(written)
        return self.url or slugify(self.title)

    def draft(self, pieces: Iterable[Piece]) -> Draft:
        """A note on the publication, still to be read; `pieces` stand below its abstract."""
        said = [Piece(0, line) for text in (self.abstract, self.remark) if text for line in (text, "")]
        return Draft(
            "paper",
            slug_for(self.key, self.title),
            self.title or self.key,
            (*said, *pieces),
            "",
            self._meta(),
            (self.key, self.title),
        )

    def _meta(self) -> dict:
        scheme, _, name = self.identity.partition(":")
        known: Mapping[str, object] = {
            "authors": list(self.authors),
            "year": int(self.year) if re.fullmatch(r"[1-9]\d{3}", self.year) else None,
            "venue": self.venue,
            "arxiv": name if scheme == "arxiv" else "",
            "doi": name if scheme == "doi" else self.doi if paper_id(f"doi:{self.doi}").startswith("doi:10.") else "",
            "url": self.url if re.match(r"https?://\S+$", self.url) else "",
            "bibkey": self.key,
            "status": "to-read",
            "tags": [tag for tag in self.tags if slugify(tag)],
        }
        return {key: value for key, value in known.items() if value}
