"""What is kept between builds: the same as made anew, or not used."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import fields
from pathlib import Path

import pytest
from edited_log import edited_log
from markupsafe import Markup

from builder import apart
from builder.config import read_config
from builder.kept import Kept
from builder.kinds import KINDS
from builder.library import link
from builder.model import Document, Item, KeptPage, Page, StaticFile
from builder.pages import Site, _templates, entry, make_pages, path_of
from builder.pages._fingerprints import Fingerprints
from builder.parse import read_content, reader, render
from builder.parse.facts import write_facts
from builder.parse.names import mark
from builder.shelf import Shelf
from builder.yamltext import WrittenFloat

TODAY = dt.date(2026, 6, 15)
ENTRY = "content/log/2026-01-02-a.md"
LOG = {
    ENTRY: "---\ntitle: One\ntags: [x]\n---\nSee [[b]] and $x^2$.\n\n```demo count\ntimes: 1.10\nsweep: {word: [a, b]}\n```\n",
    "content/notes/b.md": "# Two\n\nText.\n\n> [!annotation 2026-05-01] A remark.\n",
    "content/notebooks/2026-01-03-c.py": "# %% [markdown]\n# # Three\n# %%\nprint(1)\n",
}


def read(root: Path, kept: Kept, today: dt.date = TODAY) -> dict[str, Document]:
    documents, problems = read_content(read_config(root, today=today), kept)
    assert problems == ()
    return {document.source.path: document for document in documents}


def facts(document: Document) -> dict:
    return {field.name: getattr(document, field.name) for field in fields(document) if field.name != "body"}


def html(root: Path, kept: Kept) -> str:
    config = read_config(root, today=TODAY)
    library = link(read_content(config, kept)[0], config)
    document = next(d for d in library.documents if d.source.path == ENTRY)
    titles = {d.url: d.title for d in library.documents}
    return render(document, targets=library.targets, titles=titles, demo=lambda c: c.name, value=lambda *v: "")


@pytest.fixture
def root(make_site):
    return make_site(LOG)


@pytest.fixture
def kept(root):
    """What a process keeps that builds again and again; `Kept(root / "kept")` is what the next one finds."""
    return Kept(root / "kept", warm=True)


@pytest.fixture
def parsed(monkeypatch):
    """The names of the files that are parsed from here on."""
    names, parse = [], reader.parse_text
    monkeypatch.setattr(reader, "parse_text", lambda text, name, *rest: names.append(name) or parse(text, name, *rest))
    return names


def test_a_text_comes_back_only_for_what_it_was_made_from(tmp_path):
    Shelf(tmp_path).put("name", "a", "text\nof lines\ud800\r\n")
    assert Shelf(tmp_path).get("name", "a") == "text\nof lines\ud800\r\n"
    assert Shelf(tmp_path).get("name", "b") is None
    assert Shelf(tmp_path).get("other", "a") is None


def damage(file: Path, old: bytes, new: bytes) -> None:
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))


def file_of(folder: Path) -> Path:
    [file] = folder.iterdir()
    return file


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b"some text", b"evil text"),
        lambda data: data.replace(b" name ", b" nome "),
        lambda data: data.replace(b" a\n", b" b\n"),
        lambda data: b"x" + data[1:],
        lambda data: b"",
    ],
)
def test_a_damaged_text_is_not_there(tmp_path, damage):
    Shelf(tmp_path).put("name", "a", "some text")
    file_of(tmp_path).write_bytes(damage(file_of(tmp_path).read_bytes()))
    shelf = Shelf(tmp_path)
    assert [shelf.get(name, made_from) for name in ("name", "nome") for made_from in "ab"] == [None] * 4
    shelf.put("name", "a", "new text")
    assert Shelf(tmp_path).get("name", "a") == "new text"


def test_what_stands_before_a_half_written_text_is_there(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.put("first", "a", "one")
    shelf.put("second", "a", "two")
    os.truncate(file_of(tmp_path), file_of(tmp_path).stat().st_size - 1)
    assert (Shelf(tmp_path).get("first", "a"), Shelf(tmp_path).get("second", "a")) == ("one", None)


def test_what_nobody_asked_for_is_forgotten(tmp_path):
    for name in ("old", "asked", "given"):
        Shelf(tmp_path).put(name, "a", f"text of {name}")
    shelf = Shelf(tmp_path)
    shelf.get("asked", "a")
    shelf.put("given", "b", "new")
    shelf.prune()
    texts = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (b"text of old" in texts, b"text of given" in texts, b"text of asked" in texts) == (False, False, True)
    assert [shelf.get(*of) for of in (("asked", "a"), ("given", "b"), ("old", "a"))] == ["text of asked", "new", None]
    again = Shelf(tmp_path)
    assert [again.get(*of) for of in (("asked", "a"), ("given", "b"), ("old", "a"))] == ["text of asked", "new", None]


def test_files_that_are_mostly_forgotten_give_way_to_one(tmp_path):
    (tmp_path / "of an earlier form").write_text("x")
    for number in range(40):
        shelf = Shelf(tmp_path)
        shelf.get("first", "a") or shelf.put("first", "a", "stays")
        shelf.put("changing", str(number), "x" * 100)
        shelf.prune()
    assert len(list(tmp_path.iterdir())) < 20 and sum(f.stat().st_size for f in tmp_path.iterdir()) < 1000
    assert (Shelf(tmp_path).get("first", "a"), Shelf(tmp_path).get("changing", "39")) == ("stays", "x" * 100)


def test_two_processes_may_keep_at_once(tmp_path):
    one, other = Shelf(tmp_path), Shelf(tmp_path)
    for number in range(3):
        one.put(f"one {number}".replace(" ", "-"), "a", f"1{number}")
        other.put(f"other {number}".replace(" ", "-"), "a", f"2{number}")
    one.look()
    assert (one.get("other-2", "a"), other.get("other-2", "a"), other.get("one-2", "a")) == ("22", "22", None)
    one.prune()
    assert Shelf(tmp_path).get("other-2", "a") == "22"


def test_what_another_process_moved_or_removed_does_not_stop_this_one(tmp_path):
    (tmp_path / "a folder").mkdir()
    one, other = Shelf(tmp_path), Shelf(tmp_path)
    one.put("first", "a", "1")
    one.put("second", "a", "2" * 100)
    other.get("first", "a")
    other.prune()
    one.put("third", "a", "3")
    assert [one.get(name, "a") for name in ("first", "second", "third")] == ["1", None, "3"]
    assert [Shelf(tmp_path).get(name, "a") for name in ("first", "second", "third")] == ["1", None, "3"]


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "mine").write_text(f"{'0' * 64} 4 name a\ntext")
    (tmp_path / "kept/000001-00000000").symlink_to(tmp_path / "mine")
    shelf = Shelf(tmp_path / "kept")
    assert shelf.get("name", "b") is None
    shelf.prune()
    assert (tmp_path / "mine").read_text().endswith("text")


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file")
    shelf.put("name", "a", "text")
    assert shelf.get("name", "a") is None
    shelf.prune()


def test_a_value_is_made_again_only_of_something_else_and_remembered_only_by_a_process_that_stays():
    made = []
    for kept in (Kept(warm=True), Kept()):
        for given in (1, 1, 2, 1):
            assert kept.once("double", given, lambda given=given: made.append(given) or 2 * given) == 2 * given
    assert made == [1, 2, 1, 1, 1, 2, 1]


def test_what_only_later_processes_need_waits_where_there_are_more_builds_to_come():
    done = []
    for kept in (Kept(), Kept(warm=True)):
        kept.afterwards(lambda: done.append("first"))
        kept.afterwards(lambda: done.append("second"))
        done.append("built")
        kept.settle()
    assert done == ["first", "second", "built", "built", "first", "second"]


@pytest.fixture
def many(make_site, monkeypatch):
    """A log with enough entries for several processes, of which one has a mistake."""
    monkeypatch.setattr(reader, "FEWEST", 10)
    files = {f"content/notes/n{number}.md": f"# Note {number}\n\n$x^{number}$ [[b]]\n" for number in range(60)}
    return make_site(LOG | files | {"content/notes/bad.md": "---\ndraft: perhaps\n---\nText.\n"})


def test_several_processes_read_what_one_would(many, parsed):
    config = read_config(many, today=TODAY)
    alone, problems = read_content(config, Kept(many / "alone"))
    parsed.clear()
    shared, same_problems = read_content(config, Kept(many / "kept"), jobs=2)
    assert 0 < len(parsed) < len(alone) and same_problems == problems and len(problems) == 1
    assert [facts(d) for d in shared] == [facts(d) for d in alone]
    answers = {"targets": {}, "demo": lambda call: call.name, "value": lambda *v: ""}
    assert [render(d, **answers) for d in shared] == [render(d, **answers) for d in alone]
    parsed.clear()
    read_content(config, Kept(many / "kept"), jobs=2)
    assert parsed == ["content/notes/bad.md"]


def test_what_a_process_that_died_should_have_read_is_read_here(many, monkeypatch, caplog):
    monkeypatch.setattr(apart, "_BOOT", "import sys; sys.stdin.readline(); sys.stdin.readline(); sys.exit(3)")
    documents, problems = read_content(read_config(many, today=TODAY), Kept(many / "kept"), jobs=2)
    assert (len(documents), len(problems)) == (64, 1)
    assert [r.getMessage() for r in caplog.records] == [
        "a process of builder.parse.apart ended with status 3: its share is done again"
    ]


def test_a_later_process_parses_nothing_and_knows_the_same(root, kept, parsed):
    first = read(root, kept)
    assert sorted(parsed) == sorted(LOG)
    parsed.clear()
    second = read(root, Kept(root / "kept"))
    assert parsed == []
    assert {path: facts(d) for path, d in second.items()} == {path: facts(d) for path, d in first.items()}
    assert str(second[ENTRY].calls[0].params["times"]) == "1.10"  # as it was written


def test_the_same_process_gives_the_same_documents(root, kept):
    first, second = read(root, kept), read(root, kept)
    assert all(second[path] is first[path] for path in LOG)


def test_only_a_changed_file_is_parsed_whatever_its_times_say(root, kept, parsed):
    read(root, kept)
    parsed.clear()
    path, other = root / ENTRY, root / "content/notes/b.md"
    before = path.stat()
    path.write_text(path.read_text().replace("See", "For"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(other, (1, 1))
    for again in (kept, Kept(root / "kept")):
        assert read(root, again)[ENTRY].summary == f"For {mark('wiki', 'b')} and x^2."
    assert parsed == [ENTRY]


def test_a_file_with_mistakes_is_read_again_and_its_problems_stay(root, kept):
    (root / ENTRY).write_text("---\ntitle: One\ndraft: perhaps\n---\nText.\n")
    config = read_config(root, today=TODAY)
    for again in (kept, kept, Kept(root / "kept")):
        assert [p.message for p in read_content(config, again)[1]] == ["'draft' should be true or false, not 'perhaps'"]


def test_a_note_about_a_key_comes_back_with_its_entry(root, kept):
    (root / ENTRY).write_text("---\ntitle: One\nlayout: post\n---\nText.\n")
    config = read_config(root, today=TODAY)
    first, again = read_content(config, kept)[1], read_content(config, Kept(root / "kept"))[1]
    assert [p.code for p in first] == ["ignored-key"] and first == again


def test_a_remark_of_a_day_to_come_is_there_on_its_day_and_not_before(root, kept):
    note = "content/notes/b.md"
    (root / note).write_text("# Two\n\nText.\n\n> [!annotation 2026-06-20] Later.\n")
    days = [dt.date(2026, 6, 19), dt.date(2026, 6, 20), dt.date(2026, 6, 19), dt.date(2026, 6, 21)]
    assert [len(read(root, kept, day)[note].annotations) for day in days] == [0, 1, 0, 1]
    assert [len(read(root, Kept(root / "kept"), day)[note].annotations) for day in days] == [0, 1, 0, 1]


def test_a_draft_that_is_kept_still_appears_nowhere(root, kept):
    (root / ENTRY).write_text("---\ntitle: One\ndraft: true\n---\nText.\n")
    assert ENTRY not in read(root, kept) and ENTRY not in read(root, Kept(root / "kept"))


def test_files_that_are_gone_are_forgotten(root, kept):
    read(root, kept)
    (root / ENTRY).unlink()
    read(root, Kept(root / "kept"))
    kept_texts = b"".join(file.read_bytes() for file in (root / "kept/read").iterdir())
    assert kept_texts.count(b'"title":"') == len(LOG) - 1 and b'"One"' not in kept_texts


def test_a_rendering_is_kept_with_what_it_asked_of_the_rest(root, kept, parsed):
    first = html(root, kept)
    assert ">Two</a>" in first and "<math" in first and "count-1" in first
    parsed.clear()
    assert html(root, kept) == html(root, Kept(root / "kept")) == first
    assert parsed == []


def test_a_page_follows_the_title_of_what_it_links_to(root, kept):
    html(root, kept)
    (root / "content/notes/b.md").write_text("# Zwei\n")
    assert ">Zwei</a>" in html(root, kept)
    (root / "content/notes/b.md").write_text("# Drei\n")
    assert ">Drei</a>" in html(root, Kept(root / "kept"))


def test_every_entry_of_this_log_comes_back_as_it_was():
    config = read_config(Path(__file__).parents[1])
    documents, _ = read_content(config)
    lost = [d.source.path for d in documents if write_facts((d,), (), KINDS.get(d.kind, KINDS["log"])) is None]
    assert documents and lost == []


def known(item: Item) -> str | bytes:
    """By what a thing of the site is told from others; a page that was kept is not made for it."""
    return item.data if isinstance(item, StaticFile) else item.digest


def pages(root: Path, kept: Kept) -> dict[str, Item]:
    """Everything the site of the log at `root` consists of."""
    config = read_config(root, today=TODAY)
    documents, _ = read_content(config, kept)
    site = Site(link(documents, config, kept=kept), (), {}, config, lambda artifact: b"", kept)
    return {path_of(item): item for item in make_pages(site)}


def test_after_any_edit_pages_are_those_that_would_be_made_anew(tmp_path):
    log, warm = edited_log(seed=4, entries=8), Kept(tmp_path / "warm", warm=True)
    for _ in range(12):
        change = log.edit()
        log.write(tmp_path)
        anew = pages(tmp_path, Kept())
        for kept in (warm, Kept(tmp_path / "cold")):
            made = pages(tmp_path, kept)
            assert made.keys() == anew.keys(), change
            assert [path for path in anew if known(made[path]) != known(anew[path])] == [], change


def test_a_later_process_says_the_new_title_of_what_summaries_name(root):
    (root / ENTRY).write_text("---\ntitle: One\ntags: [x]\n---\nSee [[b]].\n", encoding="utf-8")
    pages(root, Kept(root / "kept"))
    (root / "content/notes/b.md").write_text("# Called otherwise\n\nText.\n", encoding="utf-8")
    made, anew = pages(root, Kept(root / "kept")), pages(root, Kept())
    assert "See Called otherwise." in made["tags/x/index.html"].html
    assert [path for path in anew if known(made[path]) != known(anew[path])] == []


def test_a_page_that_nothing_changed_is_the_same_string_in_the_next_build(tmp_path):
    log, warm = edited_log(seed=5, entries=8), Kept(tmp_path / "warm", warm=True)
    log.write(tmp_path)
    first, again = pages(tmp_path, warm), pages(tmp_path, warm)
    entries = [path for path, item in first.items() if isinstance(item, Page) and item.source]
    assert entries and all(again[path].html is first[path].html for path in entries)


def test_a_later_process_renders_only_the_pages_that_are_given_something_else(tmp_path, monkeypatch):
    log, rendered = edited_log(seed=6, entries=8), []
    render_page = _templates._render
    monkeypatch.setattr(_templates, "_render", lambda *given: rendered.append(given[:2]) or render_page(*given))
    log.write(tmp_path)
    first = pages(tmp_path, Kept(tmp_path / "kept"))
    assert len(rendered) >= len([item for item in first.values() if isinstance(item, Page)])
    rendered.clear()
    again = pages(tmp_path, Kept(tmp_path / "kept"))
    assert {path: known(item) for path, item in again.items()} == {path: known(item) for path, item in first.items()}
    assert [name for name, _ in rendered if name in ("entry.html", "tag.html", "year.html", "month.html")] == []


@pytest.mark.parametrize(
    "one, other", [(1, True), ("<b>", Markup("<b>")), (dt.date(2026, 1, 2), "2026-01-02"), ([("a", 1)], {"a": 1})]
)
def test_values_that_a_template_shows_differently_are_told_apart(one, other):
    fingerprints = Fingerprints()
    assert fingerprints.of(one) and fingerprints.of(one) != fingerprints.of(other)


def test_what_cannot_be_told_exactly_has_no_fingerprint():
    assert Fingerprints().of(WrittenFloat("1.10")) is None
    assert Fingerprints().of(lambda: 1) is None


def test_a_page_is_made_again_only_when_something_it_asked_for_is_another(root, kept, monkeypatch):
    made, make = [], entry._html
    monkeypatch.setattr(
        entry, "_html", lambda site, document, *rest: made.append(document.slug) or make(site, document, *rest)
    )
    (root / "content/log/2026-01-02-a.md").write_text("---\ntitle: One\n---\nSee [[b]].\n", encoding="utf-8")
    (root / "content/posts").mkdir()
    (root / "content/posts/2026-02-01-far.md").write_text("# Far\n\nAlone.\n", encoding="utf-8")
    pages(root, kept)
    made.clear()
    pages(root, kept)
    assert made == ["c"]  # a notebook, whose runs are looked at each time
    made.clear()
    (root / "content/notes/b.md").write_text("# Called otherwise\n\nText.\n", encoding="utf-8")
    pages(root, kept)
    assert sorted(made) == ["a", "b", "c"]


def test_a_page_of_an_earlier_process_is_as_it_was_even_without_its_text(root, kept):
    (root / ENTRY).write_text("---\ntitle: One\ntags: [x]\n---\nSee [[b]].\n", encoding="utf-8")
    first = pages(root, kept)
    path = next(path for path, item in first.items() if isinstance(item, Page) and item.title == "One")
    damage(file_of(root / "kept/entries"), b"<header", b"<hidden")
    again = pages(root, Kept(root / "kept"))[path]
    assert isinstance(again, KeptPage) and again.whole() == first[path]


@pytest.mark.parametrize("picture", [b"", b'<svg viewBox="0 0 30 40"></svg>'])
def test_a_page_follows_the_bytes_of_its_pictures(root, kept, picture):
    (root / "content/assets").mkdir()
    (root / "content/assets/dot.svg").write_bytes(b'<svg viewBox="0 0 10 20"></svg>')
    (root / ENTRY).write_text("---\ntitle: One\n---\n![[dot.svg]]\n", encoding="utf-8")
    first = pages(root, kept)["log/2026/01/02/a/index.html"]
    assert 'width="10"' in first.html
    for again in (kept, Kept(root / "kept")):
        assert pages(root, again)["log/2026/01/02/a/index.html"].whole() == first
    (root / "content/assets/dot.svg").write_bytes(picture)
    for again in (kept, Kept(root / "kept")):
        assert 'width="10"' not in pages(root, again)["log/2026/01/02/a/index.html"].whole().html
