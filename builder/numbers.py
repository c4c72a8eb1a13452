"""Numbers of runs in plain text: marked where they stand, and written once it is known what the runs gave."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from builder.kept import Kept
from builder.model import Backlink, Decision, Document, Library, Mention, ReadingItem, RunRecord, TimelineItem
from builder.parse.names import is_marked, mark, say

UNKNOWN = "n/a"


def write_number(record: RunRecord | None, metric: str, spec: str) -> str:
    """Format a metric of a run, as in `{{name.metric:.1%}}`; `n/a` where nothing is recorded yet.

    A format that no number takes is reported by builder.claims.
    """
    if record is None or metric not in record.metrics:
        return UNKNOWN
    try:
        return format(record.metrics[metric], spec)
    except ValueError:
        return f"{record.metrics[metric]:g}"


def with_numbers(library: Library, decisions: Iterable[Decision], kept: Kept) -> Library:
    """The library, with numbers in summaries, in remarks, and in the sentences around links.

    As long as a document and the numbers in it are the same, the same object comes back.
    """
    first = {(one.document.url, one.call.name): one.shown for one in decisions if one.state == 0}
    texts: dict[str, _Text] = {}
    for document in (*library.documents, *library.years.values()):
        if document.values:
            runs = [first.get((document.url, value.name)) for value in document.values]
            numbers = tuple(write_number(run, v.metric, v.format) for run, v in zip(runs, document.values, strict=True))
            make = partial(_Text.of, document, numbers)
            texts[document.url] = kept.once(("numbers", document.url), (document, numbers), make)
    return _Written(texts).library(library) if texts else library


@dataclass(frozen=True, slots=True)
class _Text:
    """A document with its numbers, and these by what stands for them."""

    document: Document
    numbers: Mapping[str, str]

    @classmethod
    def of(cls, document: Document, numbers: tuple[str, ...]) -> _Text:
        named = {value.written: number for value, number in zip(document.values, numbers, strict=True)}
        text = cls(document, named)
        return cls(text._written(numbers), named)

    def say(self, text: str) -> str:
        """A text of this document, with the numbers in it."""
        return say(text, self._number) if is_marked(text) else text

    def _number(self, form: str, target: str) -> str:
        return self.numbers.get(target, UNKNOWN) if form == "value" else mark(form, target)

    def _written(self, numbers: tuple[str, ...]) -> Document:
        document = self.document
        return replace(
            document,
            summary=self.say(document.summary),
            links=tuple(replace(link, context=self.say(link.context)) for link in document.links),
            annotations=tuple(replace(remark, text=self.say(remark.text)) for remark in document.annotations),
            names=(*document.names, *numbers),
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """Everything that shows texts of documents; `texts` has those with numbers, by url."""

    texts: Mapping[str, _Text]

    def library(self, bare: Library) -> Library:
        return replace(
            bare,
            documents=tuple(map(self._document, bare.documents)),
            years={url: self._document(document) for url, document in bare.years.items()},
            by_slug={slug: self._document(document) for slug, document in bare.by_slug.items()},
            tags={tag: tuple(map(self._document, documents)) for tag, documents in bare.tags.items()},
            items={url: self._item(item) for url, item in bare.items.items()},
            timeline=tuple(map(self._item, bare.timeline)),
            backlinks={url: tuple(map(self._backlink, found)) for url, found in bare.backlinks.items()},
            reading_list=tuple(map(self._reading, bare.reading_list)),
        )

    def _document(self, bare: Document) -> Document:
        text = self.texts.get(bare.url)
        return text.document if text is not None else bare

    def _say(self, url: str, text: str) -> str:
        return self.texts[url].say(text) if url in self.texts else text

    def _item(self, bare: TimelineItem) -> TimelineItem:
        if not is_marked(bare.summary):
            return bare
        return replace(bare, summary=self._say(bare.url.partition("#")[0], bare.summary))

    def _backlink(self, bare: Backlink) -> Backlink:
        url = bare.document.url
        if url not in self.texts:
            return bare
        return replace(bare, document=self._document(bare.document), context=self._say(url, bare.context))

    def _reading(self, bare: ReadingItem) -> ReadingItem:
        mentions = tuple(map(self._mention, bare.mentions))
        note = bare.note and self._document(bare.note)
        if note is bare.note and all(map(operator.is_, mentions, bare.mentions)):
            return bare
        return replace(bare, mentions=mentions, note=note)

    def _mention(self, bare: Mention) -> Mention:
        url = bare.document.url
        return Mention(self.texts[url].document, self._say(url, bare.context)) if url in self.texts else bare
