"""What the check of the rendered site finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.check import check_site
from builder.errors import Source

PAGE = "<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def found(root: Path, body: str = "", *, head: str = "", files: dict[str, str] | None = None) -> list[str]:
    page = PAGE.format(head=head, body=body)
    for path, text in {"a/index.html": page, **(files or {})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return [f"{problem.code}: {problem.message}" for problem in check_site(root)]


def test_good_page_has_no_problems(tmp_path):
    body = '<h2 id="x">X</h2><a href="#x">x</a> <a href="./">a</a> <a href="../b.json?v=1">b</a> <a href="https://example.org">o</a>'
    assert found(tmp_path, body, files={"b.json": "{}"}) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<a href="../nowhere/">n</a>', "broken-link: '../nowhere/' leads nowhere"),
        ('<img src="p.png" alt="">', "broken-link: 'p.png' leads nowhere"),
        ('<a href="#y">y</a>', "broken-anchor: 'a/index.html' has no heading or id 'y'"),
        ('<p id="y"></p><p id="y"></p>', "duplicate-id: the id 'y' is given twice"),
        ('<img src="https://x.org/p.png" alt="">', "third-party-request: the page would fetch 'https://x.org/p.png'"),
        ('<img srcset="//x.org/p.png 2x" alt="">', "third-party-request: the page would fetch '//x.org/p.png'"),
        ('<p style="background: url(https://x.org/p)">', "third-party-request: the page would fetch 'https://x.org/p'"),
        ('<style>@import "https://x.org/c"</style>', "third-party-request: the page would fetch 'https://x.org/c'"),
        ('<iframe src="https://x.org/f"></iframe>', "third-party-request: the page would fetch 'https://x.org/f'"),
        ('<svg><use href="https://x.org/s"/></svg>', "third-party-request: the page would fetch 'https://x.org/s'"),
    ],
)
def test_S2_problem_is_found(tmp_path, body, problem):
    assert found(tmp_path, body) == [problem]


def test_links_of_the_head_are_fetched_unless_they_only_point(tmp_path):
    head = '<link rel="preload" href="https://x.org/f"><link rel="canonical" href="https://x.org/a/">'
    assert found(tmp_path, head=head) == ["third-party-request: the page would fetch 'https://x.org/f'"]


def test_style_sheets_are_read(tmp_path):
    files = {"c.css": "@font-face { src: url(f.woff2) } p { background: url('https://x.org/b') }"}
    assert found(tmp_path, files=files) == [
        "broken-link: 'f.woff2' leads nowhere",
        "third-party-request: the style sheet would fetch 'https://x.org/b'",
    ]


def test_state_of_a_demo_is_an_anchor(tmp_path):
    body = '<figure id="demo-heat"></figure><a href="#heat:temperature=0.8">s</a>'
    assert found(tmp_path, body) == []
    assert found(tmp_path, '<a href="#cold:temperature=0.8">s</a>')[0].startswith("broken-anchor")


def test_addresses_from_the_root_know_where_the_site_will_be(tmp_path):
    home = PAGE.format(head='<link rel="canonical" href="https://example.org/log/">', body="")
    assert found(tmp_path, '<a href="/log/a/">a</a>', files={"index.html": home}) == []


def test_problem_is_located_in_the_authors_file(tmp_path):
    found(tmp_path, '<a href="../nowhere/">n</a>')
    [problem] = check_site(tmp_path, sources={"a/index.md": Source("content/notes/a.md", 1)})
    assert str(problem).startswith("content/notes/a.md:1: error: '../nowhere/' leads nowhere")
