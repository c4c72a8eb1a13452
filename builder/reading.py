"""The reading list: derived from paper notes and from links, never typed twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from builder.bibliography import Reference
from builder.kept import Kept
from builder.model import Document, Link, Mention, ReadingItem
from builder.papers import OTHERS, is_paper, paper_id, paper_url

_BARE = re.compile(r"^(?:https?://|www\.|arxiv|pdf$|paper$|here$|link$|doi\b|\d{4}(?:\.\d{4,5})?$)", re.IGNORECASE)


def make_reading_list(
    documents: Sequence[Document],
    targets: Mapping[tuple[str, str, str], str],
    references: Mapping[str, Reference],
    kept: Kept,
) -> tuple[ReadingItem, ...]:
    """Collect everything there is to read, last mentioned first.

    An item exists because a paper note describes it or because some entry links to it. What was typed in a note wins
    over what the log's BibTeX files say, and that over what was inferred from a link.
    """
    notes = {identities(note)[0]: note for note in reversed(documents) if note.kind == "paper"}
    known = {other: identifier for identifier, note in notes.items() for other in (*identities(note), note.url)}
    mentions: dict[str, list[Mention]] = defaultdict(list)
    labels: dict[str, str] = {}
    known = kept.once("known papers", known, lambda: known)
    for document in documents:
        addresses = [_address(document, link, targets) for link in document.links]
        make = partial(_mentions, document, addresses, known)
        for identifier, label, mention in kept.once(("papers", document.url), (document, addresses, known), make):
            labels[identifier] = labels.get(identifier) or label
            if not mentions[identifier] or mentions[identifier][-1].document is not document:
                mentions[identifier].append(mention)
    items = [
        _noted(identifier, notes[identifier], references.get(identifier), mentions[identifier])
        if identifier in notes
        else _linked(identifier, references.get(identifier), mentions[identifier], labels[identifier])
        for identifier in {*notes, *mentions}
    ]
    return tuple(sorted(items, key=lambda item: (_last_seen(item), item.id), reverse=True))


def identities(note: Document) -> tuple[str, ...]:
    """The identifiers of the paper that a note describes, best first; one without any is known by its note."""
    meta = note.meta
    doi = f"doi:{meta.doi}" if meta.doi.startswith("10.") else meta.doi
    return tuple(dict.fromkeys(paper_id(written) for written in (meta.arxiv, doi, meta.url, meta.pdf) if written)) or (
        f"note:{note.slug}",
    )


def short_reference(item: ReadingItem) -> str:
    """A paper as a citation calls it: `Vaswani et al. 2017`; empty if nobody knows its authors."""
    known = [author for author in item.authors if author != OTHERS]
    names = [author.split(",")[0] if "," in author else author.split()[-1] for author in known]
    all_of_few = len(names) <= 2 and len(known) == len(item.authors)
    who = " and ".join(names) if all_of_few or not names else f"{names[0]} {OTHERS}"
    return f"{who} {item.year}" if who and item.year else who


def _address(document: Document, link: Link, targets: Mapping[tuple[str, str, str], str]) -> str:
    """Where a link leads; empty if nowhere."""
    return link.target if link.form == "url" else targets.get((document.url, link.form, link.target), "")


def _mentions(document: Document, addresses: Sequence[str], known: Mapping[str, str]) -> list[tuple[str, str, Mention]]:
    """What a document refers to of what there is to read: identifier, label, mention.

    `addresses` are those of its links; `known` has papers with a note by identifier or address of the note.
    """
    found = []
    for link, address in zip(document.links, addresses, strict=True):
        identifier = known.get(address.partition("#")[0])
        if identifier is None and address:
            written = paper_id(address)
            is_reference = is_paper(written) or link.form == "cite"
            identifier = known.get(written) or (written if is_reference else None)
        if identifier is not None and known.get(document.url) != identifier:
            found.append((identifier, _label(link), Mention(document, link.context)))
    return found


def _label(link: Link) -> str:
    """A link's text, when it says more than its address."""
    text = " ".join(link.text.split())
    return "" if not text or _BARE.match(text) else text


def _in_order(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Mentions, first mention first."""
    return tuple(sorted(mentions, key=lambda m: (str(m.document.date or ""), m.document.url)))


def _linked(identifier: str, reference: Reference | None, mentions: Sequence[Mention], label: str) -> ReadingItem:
    """An item that entries only refer to."""
    return ReadingItem(
        id=identifier,
        title=reference.title if reference else label or identifier.replace("arxiv:", "arXiv:"),
        authors=reference.authors if reference else (),
        year=reference.year if reference and reference.year else _year(identifier),
        venue=reference.venue if reference else "",
        url=reference.url if reference else paper_url(identifier),
        status="to-read",
        rating=None,
        mentions=_in_order(mentions),
        note=None,
        bibkey=reference.key if reference else re.sub(r"\W+", "-", identifier),
    )


def _noted(identifier: str, note: Document, reference: Reference | None, mentions: Sequence[Mention]) -> ReadingItem:
    """An item that a paper note describes."""
    meta = note.meta
    return ReadingItem(
        id=identifier,
        title=note.title,
        authors=meta.authors or (reference.authors if reference else ()),
        year=meta.year or (reference.year if reference else None) or _year(identifier),
        venue=meta.venue or (reference.venue if reference else ""),
        url=meta.url or ("" if identifier.startswith("note:") else paper_url(identifier)),
        status=meta.status,
        rating=meta.rating,
        mentions=_in_order(mentions),
        note=note,
        bibkey=meta.bibkey or (reference.key if reference else note.slug),
    )


def _year(identifier: str) -> int | None:
    """The year that a new-style arXiv number tells."""
    found = re.match(r"arxiv:(\d\d)(\d\d)\.", identifier)
    return 2000 + int(found[1]) if found else None


def _last_seen(item: ReadingItem) -> str:
    days = [str(m.document.date) for m in item.mentions if m.document.date]
    if item.note is not None:
        days += [str(day) for day in (item.note.date, item.note.meta.finished, item.note.meta.started) if day]
    return max(days, default="")
