"""What entries and papers are called where a reference has no text of its own, in links and in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from builder.kept import Kept
from builder.model import Document, Mention, ReadingItem
from builder.parse.names import in_words, is_marked, mark, name_of, say
from builder.reading import short_reference


def titles_of(documents: Iterable[Document], reading_list: Iterable[ReadingItem]) -> Mapping[str, str]:
    """What to call an address in a link that has no text of its own, and `cite:ADDRESS` in a citation."""
    titles = {document.url: document.title for document in documents}
    for item in reading_list:
        address = item.note.url if item.note is not None else item.url
        titles.setdefault(address, item.title)
        if item.authors:
            titles[f"cite:{address}"] = short_reference(item)
    return titles


@dataclass(frozen=True, slots=True)
class Names:
    """Puts names into plain text. `targets` and `titles` are those of the library.

    As long as a document and the names in it are the same, the same object comes back.
    """

    targets: Mapping[tuple[str, str, str], str]
    titles: Mapping[str, str]
    kept: Kept

    def in_document(self, document: Document) -> Document:
        """The document, with names in its summary, in its remarks, and in the sentences around its links."""
        bare = [link for link in document.links if link.form in ("wiki", "cite") and not link.text]
        names = tuple(self._name(document.url, link.form, link.target) for link in bare)
        if not names:
            return document
        make = partial(self._say_all, document, names)
        return self.kept.once(("said", document.url), (document, names), make)

    def in_item(self, item: ReadingItem, said: Mapping[str, Document]) -> ReadingItem:
        """The item, with names in the sentences that mention it. said: the documents with theirs, by url."""
        named = [said[mention.document.url] for mention in item.mentions], item.note and said[item.note.url]
        return self.kept.once(("reading", item.id), (item, named), partial(self._say_item, item, *named))

    def _say_item(self, item: ReadingItem, named: list[Document], note: Document | None) -> ReadingItem:
        mentions = (
            Mention(document, self._say(mention.document, mention.context))
            for document, mention in zip(named, item.mentions, strict=True)
        )
        return replace(item, mentions=tuple(mentions), note=note)

    def _say_all(self, document: Document, names: tuple[str, ...]) -> Document:
        links = tuple(
            replace(link, context=self._say(document, link.context)) if is_marked(link.context) else link
            for link in document.links
        )
        remarks = tuple(replace(remark, text=self._say(document, remark.text)) for remark in document.annotations)
        summary = self._say(document, document.summary)
        return replace(document, summary=summary, links=links, annotations=remarks, names=names)

    def _say(self, document: Document, text: str) -> str:
        return say(text, partial(self._name, document.url)) if is_marked(text) else text

    def _name(self, url: str, form: str, target: str) -> str:
        """What to call what a document at `url` refers to; the numbers of its runs are not known yet."""
        if form == "value":
            return mark(form, target)
        return name_of(self.titles, form, self.targets.get((url, form, target), "")) or in_words(form, target)
