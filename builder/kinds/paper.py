"""Notes on papers and books."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from builder.kinds import Kind
from builder.kinds.frontmatter import Date, FrontMatter, Line, Words
from builder.papers import paper_id


def _arxiv(value: str) -> str:
    if value and not paper_id(value).startswith("arxiv:"):
        raise ValueError(f"'{value}' is not an arXiv number; write it like 1706.03762")
    return value


def _doi(value: str) -> str:
    if value and not paper_id(value).startswith(("doi:", "arxiv:")):
        raise ValueError(f"'{value}' is not a DOI; write it like 10.1000/182")
    return value


class PaperFrontMatter(FrontMatter):
    """Front matter of a paper note."""

    year: Annotated[int | None, Field(ge=1000, le=9999)] = None
    """The year it was published."""
    venue: Line = ""
    """Where it was published."""
    arxiv: Annotated[Line, AfterValidator(_arxiv)] = ""
    """Its arXiv number, such as `1706.03762`; an arXiv address works too."""
    doi: Annotated[Line, AfterValidator(_doi)] = ""
    """Its DOI, such as `10.1000/182`."""
    url: Line = ""
    """Its address, when it has neither."""
    pdf: Line = ""
    """The address of its PDF."""
    bibkey: Line = ""
    """The key of its BibTeX entry; without one, the slug."""
    status: Literal["to-read", "reading", "read", "noted", "abandoned"] = "noted"
    """How far the reading has come."""
    started: Date | None = None
    """The day the reading began."""
    finished: Date | None = None
    """The day it ended."""
    rating: Annotated[int | None, Field(ge=1, le=5)] = None
    """1 to 5."""
    related: Words = ()
    """Slugs of related entries."""
    demos: Words = ()
    """Names of demos that illustrate it."""


KIND = Kind(
    name="paper",
    plural="Papers",
    folder="papers",
    meta=PaperFrontMatter,
    dated=False,
    url=lambda date, slug: f"papers/{slug}/",
    index_url="papers/",
    skeleton="## What it claims\n\n## How\n\n## What convinced me\n\n## What I doubt\n",
)
