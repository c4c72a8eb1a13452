"""Front matter that every kind of entry shares, the synonyms people bring, and dates as people write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

SYNONYMS = {
    "lastmod": "updated",
    "date-modified": "updated",
    "last_modified_at": "updated",
    "summary": "description",
    "excerpt": "description",
    "redirect_from": "aliases",
    "cover": "image",
    "post_icon": "image",
    "keywords": "tags",
    "author": "authors",
}
"""Keys of other generators that mean one of ours."""

IGNORED = frozenset(
    [
        "layout",
        "author_profile",
        "comments",
        "share",
        "related_posts",
        "classes",
        "toc_label",
        "toc_sticky",
        "header",
        "sidebar",
        "published",
        "featured",
        "weight",
        "menu",
        "type",
        "id",
        "lang",
        "category_label",
        "bibliography",
        "format",
        "editor",
        "execute",
        "jupyter",
        "cssclasses",
        "publish",
    ]
)
"""Keys of other generators that mean nothing here; accepted with a note."""


_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:(?:[Tt]|\s+)(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:\.\d+)?)?\s*(?:[Zz]|UTC|[+-]\d{2}:?(?:\d{2})?)?)?",
    re.ASCII,
)


WRITE_A_DATE = "write YYYY-MM-DD"


def parse_date(value: Any) -> dt.date:
    """Read a date as written: `2023-02-24`, with or without a time and an offset. The day is the day as written."""
    if isinstance(value, dt.date):
        return dt.date(value.year, value.month, value.day)
    match = _DATE.fullmatch(str(value).strip())
    if match is None:
        written = "a list" if isinstance(value, list) else f"'{value}'"
        raise ValueError(f"{written} is not a date; {WRITE_A_DATE}")
    try:
        return dt.date(*(int(part) for part in match.groups()))
    except ValueError:
        raise ValueError(f"'{value}' is not a day of the calendar; {WRITE_A_DATE}") from None


def _words(value: Any) -> Any:
    """Accept a list, or one string separated by commas or else by spaces."""
    if isinstance(value, str):
        return [word.strip() for word in (value.split(",") if "," in value else value.split()) if word.strip()]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    return [_line(item) for item in value if item is not None and item != ""] if isinstance(value, list) else value


def _list(value: Any) -> Any:
    """Accept a list, or one string that is its only item."""
    return [value] if isinstance(value, str) else value


def _names(value: Any) -> Any:
    """Accept a list of names, or one string: separated by commas or `and`, or as BibTeX has it, `Last, First and …`."""
    if not isinstance(value, str):
        return value
    people = re.split(r"\s+and\s+", value.strip())
    if len(people) > 1 and all(person.count(",") == 1 for person in people):
        return [" ".join(reversed([part.strip() for part in person.split(",")])) for person in people]
    return [name.strip() for name in re.split(r",\s*(?:and\s+)?|\s+and\s+", value) if name.strip()]


def _line(value: Any) -> Any:
    """Text of one line; numbers are text where text is meant, so that `title: 1984` works."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return " ".join(value.split()) if isinstance(value, str) else value


_ONE = {"type": ["string", "number"]}
_SOME = {"anyOf": [_ONE, {"type": "array", "items": _ONE}]}
_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"}

Date = Annotated[dt.date, BeforeValidator(parse_date), WithJsonSchema(_DAY)]
Line = Annotated[str, BeforeValidator(_line), Field(max_length=500), WithJsonSchema({**_ONE, "maxLength": 500})]
Words = Annotated[tuple[str, ...], BeforeValidator(_words), WithJsonSchema(_SOME)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names), WithJsonSchema(_SOME)]
Strings = Annotated[tuple[str, ...], BeforeValidator(_list), WithJsonSchema(_SOME)]


class FrontMatter(BaseModel):
    """Front matter of every kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    title: Line = ""
    """The title; without one, the first heading of the body."""
    date: Date | None = None
    """The day of the entry, `YYYY-MM-DD`; a file called `YYYY-MM-DD-slug.md` has it in its name."""
    updated: Date | None = None
    """The day of the last real change (`lastmod`, `date-modified`)."""
    description: Line = ""
    """One sentence for cards, feeds and search engines (`summary`, `excerpt`)."""
    tags: Words = ()
    """Tags: a list, or words separated by commas or spaces."""
    categories: Words = ()
    """Categories of other generators; they become tags."""
    authors: Names = ()
    """Who wrote it; a list of names, or names separated by commas."""
    draft: bool = False
    """A draft appears nowhere on the site."""
    slug: Line = ""
    """The last part of the address; without one, the file's name."""
    permalink: Line = ""
    """The whole address, from the site's root."""
    aliases: Strings = ()
    """Old addresses that redirect here (`redirect_from`)."""
    image: Line = ""
    """A picture for link cards, relative to `content/`."""
    follows: Words = ()
    """Slugs of the entries that this one continues; they say so too."""
    pin: bool = False
    """Keep this entry at the top of the home page."""
    toc: bool = True
    """Show a table of contents."""
    math: bool = True
    """Read `$…$` as mathematics."""
    claims: Strings = ()
    """Sentences about metrics that must stay true, such as `first.perplexity < 100`."""
    unsafe_html: bool = False
    """Let this entry's HTML through unfiltered."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Tags and categories together."""
        return tuple(dict.fromkeys((*self.tags, *self.categories)))
