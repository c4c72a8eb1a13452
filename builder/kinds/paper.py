"""Notes on papers and books."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from builder.kinds import Kind
from builder.kinds.frontmatter import Date, FrontMatter, Line, Words


class PaperFrontMatter(FrontMatter):
    """Front matter of a paper note."""

    year: Annotated[int | None, Field(ge=1000, le=9999)] = None
    """The year it was published."""
    venue: Line = ""
    """Where it was published."""
    arxiv: Annotated[str, BeforeValidator(lambda v: f"{v:.5f}" if isinstance(v, float) else str(v))] = ""
    """Its arXiv number, such as `1706.03762`; an arXiv address works too."""
    doi: Line = ""
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
