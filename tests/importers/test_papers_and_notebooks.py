"""BibTeX and CSL-JSON into the reading list; notebooks with the outputs that they were saved with."""

import json

import pytest
from linked_log import read_site

BIB = r"""% comment
@string{neurips = {NeurIPS}}
@inproceedings{vaswani2017,
  title = {Attention Is All You {N}eed},
  author = {Vaswani, Ashish and others},
  booktitle = neurips, year = {2017},
  eprint = {1706.03762}, archivePrefix = {arXiv},
  abstract = {M{\"u}ch shorter.}
}

@article{again, title={Attention}, journal={arXiv preprint arXiv:1706.03762}}
@book{broken, title={
"""
CSL = """[
 {"id": "kingma", "type": "article", "title": "Auto-Encoding",
  "author": [{"family": "Kingma", "given": "D. P."}],
  "issued": {"date-parts": [[2013, 12]]},
  "number": "arXiv:1312.6114",
  "volume": "3"}
]
"""
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# My notebook\n", "\n", "[data](data.csv)"]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": ["!pip install x\n", "```"],
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["hi\n", "\u001b[31mred\u001b[0m\n"]},
                {"output_type": "display_data", "data": {"image/png": PIXEL, "text/plain": ["<Figure>"]}},
            ],
        },
    ],
    "metadata": {"kernelspec": {"language": "python"}},
    "nbformat": 4,
}


def test_bibtex_goes_to_the_reading_list(bring):
    root, ledger = bring({"refs.bib": BIB})
    library, problems = read_site(root)
    [item] = library.reading_list
    assert (item.id, item.status, item.authors, item.year, item.venue) == (
        "arxiv:1706.03762", "to-read", ("Ashish Vaswani", "et al."), 2017, "NeurIPS",
    )  # fmt: skip
    assert "Müch shorter." in (root / "content/papers/vaswani2017.md").read_text() and problems == ()
    reasons = {d["line"]: d["reason"] for d in ledger["sources"][0]["dropped"]}
    assert reasons == {
        1: "outside any entry, a comment to BibTeX",
        11: "describes the same publication as 'vaswani2017'",
        12: "an entry that BibTeX cannot read",
    }
    assert ledger["questions"][0].endswith(
        "refs.bib:12: this entry cannot be read as BibTeX: are its braces and commas right?"
    )
    assert bring({"refs.bib": BIB})[1]["drafts"] == []


def test_a_paper_that_the_log_has_already_is_kept_as_a_draft(bring, make_site):
    make_site({"content/papers/mine.md": "---\ntitle: Mine\narxiv: '1706.03762'\n---\n"})
    root, ledger = bring({"refs.bib": BIB})
    assert "draft: true" in (root / "content/papers/vaswani2017.md").read_text()
    assert "kept as a draft, to be merged" in " ".join(ledger["warnings"]) and read_site(root)[1] == ()


def test_csl_json_goes_to_the_reading_list(bring):
    root, ledger = bring({"library.json": CSL, "package.json": '{"name": "x"}'})
    [item] = read_site(root)[0].reading_list
    assert (item.id, item.title, item.authors, item.year) == (
        "arxiv:1312.6114",
        "Auto-Encoding",
        ("D. P. Kingma",),
        2013,
    )
    assert [d["reason"] for d in ledger["sources"][0]["dropped"]] == ["a paper note has no place for 'volume'"]
    assert len(ledger["sources"]) == 1


def test_a_notebook_keeps_its_outputs_and_says_that_it_was_not_run(bring):
    root, ledger = bring({"nb.ipynb": json.dumps(NOTEBOOK, indent=1), "old.ipynb": '{"worksheets": []}'})
    text = (root / "content/notes/nb.md").read_text()
    assert text.startswith('---\ntitle: "My notebook"\n---\n\n> [!note] Not re-run here\n')
    assert "````python\n!pip install x\n```\n````" in text and "```text\nhi\nred\n```" in text
    assert "![Output of cell 2](../assets/nb-cell-2-1.png)" in text and "data (`data.csv`, not imported)" in text
    assert (root / "content/assets/nb-cell-2-1.png").read_bytes().startswith(b"\x89PNG")
    assert read_site(root)[1] == () and "old.ipynb: this is no notebook of nbformat 4" in ledger["questions"][0]


def test_a_percent_file_is_a_page_to_read(bring):
    text = "# ---\n# title: x\n# ---\n# %% [markdown]\n# # Cells\n# Some *text*.\n\n# %%\nx = 1\n\n# a comment\n"
    root, ledger = bring({"cells.py": text, "plain.py": "x = 1\n"})
    written = (root / "content/notes/cells.md").read_text()
    assert written.endswith("Some *text*.\n\n```python\nx = 1\n\n# a comment\n```\n") and 'title: "Cells"' in written
    assert any("plain.py: no importer" in warning for warning in ledger["warnings"])


def test_a_chapter_takes_over_from_its_book_and_latex_is_read(bring_one):
    entries, _ = bring_one(
        "@incollection{ch, crossref = {bk}, title = {A \\emph{C} \\textit{D}}, author = {Ho\\`ang, {\\DJ}\\d{o}}}\n"
        "@misc{web, title = {W}, howpublished = {\\url{https://e.org/a_b}}}\n"
        "@book{bk, title = {The Book}, year = {1999}, publisher = {MIT}}\n",
        "refs.bib",
    )
    chapter = entries["content/papers/ch.md"]
    assert 'title: "A C D"\nauthors: ["Đọ Hoàng"]\nyear: 1999\nvenue: "The Book"\n' in chapter
    assert 'url: "https://e.org/a_b"' in entries["content/papers/web.md"]


def test_progress_formulas_and_empty_cells_of_notebooks(bring):
    progress = {"output_type": "stream", "text": ["0%\r50%\r100%\n", "\x1b[32mok\x1b[0m"]}
    formula = {"output_type": "display_data", "data": {"text/latex": ["$x^2$"], "text/plain": ["x**2"]}}
    cells = [
        {"cell_type": "code", "source": "", "outputs": [progress]},
        {"cell_type": "code", "source": "x", "outputs": [formula]},
        {"cell_type": "markdown", "source": "\\begin{equation}\ny\n\\end{equation}"},
    ]
    root, _ = bring({"new.ipynb": json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}, indent=1)})
    text = (root / "content/notes/new.md").read_text()
    assert "```text\n100%\nok\n```\n\n```python\nx\n```\n\n$x^2$\n\n$$\ny\n$$\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "## [Professor Forcing](https://arxiv.org/abs/1610.09038)\n\nTLDR; a judge of sequences.\n\n### Thoughts\n\nWell.\n",
        "# Professor Forcing\n\n[paper](https://arxiv.org/pdf/1610.09038v1.pdf)\n\nA judge of sequences.\n",
        "# Professor Forcing\n\n- **Authors**: Alex Lamb, Anirudh Goyal\n- **Link**: <https://arxiv.org/abs/1610.09038>\n\nText.\n",
        "# Professor Forcing\n\narXiv:1610.09038\n\nA judge of sequences.\n",
    ],
)
def test_a_page_that_begins_with_the_address_of_a_paper_is_a_note_on_it(bring_one, text):
    texts, _ = bring_one(text, "professor-forcing.md")
    [(path, written)] = texts.items()
    assert path == "content/papers/professor-forcing.md"
    assert written.startswith('---\ntitle: "Professor Forcing"\n')
    assert 'arxiv: "1610.09038"\n' in written and 'status: "noted"\n' in written
    assert ("- Alex Lamb" in written or '"Alex Lamb"' in written) == ("Alex Lamb" in text)


@pytest.mark.parametrize(
    "text",
    [
        "# Forcing\n\nI like [this one](https://arxiv.org/abs/1610.09038) best.\n",
        "# To read\n\n- [Professor Forcing](https://arxiv.org/abs/1610.09038)\n",
        "# Two\n\nPaper: https://arxiv.org/abs/1610.09038\n\nPaper: https://arxiv.org/abs/1706.03762\n",
        "# Later\n\nOf other things.\n\n## Professor Forcing\n\n[paper](https://arxiv.org/abs/1610.09038)\n",
    ],
)
def test_a_page_that_only_mentions_papers_stays_a_note(bring_one, text):
    texts, _ = bring_one(text)
    assert list(texts) == ["content/notes/page.md"]
