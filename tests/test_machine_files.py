"""What programs read from a site, by the rules of its formats: feeds, BibTeX, and JSON against the schemas beside this."""

from __future__ import annotations

import itertools
import json
import re
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

import feedparser
import jsonschema
import pytest
from entry_log import files
from made_site import entry, made, make_site
from pybtex.database import parse_string
from pybtex.richtext import Text
from selectolax.lexbor import LexborHTMLParser

from builder.pages import feeds, reading, status, timeline
from builder.pipeline import read_log, site_of

ROOT = Path(__file__).parents[1]
CONFIG = "site_url: https://example.org/log\nauthor: A. Reader & Co\nlanguage: en-GB\n"
NASTY = {
    "content/posts/2026-03-01-nasty.md": entry("A <b> & “quotes” ]]>", "Text with `<i>` and $a<b$.\n",
                                               tags="['a & b']", description="1 < 2 & 3", authors="[Ærøskøbing, 村上]"),
    "content/log/2026-03-02-empty.md": entry("Empty", ""),
    "content/papers/tex.md": entry("50% of {A} & B_C: a } alone", year=2020, authors="[Łukasz Kaiser, 'van den Oord, A.']"),
    "content/papers/same.md": entry("The same key", year=2020, bibkey="vaswani2017attention", date="2026-01-04"),
}  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
ATOM = "{http://www.w3.org/2005/Atom}"
ONCE = {"id", "title", "updated", "published", "subtitle", "generator", "summary", "content"}
KNOWN = ONCE | {"author", "category", "link", "entry"}


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a log with everything that needs escaping."""
    site = make_site(tmp_path_factory.mktemp("nasty"), files() | NASTY, config=CONFIG)
    return {path: item.data for path, item in made(site).items() if hasattr(item, "data")}


@pytest.fixture(scope="module")
def own() -> dict[str, bytes]:
    """The files of this repository's own log."""
    site = site_of(read_log(ROOT, policy="never"))
    makers = (feeds, reading, status, timeline)
    found = itertools.chain.from_iterable(maker.PAGE.make(site) for maker in makers)
    return {item.path: item.data for item in found if hasattr(item, "data")}


@pytest.fixture(params=["nasty", "own"])
def published(request) -> dict[str, bytes]:
    return request.getfixturevalue(request.param)


def named(published: dict[str, bytes], name: str) -> dict[str, bytes]:
    found = {path: data for path, data in published.items() if path.rpartition("/")[2] == name}
    assert found
    return found


def test_feedparser_has_no_complaint(published):
    for path, data in named(published, "feed.xml").items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            feed = feedparser.parse(data)
        assert not feed.bozo, (path, feed.bozo_exception)
        assert feed.version == "atom10"
        assert all(item.link and item.title and item.published_parsed for item in feed.entries)


def test_atom_feeds_keep_the_rules_of_rfc_4287(published):
    for path, data in named(published, "feed.xml").items():
        feed = ET.fromstring(data)
        entries = feed.findall(f"{ATOM}entry")
        for element in (feed, *entries):
            names = [child.tag.removeprefix(ATOM) for child in element]
            assert set(names) <= KNOWN and all(names.count(name) <= 1 for name in ONCE), (path, names)
            assert {"id", "title", "updated"} <= set(names)
            assert re.match("[a-z][a-z0-9+.-]*:.", element.findtext(f"{ATOM}id")), "an id is an absolute address"
            dates = [element.findtext(f"{ATOM}{name}") for name in ("updated", "published") if name in names]
            assert all(INSTANT.fullmatch(date) for date in dates), dates
            links = [
                (link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(f"{ATOM}link")
            ]
            assert len(links) == len(set(links))
            assert all(link.get("href").startswith("https://") for link in element.findall(f"{ATOM}link"))
            assert all(author.findtext(f"{ATOM}name") for author in element.findall(f"{ATOM}author"))
        assert feed.find(f"{ATOM}author") is not None, "entries without an author of their own have the feed's"
        [own_address] = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert own_address.endswith("/" + path)
        ids = [item.findtext(f"{ATOM}id") for item in entries]
        assert len(ids) == len(set(ids))
        updated = [item.findtext(f"{ATOM}updated") for item in entries]
        assert feed.findtext(f"{ATOM}updated") == max(updated, default="1970-01-01T00:00:00Z")


def test_what_feeds_carry_is_html_whose_addresses_hold_anywhere(published):
    for data in named(published, "feed.xml").values():
        for content in ET.fromstring(data).iter(f"{ATOM}content"):
            assert content.get("type") == "html" and len(content) == 0
            document = LexborHTMLParser(content.text or "")
            assert not document.css("script, style, form, template")
            addresses = [node.attributes.get(name) for name in ("href", "src") for node in document.css(f"[{name}]")]
            assert [a for a in addresses if not re.match(r"https?://|mailto:|data:", a or "")] == []


def test_json_feeds_keep_the_rules_of_version_1_1(published):
    for path, data in named(published, "feed.json").items():
        feed = json.loads(data)
        fits(feed, "feed")
        assert feed["feed_url"].endswith("/" + path)
        ids = [item["id"] for item in feed["items"]]
        assert len(ids) == len(set(ids))


def test_both_feeds_of_a_kind_say_the_same(published):
    for path, data in named(published, "feed.xml").items():
        atom = [
            (item.findtext(f"{ATOM}id"), item.findtext(f"{ATOM}title"), item.findtext(f"{ATOM}content"))
            for item in ET.fromstring(data).iter(f"{ATOM}entry")
        ]
        items = json.loads(published[path.replace(".xml", ".json")])["items"]
        assert [(item["id"], item["title"]) for item in items] == [(id_, title) for id_, title, _ in atom]


def test_an_entry_keeps_its_id_when_it_is_changed_and_others_are_added(tmp_path):
    def ids(name: str, log: dict[str, str]) -> dict[str, str]:
        items = json.loads(made(make_site(tmp_path / name, log, config=CONFIG))["feed.json"].data)["items"]
        return {item["url"]: item["id"] for item in items}

    before = ids("before", files())
    changed = {
        path: text.replace("A first paragraph", "Another").replace("First", "1st") for path, text in files().items()
    }
    assert before.items() <= ids("after", changed | NASTY).items()


@pytest.mark.parametrize("name", ["timeline", "reading", "status", "items"])
def test_json_files_fit_their_schemas(published, name):
    for data in named(published, f"{name}.json").values():
        fits(json.loads(data), name)


def test_years_hold_what_the_timeline_has(published):
    years = [json.loads(data) for _, data in sorted(named(published, "items.json").items(), reverse=True)]
    everything = [{key: item[key] for key in item if key != "summary"} for year in years for item in year]
    assert everything == json.loads(published["timeline.json"])


def test_bibtex_is_read_back_as_it_was_meant(published):
    found = parse_string(published["references.bib"].decode(), "bibtex").entries
    titles = {_read(item.fields["title"]) for item in found.values()}
    papers = [item for item in json.loads(published["reading.json"]) if item["note"] or item["authors"]]
    assert {item["title"] for item in papers} <= titles
    people = {str(person) for item in found.values() for person in item.persons.get("author", ())}
    named = {author.replace("et al.", "others").split()[-1] for item in papers for author in item["authors"]}
    assert all(any(name in person for person in people) for name in named)


def _read(latex: str) -> str:
    """What LaTeX shows; pybtex does not know the names of braces."""
    marked = latex.replace(r"\textbraceleft{}", "⟨").replace(r"\textbraceright{}", "⟩")
    return str(Text.from_latex(marked)).replace("⟨", "{").replace("⟩", "}")


def fits(value: object, name: str) -> None:
    schema = json.loads((ROOT / f"tests/schemas/{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(value)
