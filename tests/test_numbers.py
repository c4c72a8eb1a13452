"""Numbers of runs where a page quotes another: known once the log is planned, and written in plain text as well."""

from __future__ import annotations

from dataclasses import replace

import pytest
from linked_log import read_site

from builder.config import read_config
from builder.kept import Kept
from builder.model import Decision, Library, Page, Provenance, RunKey, RunRecord
from builder.numbers import with_numbers, write_number
from builder.pages import Site, make_pages, path_of

A, B, C = "content/log/2026-01-02-a.md", "content/log/2026-01-03-b.md", "content/papers/c.md"
FILES = {
    A: "# A\n\nA loss of {{sample.loss:.2f}}, less than in [[b]] and [@c].\n\n"
    "```demo speak\nas: sample\n```\n\n> [!annotation 2026-02-01] Only {{sample.loss:.1%}}, and none of {{sample.gain:.0f}}.\n",
    B: "# B\n\nNothing was measured.\n",
    C: "---\ntitle: A paper\nauthors: Ada Lovelace\nyear: 2017\narxiv: '1706.03762'\n---\nNothing was measured.\n",
}


def run(library: Library, **metrics: float) -> Decision:
    """The decision about the call of A, with a run that gave these metrics."""
    document = library.by_slug["a"]
    key = RunKey("a" * 64, {})
    record = RunRecord(key, "speak", None, "sample", (), metrics, "", Provenance("cpu", {}, {}, "", 0.0, None))
    return Decision(document, document.calls[0], 0, {}, key, "reuse", (), record)


@pytest.fixture
def library(make_site) -> Library:
    return read_site(make_site(FILES))[0]


def test_plain_text_has_the_numbers_that_its_runs_gave(library):
    library = with_numbers(library, [run(library, loss=0.25, gain=7)], Kept())
    said, remark = "A loss of 0.25, less than in B and (Lovelace 2017).", "Only 25.0%, and none of 7."
    document = library.by_slug["a"]
    assert document.summary == library.items[document.url].summary == said
    assert [note.text for note in document.annotations] == [remark]
    assert remark in [item.summary for item in library.timeline]
    [backlink] = library.backlinks["log/2026/01/03/b/"]
    assert backlink.context == said and backlink.document is document
    [item] = library.reading_list
    assert [mention.context for mention in item.mentions] == [said]
    assert document in library.documents and library.by_slug["a"] is document


def test_what_nobody_has_run_is_not_there(library):
    library = with_numbers(library, [], Kept())
    assert library.by_slug["a"].summary.startswith("A loss of n/a,")


def test_a_document_is_another_one_only_with_another_number(library):
    kept = Kept(warm=True)
    first, same, other = (with_numbers(library, [run(library, loss=loss)], kept).by_slug["a"] for loss in (1, 1, 2))
    assert first is same and first is not other
    assert with_numbers(replace(library, documents=()), [], kept).documents == ()


def test_the_page_that_quotes_a_number_is_made_again_when_that_changed(make_site, tmp_path):
    root = make_site(FILES)

    def page(loss: float) -> Page:
        kept = Kept(tmp_path / "kept")  # of a process of its own
        library, _ = read_site(root)
        numbered = with_numbers(library, [run(library, loss=loss)], kept)
        site = Site(numbered, (), {}, read_config(root), lambda artifact: b"", kept)
        return next(item for item in make_pages(site) if path_of(item) == "log/2026/01/03/b/index.html").whole()

    assert "A loss of 0.25, less" in page(0.25).html
    assert "A loss of 0.50, less" in page(0.5).html


@pytest.mark.parametrize(
    ("metric", "spec", "written"), [("loss", ".2f", "0.50"), ("loss", "nonsense", "0.5"), ("gain", "", "n/a")]
)
def test_a_number_is_written_as_asked_or_at_least_readably(library, metric, spec, written):
    assert write_number(run(library, loss=0.5).record, metric, spec) == written
    assert write_number(None, metric, spec) == "n/a"
