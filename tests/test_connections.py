"""What an entry's page says of the entries around it: who refers to it and how, what is about the same, a map."""

from __future__ import annotations

import re
from dataclasses import replace

from demo_log import write_demo
from made_site import entry, made, make_site

from builder.related import find_related
from builder.run.registry import read_demos

LOG = {
    "content/log/2026-01-01-first.md": entry(
        "First", "We begin.\n\n> [!annotation 2026-02-02] It went on in [[second]]. Much later.\n"
    ),
    "content/log/2026-02-02-second.md": entry("Second", "It cites [@vaswani-2017]. And [[third]] is linked.\n"),
    "content/log/2026-03-03-third.md": entry("Third", "Nothing.\n", follows="[second]"),
    "content/papers/vaswani-2017.md": entry(
        "Attention", "Text.\n", arxiv='"1706.03762"', authors="[Ashish Vaswani]", year=2017, date="2026-01-15"
    ),
}


def foot(page) -> str:
    return page.html.split('<footer class="sl-foot"')[1]


def section(page, heading: str) -> str:
    """The part of the foot under a heading."""
    return re.split(r'<p class="sl-foot-title"', foot(page).split(f">{heading}</p>")[1])[0]


def test_backlinks_are_sorted_by_what_they_say(tmp_path):
    pages = made(make_site(tmp_path, LOG))
    second, third = pages["log/2026/02/02/second/index.html"], pages["log/2026/03/03/third/index.html"]
    assert ">Third</a>" in section(second, "Continued in")
    assert "It went on in Second." in section(second, "Remarks that lead here")
    assert '#annotation-2026-02-02">remark of 2 February 2026</a>' in section(second, "Remarks that lead here")
    assert "And Third is linked." in section(third, "Mentioned in")
    paper = pages["papers/vaswani-2017/index.html"]
    assert "It cites (Vaswani 2017)." in section(paper, "Cited in")


def test_a_link_to_where_a_noted_paper_is_cites_it(tmp_path):
    linking = {"content/notes/links.md": entry("Links", "See [their paper](https://arxiv.org/pdf/1706.03762v5).\n")}
    pages = made(make_site(tmp_path, LOG | linking))
    assert "See their paper." in section(pages["papers/vaswani-2017/index.html"], "Cited in")
    cards = pages["notes/links/index.html"].html.split('<template class="sl-previews">')[1]
    assert 'data-for="https://arxiv.org/pdf/1706.03762v5"' in cards
    assert '<a href="../../papers/vaswani-2017/">Attention</a>' in cards


def test_a_paper_that_nobody_noted_has_a_preview_too(tmp_path):
    bib = "@misc{ho, title={Denoising}, author={Ho, Jonathan}, year={2020}, eprint={2006.11239}}\n"
    files = {"content/refs.bib": bib, "content/notes/a.md": entry("A", "See [@ho].\n")}
    cards = made(make_site(tmp_path, files))["notes/a/index.html"].html.split('<template class="sl-previews">')[1]
    assert '<p class="sl-preview-title" dir="auto">Denoising</p>' in cards
    assert "Jonathan Ho, 2020" in cards


def test_an_entry_says_at_its_top_what_it_continues(tmp_path):
    page = made(make_site(tmp_path, LOG))["log/2026/03/03/third/index.html"]
    assert 'Continues <a href="../../../02/02/second/">Second</a>.' in page.html.split("</header>")[0]


def test_what_an_entry_follows_must_be_there(tmp_path):
    site = make_site(tmp_path, {"content/notes/a.md": entry("A", follows="[nowhere]")})
    assert [(p.code, p.message) for p in site.library.problems] == [("broken-link", "no entry called 'nowhere'")]


def test_the_map_has_a_row_for_every_neighbour_in_the_order_of_time(tmp_path):
    page = made(make_site(tmp_path, LOG))["log/2026/02/02/second/index.html"]
    rows = re.findall(r"<li><(?:a|strong)[^>]*>(.*?)</(?:a|strong)>(?: <span>(.*?)</span>)?</li>", foot(page))
    assert rows == [
        ("First", "remarked on with this"),
        ("Attention", "cited here"),
        ("Second", ""),
        ("Third", "linked from here and continues this"),
    ]
    assert len(re.findall('<path class="sl-arc--', foot(page))) == 3


def test_an_entry_with_one_neighbour_needs_no_map(tmp_path):
    page = made(make_site(tmp_path, LOG))["log/2026/03/03/third/index.html"]
    assert "sl-map" not in page.html


def test_a_crowded_neighbourhood_is_cut_and_says_so(tmp_path):
    crowd = {f"content/log/2026-01-{n:02}-e{n}.md": entry(f"E{n}", "See [[hub]].\n") for n in range(1, 21)}
    page = made(make_site(tmp_path, {**crowd, "content/notes/hub.md": entry("Hub")}))["notes/hub/index.html"]
    assert foot(page).count(">links here</span>") == 12
    assert "and 8 more entries" in foot(page)


def test_a_page_carries_a_preview_of_what_it_links_to(tmp_path):
    page = made(make_site(tmp_path, LOG))["log/2026/02/02/second/index.html"]
    cards = page.html.split('<template class="sl-previews">')[1].split("</template>")[0]
    assert 'data-for="../../../../../papers/vaswani-2017/"' in cards
    assert "Ashish Vaswani, 2017" in cards and 'href="https://arxiv.org/abs/1706.03762">arXiv 1706.03762</a>' in cards
    assert '<a href="../../../03/03/third/">Third</a>' in cards


def test_a_correction_is_announced_apart_from_other_remarks(tmp_path):
    text = "Two and two is five.\n\n> [!correction 2026-03-01] Four.\n\n> [!annotation 2026-03-02] I was young.\n"
    pages = made(make_site(tmp_path, {"content/log/2026-01-01-sums.md": entry("Sums", text)}))
    head, body = pages["log/2026/01/01/sums/index.html"].html.split("</header>")
    assert 'Corrected later: <a href="#annotation-2026-03-01">1 March 2026</a>.' in " ".join(head.split())
    assert 'Annotated later: <a href="#annotation-2026-03-02">2 March 2026</a>.' in " ".join(head.split())
    assert 'aria-label="Correction of 2026-03-01"' in body
    assert "Correction of “Sums”" in pages["timeline/index.html"].html


def test_a_paper_is_demonstrated_by_what_its_note_names_and_knows_what_runs_where_it_is_cited(tmp_path):
    for name in ("named", "rolled", "elsewhere"):
        write_demo(tmp_path, name, "", "return said('six')")
    files = {
        "content/papers/dice.md": entry("Dice", demos="[named]"),
        "content/log/2026-01-01-citing.md": entry("Citing", "As in [@dice].\n\n```demo rolled\nas: one\n```\n"),
        "content/log/2026-01-02-other.md": entry("Other", "```demo elsewhere\n```\n"),
    }
    demos, _ = read_demos(tmp_path)
    page = made(replace(make_site(tmp_path, files), demos=demos))["papers/dice/index.html"]
    assert re.findall('href="[./]*demos/(.*?)/"', section(page, "Demonstrated by")) == ["named"]
    listed = section(page, "Demos in entries that cite it")
    assert re.findall('href="[./]*demos/(.*?)/"', listed) == ["rolled"]
    assert 'It runs in <a href="../../log/2026/01/01/citing/#demo-one">Citing</a>.' in listed
    demo = made(replace(make_site(tmp_path, files), demos=demos))["demos/named/index.html"].html
    assert "papers/dice/" in demo.split('<h2 id="illustrates">Illustrates</h2>')[1]


def test_related_entries_share_rare_words_and_are_not_linked(tmp_path):
    texts = {
        "beam": "Beam search keeps several hypotheses and loses diversity.",
        "lattice": "Lattices hold many hypotheses; beam pruning loses most.",
        "linked": "Several kinds of diversity, see [[beam]].",
        "bread": "Flour, water, salt and patience.",
        "soup": "Water, salt, leeks.",
        "tea": "Leaves.",
        "glass": "Sand and heat.",
        "wood": "Trees.",
        "stone": "Pressure.",
        "paper-making": "Pulp.",
    }
    files = {f"content/notes/{slug}.md": entry(slug, text, tags=f"[tag-{slug}]") for slug, text in texts.items()}
    library = make_site(tmp_path, files).library
    related = find_related(library)["notes/beam/"]
    assert [(near.document.slug, near.words) for near in related] == [("lattice", ("hypotheses", "loses"))]


def test_entries_about_writing_the_log_are_near_only_one_another(tmp_path):
    text = "Beam search keeps several hypotheses."
    others = {f"content/notes/other-{n}.md": entry(f"Number {n}", f"Word{n}.") for n in range(24)}
    manual = {f"content/notes/{n}.md": entry(n, text, tags="[manual]") for n in ("how-to", "keys")}
    files = {"content/notes/beam.md": entry("beam", text), "content/notes/lattice.md": entry("lattice", text)} | manual
    related = find_related(make_site(tmp_path, files | others).library)
    assert {url: [near.document.slug for near in found] for url, found in related.items() if found} == {
        "notes/beam/": ["lattice"],
        "notes/lattice/": ["beam"],
        "notes/how-to/": ["keys"],
        "notes/keys/": ["how-to"],
    }
