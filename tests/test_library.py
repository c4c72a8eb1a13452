"""Links, backlinks, tags, the timeline and the reading list."""

import datetime as dt
import re
import time
from dataclasses import replace

import pytest
from linked_log import read_site

from builder.config import read_config
from builder.kept import Kept
from builder.library import link as link_documents
from builder.pages._bibtex import to_bibtex
from builder.papers import paper_id
from builder.parse import read_content
from builder.reading import short_reference

LOG = "content/log/2024-01-02-a.md"
FILES = {
    "content/log/2024-01-03-llama.md": "---\ntitle: The LLaMA paper\n---\n## First part\n\n[[#First part]]\n",
    "content/more.bib": "@book{nowhere,\n  title = {Nowhere},\n  year = {2000},\n}\n",
    "content/papers/vaswani-2017.md": "---\ntitle: Attention Is All You Need\narxiv: 1706.03762\ndoi: 10.5555/3295222\nbibkey: vaswani2017attention\n---\n",
    "content/notes/sampling.md": "# Sampling\n",
    "content/assets/x.png": "x",
    "content/assets/deep/y z.png": "y",
}


def link(make_site, body: str, files: dict | None = None, path: str = LOG):
    """The addresses that the links of an entry lead to, in order, and every problem."""
    library, problems = read_site(make_site({**FILES, path: body, **(files or {})}))
    document = next(d for d in library.documents if d.source.path == path)
    found = [library.targets.get((document.url, reference.form, reference.target)) for reference in document.links]
    return found, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("[[llama]]", "log/2024/01/03/llama/"),
        ("[[Llama|text]]", "log/2024/01/03/llama/"),
        ("[[2024-01-03-llama]]", "log/2024/01/03/llama/"),
        ("[[The LLaMA paper]]", "log/2024/01/03/llama/"),
        ("[[the%20llama%20paper]]", "log/2024/01/03/llama/"),
        ("[[log/2024-01-03-llama]]", "log/2024/01/03/llama/"),
        ("[[llama.md]]", "log/2024/01/03/llama/"),
        ("[[llama#First part]]", "log/2024/01/03/llama/#first-part"),
        ("[[llama#first-part|text]]", "log/2024/01/03/llama/#first-part"),
        ("[[llama#First%20part]]", "log/2024/01/03/llama/#first-part"),
        ("[x](2024-01-03-llama.md)", "log/2024/01/03/llama/"),
        ("[x](2024-01-03-llama.md#first-part)", "log/2024/01/03/llama/#first-part"),
        ("[x](../log/./2024-01-03-llama.md)", "log/2024/01/03/llama/"),
        ("[x](../papers/vaswani%2D2017.md)", "papers/vaswani-2017/"),
        ("[x](/log/2024/01/03/llama/)", "log/2024/01/03/llama/"),
        ("[x](/log/2024/01/03/llama#first-part)", "log/2024/01/03/llama/#first-part"),
        ("[x](/)", ""),
        ("[x](/timeline/)", "timeline/"),
        ("[x](/feed.xml)", "feed.xml"),
        ("[x](../assets/x.png)", "files/x.png"),
        ("![x](/assets/x.png)", "files/x.png"),
        ("[x](</assets/deep/y z.png>)", "files/deep/y z.png"),
        ("[x](/assets/deep/y%20z.png)", "files/deep/y z.png"),
        ("![[x.png]]", "files/x.png"),
        ("![[deep/y z.png]]", "files/deep/y z.png"),
        ("![[y z.png]]", "files/deep/y z.png"),
        ("[@vaswani-2017]", "papers/vaswani-2017/"),
        ("[@vaswani2017attention]", "papers/vaswani-2017/"),
        ("[@arxiv:1706.03762v5]", "papers/vaswani-2017/"),
        ("[@doi:10.5555/3295222]", "papers/vaswani-2017/"),
        ("[see @Vaswani-2017, p. 3]", "papers/vaswani-2017/"),
        ("[@arxiv:2005.14165]", "https://arxiv.org/abs/2005.14165"),
    ],
)
def test_a_reference_finds_what_it_names(make_site, written, address):
    assert link(make_site, written + "\n") == ([address], [])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("[[lama]]", "no entry called 'lama'\n  hint: did you mean 'llama'?"),
        ("[[qqqqqqqq]]", "no entry called 'qqqqqqqq'\n  hint: `studylog new note \"qqqqqqqq\"` writes it"),
        (
            "[[llama#first-pat]]",
            "no heading 'first-pat' in content/log/2024-01-03-llama.md\n  hint: did you mean 'first-part'?",
        ),
        ("[[llama#qq]]", "no heading 'qq' in content/log/2024-01-03-llama.md\n  hint: it has first-part"),
        ("[x](#gone)", "no heading 'gone' in content/log/2024-01-02-a.md\n  hint: it has no headings"),
        ("[x](2024-01-03-lama.md)", "no entry at '2024-01-03-lama.md'\n  hint: did you mean '2024-01-03-llama.md'?"),
        (
            "[x](../papers/vaswani.md)",
            "no entry at '../papers/vaswani.md'\n  hint: did you mean '../papers/vaswani-2017.md'?",
        ),
        ("![[z.png]]", "no file 'z.png'\n  hint: did you mean 'y z.png'?"),
        ("![x](x.png)", "no file 'x.png'\n  hint: did you mean '../assets/x.png'?"),
        ("![[llama]]", "no file 'llama'\n  hint: write [[llama]] to link to the entry"),
        ("[x](www.example.org)", "no file 'www.example.org'\n  hint: write 'https://www.example.org'"),
        ("[@vaswani-2107]", "no paper called 'vaswani-2107'\n  hint: did you mean 'vaswani-2017'?"),
        (
            "[@nowhere]",
            "the BibTeX entry 'nowhere' says nowhere where the paper is\n  hint: give it `doi`, `eprint` or `url`",
        ),
        ("[@x]", "no paper called 'x'\n  hint: write a note for it in content/papers/, or cite `@arxiv:1706.03762`"),
    ],
)
def test_a_broken_reference_says_what_to_type(make_site, written, message):
    assert link(make_site, f"One\n{written}\n")[1] == [f"{LOG}:2: error: {message}"]


@pytest.mark.parametrize(
    "target",
    [
        "../../../etc/passwd",
        "../../site_config.yml",
        "/../../etc/passwd",
        "%2e%2e/%2e%2e/site_config.yml",
        "/assets/../../site_config.yml",
    ],
)
def test_T6_a_link_never_leaves_content(make_site, target):
    found, problems = link(make_site, f"[x]({target})\n")
    assert found == [None]
    assert "is outside content/" in problems[0]


@pytest.mark.parametrize("target", ["a%00b", "a%5Cb", "x" * 5000, "..%5c..%5csite_config.yml", "http://[", "?", "//"])
def test_T6_a_strange_address_is_no_exception(make_site, target):
    found, _ = link(make_site, f"[x]({target})\n")
    assert all(address is None or not address.startswith("files/") for address in found)


def test_T7_a_symbolic_link_among_the_assets_is_refused(make_site, tmp_path):
    root = make_site({LOG: "![a](/assets/link.png) ![b](/assets/dir/passwd)\n"})
    (tmp_path / "secret.png").write_text("secret")
    (root / "content/assets").mkdir()
    (root / "content/assets/link.png").symlink_to(tmp_path / "secret.png")
    (root / "content/assets/dir").symlink_to("/etc")
    library, problems = read_site(root)
    assert library.files == {}
    assert len([p for p in problems if p.code == "broken-link"]) == 2


def test_hidden_files_are_not_published(make_site):
    assert link(make_site, "[x](/assets/.env)\n", {"content/assets/.env": "secret"})[0] == [None]


def test_files_of_one_name_in_different_places_do_not_meet(make_site):
    files = {"content/log/x.png": "1", "content/assets/log/x.png": "2"}
    found, problems = link(make_site, "![a](x.png) ![b](../assets/log/x.png)\n", files)
    assert (found, problems) == (["files/content/log/x.png", "files/log/x.png"], [])


def test_an_ambiguous_name_lists_what_to_write(make_site):
    files = {"content/notes/llama.md": "# Llama\n", "content/posts/2024-02-03-llama.md": "x\n"}
    found, problems = link(make_site, "[[llama]] [[notes/llama]]\n", files)
    assert found == [None, "notes/llama/"]
    assert problems == [
        f"{LOG}:1: error: 'llama' names 3 entries\n"
        "  hint: write [[log/2024-01-03-llama]] or [[notes/llama]] or [[posts/2024-02-03-llama]]"
    ]


def test_a_slug_wins_over_a_title(make_site):
    found, problems = link(make_site, "[[sampling]]\n", {"content/notes/other.md": "---\ntitle: Sampling\n---\n"})
    assert (found, problems) == (["notes/sampling/"], [])


def test_a_link_to_the_title_leads_to_the_top(make_site):
    assert link(make_site, "# My title\n\n- [My title](#my-title)\n") == (["log/2024/01/02/a/"], [])


def test_ids_in_html_are_anchors(make_site):
    assert link(make_site, '<a id="here"></a>\n\n[x](#here)\n') == (["log/2024/01/02/a/#here"], [])


def test_annotations_and_demos_are_anchors(make_site):
    body = "> [!annotation 2024-02-02] x\n\n```demo d\nas: run\n```\n\n[a](#annotation-2024-02-02) [b](#demo-run)\n"
    assert link(make_site, body)[1] == []


def test_a_demo_may_be_linked_by_name(make_site):
    config = read_config(make_site({LOG: "[[gpt2_generate]]\n"}))
    library = link_documents(read_content(config)[0], config, demos=["gpt2_generate"])
    assert library.targets == {("log/2024/01/02/a/", "wiki", "gpt2_generate"): "demos/gpt2_generate/"}


def test_a_wikilink_in_a_table_may_have_text(make_site):
    assert link(make_site, "|a|\n|-|\n|[[llama\\|text]]|\n") == (["log/2024/01/03/llama/"], [])


def test_backlinks_hold_the_sentence(make_site):
    body = "First. Then I read [[llama|the paper]] again, twice. So [[llama]] and [[llama]]. Also [@vaswani-2017].\n"
    library, _ = read_site(make_site({**FILES, LOG: body}))
    assert [(b.document.slug, b.relation, b.context) for b in library.backlinks["log/2024/01/03/llama/"]] == [
        ("a", "links to", "Then I read the paper again, twice."),
        ("a", "links to", "So The LLaMA paper and The LLaMA paper."),
    ]
    [cited] = library.backlinks["papers/vaswani-2017/"]
    assert (cited.relation, cited.context) == ("cites", "Also (Vaswani 2017).")


def test_plain_text_says_what_references_without_a_text_lead_to(make_site):
    paper = FILES["content/papers/vaswani-2017.md"].replace(
        "---\ntitle", "---\nauthors: [Ada B, Cy D, E F]\nyear: 2017\ntitle"
    )
    body = (
        "# A\n\n[[llama]] is [[#on-sampling|below]], says [@vaswani-2017].\n\n## On [[sampling]]\n\n"
        "> [!annotation 2024-02-02] See [[llama#first-part]], [[gpt2_generate]] and [@arxiv:2005.14165].\n"
    )
    files = {**FILES, "content/papers/vaswani-2017.md": paper, LOG: body}
    config = read_config(make_site(files))
    library = link_documents(read_content(config)[0], config, demos=["gpt2_generate"])
    document = library.by_slug["a"]
    assert document.summary == "The LLaMA paper is below, says (B et al. 2017)."
    assert [heading.slug for heading in document.headings] == ["on-sampling"]
    [remark] = document.annotations
    assert remark.text == "See The LLaMA paper, gpt2_generate and (arxiv:2005.14165)."
    assert library.timeline[0].summary == remark.text
    [paper] = [item for item in library.reading_list if item.note]
    assert [mention.context for mention in paper.mentions] == [document.summary]


def test_a_name_is_whole_or_left_out_where_text_is_cut(make_site):
    names = " ".join(["[[llama]] [@vaswani-2017]"] * 60)
    library, _ = read_site(make_site({**FILES, LOG: names + "\n"}))
    document = library.by_slug["a"]
    for text in (document.summary, *(link.context for link in document.links)):
        assert re.fullmatch(r"…?((The LLaMA paper|\(Vaswani 2017\)|\(|\)) ?)+…", text), text


def test_what_did_not_change_is_linked_to_the_same_object(make_site):
    root = make_site({**FILES, LOG: "See [[llama]].\n"})
    config, kept = read_config(root), Kept(warm=True)
    documents, _ = read_content(config)
    first = link_documents(documents, config, kept=kept).by_slug["a"]
    assert link_documents(documents, config, kept=kept).by_slug["a"] is first
    renamed = [replace(d, title="Another") if d.slug == "llama" else d for d in documents]
    assert link_documents(renamed, config, kept=kept).by_slug["a"].summary == "See Another."


CHANGES_ELSEWHERE = {
    "[[llama#First part]]": ("content/log/2024-01-03-llama.md", "First part", "Second part"),
    "[[The LLaMA paper]]": ("content/log/2024-01-03-llama.md", "The LLaMA paper", "Another"),
    "[[llama]]": ("content/log/2024-01-03-llama.md", "---\n", "---\ndraft: true\n"),
    "[@vaswani2017attention]": ("content/papers/vaswani-2017.md", "vaswani2017attention", "other"),
    "[@arxiv:1706.03762]": ("content/papers/vaswani-2017.md", "1706.03762", "1706.03763"),
    "![[x.png]]": ("content/assets/x.png", "x", None),
}


@pytest.mark.parametrize("written", CHANGES_ELSEWHERE)
def test_a_reference_is_resolved_again_when_what_it_names_changes(make_site, written):
    root, kept = make_site({**FILES, LOG: f"{written}\n"}), Kept(warm=True)
    path, old, new = CHANGES_ELSEWHERE[written]
    text = (root / path).read_text()

    def linked(kept: Kept | None = None):
        config = read_config(root)
        library = link_documents(read_content(config, kept)[0], config, kept=kept)
        said = [(d.url, d.summary, d.names) for d in library.documents]
        backlinks = {url: [link.document.url for link in links] for url, links in library.backlinks.items()}
        items = [(item.id, item.title, [m.document.url for m in item.mentions]) for item in library.reading_list]
        return library.targets, library.files, library.problems, library.tags.keys(), said, backlinks, items

    first = linked(kept)
    if new is None:
        (root / path).unlink()
    else:
        (root / path).write_text(text.replace(old, new, 1))
    assert linked(kept) == linked() != first
    (root / path).write_text(text)
    assert linked(kept) == linked() == first


def test_entries_of_one_slug_keep_their_backlinks_apart(make_site):
    files = {
        "content/log/2024-01-01-week.md": "x\n",
        "content/log/2024-01-08-week.md": "x\n",
        LOG: "[x](2024-01-01-week.md)\n",
    }
    library, problems = read_site(make_site(files))
    assert problems == ()
    assert list(library.backlinks) == ["log/2024/01/01/week/"]


def test_T4_links_in_a_circle_and_to_oneself_end(make_site):
    library, problems = read_site(
        make_site({"content/notes/a.md": "[[b]] [[a]]\n", "content/notes/b.md": "[[a]] ![[b.md]]\n"})
    )
    assert {url: len(links) for url, links in library.backlinks.items()} == {"notes/a/": 1, "notes/b/": 1}
    assert [str(p) for p in problems] == [
        "content/notes/b.md:1: error: 'b.md' is an entry, not a file to show\n  hint: link to it: [[b]]"
    ]


def test_T4_a_chain_of_a_thousand_links_is_quick(make_site):
    root = make_site(
        {f"content/notes/n{n}.md": f"[[n{n + 1}]] [[n0]]\n" for n in range(1000)} | {"content/notes/n1000.md": "end\n"}
    )
    started = time.process_time()
    library, problems = read_site(root)
    assert (problems, len(library.backlinks["notes/n0/"])) == ((), 999)
    assert time.process_time() - started < 8


@pytest.mark.parametrize("front", ["draft: true", "date: 2099-01-01"])
def test_T12_drafts_and_future_entries_appear_nowhere(make_site, front):
    hidden = f"---\ntitle: Canary\ntags: [canary]\naliases: /canary/\n{front}\n---\n[[a]] https://arxiv.org/abs/2005.14165\n\n> [!annotation 2024-01-01] canary\n"
    files = {"content/log/2024-05-05-canary.md": hidden, LOG: "Text\n"}
    library, problems = read_site(make_site(files))
    assert problems == ()
    assert "anary" not in repr(library)
    assert library.backlinks == {} and library.reading_list == ()


def test_T12_a_link_to_a_draft_is_a_problem(make_site):
    files = {"content/log/2024-05-05-hidden.md": "---\ndraft: true\n---\n"}
    found, problems = link(make_site, "[[hidden]]\n[x](2024-05-05-hidden.md)\n", files)
    assert found == [None, None]
    assert [problem.partition("\n")[0] for problem in problems] == [
        f"{LOG}:1: error: no entry called 'hidden'",
        f"{LOG}:2: error: no entry at '2024-05-05-hidden.md'",
    ]


def test_T12_an_entry_of_today_is_published(make_site):
    root = make_site({"content/log/2024-05-05-x.md": "x\n"})
    assert len(read_site(root, dt.date(2024, 5, 5))[0].documents) == 1
    assert len(read_site(root, dt.date(2024, 5, 4))[0].documents) == 0


def test_tags_that_differ_in_case_are_one(make_site):
    files = {
        "content/notes/a.md": "---\ntags: [Deep Learning, GPT]\n---\n",
        "content/notes/b.md": "---\ntags: [deep-learning, gpt]\n---\n",
    }
    library, _ = read_site(make_site(files))
    assert {len(documents) for documents in library.tags.values()} == {2}
    assert len(library.tags) == 2


def test_a_tag_of_no_letters_is_a_problem(make_site):
    _, problems = read_site(make_site({"content/notes/a.md": "---\ntitle: x\ntags: ['!']\n---\n"}))
    assert [str(p) for p in problems] == [
        "content/notes/a.md:3: error: '!' cannot be a tag\n  hint: use letters or digits"
    ]


def test_the_timeline_is_newest_first_and_holds_annotations(make_site):
    files = {
        "content/log/2024-01-02-a.md": "> [!annotation 2024-03-01] later\n",
        "content/log/2024-02-01-b.md": "x\n",
        "content/notes/n.md": "x\n",
    }
    library, _ = read_site(make_site(files))
    assert [(str(item.date), item.kind, item.url) for item in library.timeline] == [
        ("2024-03-01", "annotation", "log/2024/01/02/a/#annotation-2024-03-01"),
        ("2024-02-01", "log", "log/2024/02/01/b/"),
        ("2024-01-02", "log", "log/2024/01/02/a/"),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("slug: x", "slug: x"),
        ("slug: Foo", "slug: foo"),
        ("title: café", "title: cafe\u0301"),
        ("slug: y", "slug: z\naliases: /log/2024/01/02/y/"),
        ("permalink: /p/q/", "permalink: p/q"),
    ],
)
def test_T5_two_entries_of_one_address_are_a_problem_that_names_both(make_site, first, second):
    files = {
        "content/log/2024-01-02.md": f"---\ndate: 2024-01-02\n{first}\n---\n",
        "content/log/more/2024-01-02.md": f"---\ndate: 2024-01-02\n{second}\n---\n",
    }
    _, problems = read_site(make_site(files))
    [found] = [p for p in problems if p.code == "duplicate-address"]
    assert "2024-01-02.md" in found.source.path and "2024-01-02.md too" in found.message
    assert found.source.line in (1, 3, 4)


@pytest.mark.parametrize(
    ("reference", "identifier"),
    [
        ("https://arxiv.org/abs/2005.14165", "arxiv:2005.14165"),
        ("http://www.arxiv.org/abs/2005.14165v4", "arxiv:2005.14165"),
        ("https://arxiv.org/pdf/2005.14165", "arxiv:2005.14165"),
        ("https://arxiv.org/pdf/2005.14165v2.pdf#page=3", "arxiv:2005.14165"),
        ("https://arxiv.org/ftp/arxiv/papers/1312/1312.6114.pdf", "arxiv:1312.6114"),
        ("https://export.arxiv.org/abs/1312.6114", "arxiv:1312.6114"),
        ("arXiv:2005.14165", "arxiv:2005.14165"),
        ("arxiv: 2005.14165v1", "arxiv:2005.14165"),
        ("2005.14165", "arxiv:2005.14165"),
        ("hep-th/9711200", "arxiv:hep-th/9711200"),
        ("https://doi.org/10.48550/arXiv.1706.03762", "arxiv:1706.03762"),
        ("https://doi.org/10.1080/14786440109462720", "doi:10.1080/14786440109462720"),
        ("doi:10.1016/0370-2693(85)91027-0", "doi:10.1016/0370-2693(85)91027-0"),
        ("10.1002/(SICI)1099(199610)", "doi:10.1002/(sici)1099(199610)"),
        ("https://dx.doi.org/10.1000/A.", "doi:10.1000/a"),
        ("isbn:978-0-262-03384-8", "isbn:9780262033848"),
        ("https://example.org/A?utm_source=x&id=1&fbclid=y#z", "https://example.org/A?id=1"),
        ("https://notarxiv.org/abs/2005.14165", "https://notarxiv.org/abs/2005.14165"),
        ("http://[", "http://["),
    ],
)
def test_every_form_of_a_reference_has_one_identifier(reference, identifier):
    assert paper_id(reference) == identifier


def test_the_reading_list_knows_a_paper_by_any_of_its_addresses(make_site):
    body = (
        "See [Attention](https://arxiv.org/pdf/1706.03762v5.pdf), https://doi.org/10.5555/3295222 and [[vaswani-2017#top|it]].\n\n## top\n\n"
        "[Language Models are Few-Shot Learners](https://arxiv.org/abs/2005.14165) and [here](https://example.org).\n"
    )
    files = {**FILES, LOG: body.replace("#top", ""), "content/log/2024-03-04-c.md": "arXiv:2005.14165 again.\n"}
    library, problems = read_site(make_site(files))
    assert problems == ()
    gpt3, attention = library.reading_list
    assert (gpt3.id, gpt3.title, gpt3.year, gpt3.status, gpt3.note) == (
        "arxiv:2005.14165", "Language Models are Few-Shot Learners", 2020, "to-read", None,
    )  # fmt: skip
    assert [mention.document.slug for mention in gpt3.mentions] == ["a", "c"]
    assert (attention.id, attention.title, attention.status) == (
        "arxiv:1706.03762",
        "Attention Is All You Need",
        "noted",
    )
    assert [mention.document.slug for mention in attention.mentions] == ["a"]
    assert attention.bibkey == "vaswani2017attention"


@pytest.mark.parametrize(
    ("authors", "reference", "bibtex"),
    [
        ("[Ana Silva, Bo Li]", "Silva and Li 2020", "Ana Silva and Bo Li"),
        ("[Ana Silva, Bo Li, Cy Roy]", "Silva et al. 2020", "Ana Silva and Bo Li and Cy Roy"),
        ("[Ana Silva, et al.]", "Silva et al. 2020", "Ana Silva and others"),
    ],
)
def test_authors_who_are_not_named_are_others(make_site, authors, reference, bibtex):
    front = f"---\nauthors: {authors}\nyear: 2020\n---\n"
    [paper] = read_site(make_site({"content/papers/p.md": front + "Text.\n"}))[0].reading_list
    assert short_reference(paper) == reference
    assert f"  author = {{{bibtex}}},\n" in to_bibtex(paper)


def test_two_notes_on_one_paper_are_a_problem(make_site):
    files = {
        "content/papers/one.md": "---\narxiv: 1706.03762\n---\n",
        "content/papers/two.md": "---\nurl: https://arxiv.org/abs/1706.03762v2\n---\n",
    }
    _, problems = read_site(make_site(files))
    assert [str(p) for p in problems] == [
        "content/papers/one.md:1: error: 'arxiv:1706.03762' is described in content/papers/two.md too\n  hint: merge the two notes"
    ]


def test_related_entries_are_linked_back(make_site):
    files = {**FILES, "content/papers/p.md": "---\ntitle: P\nrelated: [sampling, gone-away]\n---\n"}
    library, problems = read_site(make_site(files))
    assert [b.document.slug for b in library.backlinks["notes/sampling/"]] == ["p"]
    assert [str(p).partition("\n")[0] for p in problems] == [
        "content/papers/p.md:3: error: no entry called 'gone-away'"
    ]
