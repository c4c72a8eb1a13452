"""Feeds: Atom and JSON Feed 1.1, of the whole log and of the kinds that have one; full content, dates from the content."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from xml.sax.saxutils import escape, quoteattr

from builder.kinds import KINDS
from builder.model import DemoCall, Document, Json, StaticFile
from builder.outputs._escape import plain
from builder.pages import PageMaker, Site
from builder.pages._body import render_body
from builder.pages._questions import Questions, is_made_anew, questions_of
from builder.pages._runs import state_text
from builder.urls import relative

FEEDS = ("log", "paper", "post")  # kinds with a feed of their own
ENTRIES = 30
RESULT_CHARACTERS = 500  # of what a demo showed
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINK = re.compile(r'(?<=[\s<])(href|src|poster)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class _Feed:
    """One feed: its directory from the site's root, its title, its entries newest first, each with its HTML."""

    folder: str
    title: str
    documents: Mapping[Document, str]


def make(site: Site) -> Iterator[StaticFile]:
    """Make `feed.xml` and `feed.json`, at the root and under each kind that has a feed."""
    questions, title, kinds = questions_of(site), site.config.title, [KINDS[name] for name in FEEDS]
    feeds = [("", title, site.library.documents)]
    feeds += [(kind.index_url, f"{title}: {kind.plural}", site.of_kind(kind.name)) for kind in kinds]
    for folder, name, documents in feeds:
        latest = _latest(documents)
        if any(map(is_made_anew, latest)):
            yield from _files(questions, site, folder, name, latest)
        else:
            yield from questions.part(f"{folder}feed", (folder, name, latest), partial(_files, questions))


def _files(questions: Questions, site: Site, folder: str, name: str, documents: Iterable[Document]) -> list[StaticFile]:
    contents = {
        document: _content(site, folder, document)
        if is_made_anew(document)
        else questions.part(f"{folder}feed {document.url}", (folder, document), _content)
        for document in documents
    }
    feed = _Feed(folder, name, contents)
    text = json.dumps(_json_feed(site, feed), ensure_ascii=False, indent=1)
    return [
        StaticFile(f"{folder}feed.xml", _NOT_XML.sub("", _atom(site, feed)).encode()),
        StaticFile(f"{folder}feed.json", text.encode() + b"\n"),
    ]


def _latest(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The newest entries that have a date."""
    dated = [document for document in documents if document.date is not None]
    return tuple(sorted(dated, key=lambda document: (document.date, document.url), reverse=True)[:ENTRIES])


def _address(site: Site, folder: str, to: str) -> str:
    """The absolute address of something on the site; relative to the feed's folder while the log has no `site_url`."""
    return site.config.site_url + to if site.config.site_url else relative(folder, to)


def _id(site: Site, to: str) -> str:
    """An identifier that stays the same for ever; without `site_url` a URN."""
    return site.config.site_url + to if site.config.site_url else f"urn:studylog:{to or 'log'}"


def _updated(document: Document) -> str:
    days = [day for day in (document.date, document.meta.updated) if day is not None]
    return f"{max(days).isoformat()}T00:00:00Z"


def _content(site: Site, folder: str, document: Document) -> str:
    """The entry's HTML with addresses that hold outside the site."""

    def absolute(match: re.Match[str]) -> str:
        target = html.unescape(match[2])
        if not target or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", target):
            return match[0]
        path, mark, anchor = target.partition("#")
        resolved = posixpath.normpath(posixpath.join("/", document.url, path)).lstrip("/") if path else document.url
        if path.endswith("/") and resolved:
            resolved += "/"
        return f'{match[1]}="{html.escape(_address(site, folder, resolved) + mark + anchor)}"'

    body = render_body(site, document, demo=lambda call: _describe(site, document, call))
    return _LINK.sub(absolute, body)


def _describe(site: Site, document: Document, call: DemoCall) -> str:
    """A demo call in words: what it shows, the beginning of its result, a link to where it can be played with."""
    recorded = [decision for decision in site.decisions_of(document, call)[:1] if decision.shown]
    alts = [output.alt for d in recorded for output in d.shown.outputs]
    results = [plain(state_text(decision, site=site), RESULT_CHARACTERS) for decision in recorded]
    said = dict.fromkeys([*([call.alt] if call.alt else alts), *(text for text in results if text not in alts)])
    paragraphs = "".join(f"<p>{html.escape(text)}</p>" for text in said)
    caption = html.escape(call.caption or f"The demo {call.demo}")
    return f'<figure>{paragraphs}<figcaption>{caption} (<a href="#demo-{call.name}">demo</a>)</figcaption></figure>'


def _atom(site: Site, feed: _Feed) -> str:
    config = site.config
    home, own = _address(site, feed.folder, feed.folder), _address(site, feed.folder, f"{feed.folder}feed.xml")
    updated = max((_updated(document) for document in feed.documents), default="1970-01-01T00:00:00Z")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(config.language)}>',
        f"<id>{escape(_id(site, feed.folder))}</id>",
        f"<title>{escape(feed.title)}</title>",
        *([f"<subtitle>{escape(config.description)}</subtitle>"] if config.description else []),
        f'<link rel="alternate" type="text/html" href={quoteattr(home)}/>',
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>',
        f"<updated>{updated}</updated>",
        f"<author><name>{escape(config.author or config.title)}</name></author>",
        "<generator>studylog</generator>",
        *(_atom_entry(site, feed, document) for document in feed.documents),
        "</feed>",
    ]
    return "\n".join([*lines, ""])


def _atom_entry(site: Site, feed: _Feed, document: Document) -> str:
    authors = document.meta.authors if document.kind != "paper" else ()
    lines = [
        "<entry>",
        f"<id>{escape(_id(site, document.url))}</id>",
        f"<title>{escape(document.title)}</title>",
        f'<link rel="alternate" type="text/html" href={quoteattr(_address(site, feed.folder, document.url))}/>',
        f"<published>{document.date.isoformat()}T00:00:00Z</published>",
        f"<updated>{_updated(document)}</updated>",
        *(f"<author><name>{escape(author)}</name></author>" for author in authors),
        *(f"<category term={quoteattr(tag)}/>" for tag in document.tags),
        *([f"<summary>{escape(document.summary)}</summary>"] if document.summary else []),
        f'<content type="html">{escape(feed.documents[document])}</content>',
        "</entry>",
    ]
    return "\n".join(lines)


def _json_feed(site: Site, feed: _Feed) -> Json:
    config = site.config
    items = [
        {
            "id": _id(site, document.url),
            "url": _address(site, feed.folder, document.url),
            "title": document.title,
            "content_html": content,
            "summary": document.summary,
            "date_published": f"{document.date.isoformat()}T00:00:00Z",
            "date_modified": _updated(document),
            "tags": list(document.tags),
        }
        for document, content in feed.documents.items()
    ]
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": _address(site, feed.folder, feed.folder),
        "feed_url": _address(site, feed.folder, f"{feed.folder}feed.json"),
        "description": config.description,
        "language": config.language,
        "authors": [{"name": config.author or config.title}],
        "items": items,
    }


PAGE = PageMaker("feeds", make)
