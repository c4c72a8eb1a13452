"""What the engine is given, and that it comes out as it went in."""

from __future__ import annotations

import re

import markdown
import pytest
import yaml
from made_site import entry, made, make_site

from builder.accents import ACCENTS, PAPER, accent_css
from builder.config import SiteConfig
from builder.engine import engines, find_engine
from builder.engine.process import problems_in
from builder.errors import ConfigError, ContentError, EngineError, Source
from builder.model import Page, StaticFile
from builder.stage import stage, to_markdown

HARD = """<p>[[not a link]] *no* _no_ `no` **no** [a](b) ![c](d) {{ no }} { .no } &amp; &lt;b&gt; \\* <em>yes</em> http://x.org <br></p>
<div class="highlight"><pre><code>a	tab

   \n\n# no heading
    four spaces
&lt;script&gt; $x$ [^1]
</code></pre></div>
<p>1. no list</p>
<script type="application/json">{"a": ["*", "_", "[x](y)", "\\\\", "# h"], "b": "<\\/script>"}</script>
<svg viewBox="0 0 10 10" role="img"><title>a_b_c</title><g><path d="M0 0L1 1"/></g></svg>
<details><summary>*S*</summary>

<p>text</p>

</details>
<figure><img src="a_b_.png" alt="*x*"><figcaption>_c_</figcaption></figure>
<p><math display="inline"><mi>x</mi><mo>*</mo><msub><mi>y</mi><mn>1</mn></msub></math> = __x__</p>
<table><tr><td>a | b</td></tr></table>
<ul><li>- x</li></ul>
<!-- a comment -->
Setext
======
> quote"""


def render(page: Page) -> tuple[str, list]:
    parser = markdown.Markdown(extensions=["attr_list", "toc"])
    body = to_markdown(page).split("---\n", 2)[2]
    return parser.convert(body), parser.toc_tokens


def test_html_comes_out_as_it_went_in():
    out, _ = render(Page("a/", "A", HARD))
    expected = HARD.replace("\t", "&#9;").replace("\n   \n", "\n  &#32;\n")
    assert out == f'<div class="sl-part">\n{expected}\n</div>'


@pytest.mark.parametrize(
    "markup",
    [
        "Plain",
        "*a* _b_ `c` [d](e) ![f](g) {h} #i ##",
        "a &amp; b &lt;i&gt; \\* 1. x",
        '<code>a_b*c</code> and <em>x</em> <a href="a_b_[c]*.html" title="*">y</a>',
        "<math><msub><mi>x</mi><mn>1</mn></msub><mo>*</mo></math> { #no }",
        "Ünïcode — “quotes” 数学",
    ],
)
def test_heading_keeps_its_text_and_anchor(markup):
    out, toc = render(Page("a/", "A", f'<p>x</p>\n<h2 id="the-id">{markup}</h2>\n<p>y</p>'))
    heading = re.search(r'<h2 id="the-id">(.*)</h2>', out)
    assert heading is not None, out
    assert unescaped(heading[1]) == unescaped(markup)
    assert [token["id"] for token in toc] == ["the-id"]


def unescaped(markup: str) -> str:
    """Markup with its numeric entities resolved; named ones stay, so that `&lt;` is not `<`."""
    return re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), markup).replace("&quot;", '"')


def test_heading_inside_other_markup_stays_html():
    staged = to_markdown(Page("a/", "A", '<blockquote>\n<h2 class="sl-nested" id="x">X</h2>\n</blockquote>'))
    assert '<h2 class="sl-nested" id="x">X</h2>' in staged


def test_title_and_description_are_escaped_for_the_engine():
    staged = to_markdown(Page("a/", 'A <b> & "c"', "", description="x: <i>\n- y"))
    meta = yaml.safe_load(staged.split("---")[1])
    assert meta == {"title": "A &lt;b&gt; &amp; &quot;c&quot;", "description": "x: &lt;i&gt; - y"}


def test_mermaid_is_loaded_only_where_there_is_a_diagram():
    script = '<script type="studylog/touched" src="../../assets/studylog/vendor/mermaid.tiny.js"></script>'
    assert script in to_markdown(Page("a/b/", "A", '<pre class="mermaid"><code>graph</code></pre>'))
    assert "mermaid" not in to_markdown(Page("a/b/", "A", "<p>graph</p>"))


def config(root, **values) -> SiteConfig:
    return SiteConfig(title="T", root=root, **values)


def test_second_staging_writes_nothing(tmp_path):
    pages = [Page("", "Home", "<p>x</p>"), StaticFile("a/b.json", b"{}")]
    assert stage(pages, config=config(tmp_path), files={}).written > 2
    again = stage(pages, config=config(tmp_path), files={})
    assert (again.written, again.removed) == (0, 0)


def test_what_is_gone_is_pruned(tmp_path):
    stage([Page("", "Home", ""), Page("a/b/", "B", "<p>x</p>")], config=config(tmp_path), files={})
    staged = stage([Page("", "Home", "")], config=config(tmp_path), files={})
    assert staged.removed == 1
    assert not (tmp_path / ".build/docs/a").exists()


def test_file_gives_way_to_a_directory(tmp_path):
    stage([StaticFile("a", b"x")], config=config(tmp_path), files={})
    stage([StaticFile("a/b", b"x")], config=config(tmp_path), files={})
    assert (tmp_path / ".build/docs/a/b").read_bytes() == b"x"


def test_markdown_among_the_assets_is_refused(tmp_path):
    (tmp_path / "a.md").write_text("x")
    with pytest.raises(ContentError, match=r"a\.md: error: a Markdown file cannot be published as it is"):
        stage([Page("", "Home", "")], config=config(tmp_path), files={"files/a.md": tmp_path / "a.md"})


def test_nav_holds_index_pages_only(tmp_path):
    site = make_site(tmp_path, {"content/log/2026-01-01-a.md": entry("A"), "content/notes/n.md": entry("N")})
    staged = stage(made(site).values(), config=site.config, files={})
    settings = yaml.safe_load(staged.settings.read_text())
    assert {"Log": [{"Log": "log/index.md"}, {"2026": "log/2026/index.md"}]} in settings["nav"]
    assert "notes/n" not in str(settings["nav"])


def test_unknown_accent_suggests_one(tmp_path):
    with pytest.raises(ConfigError, match="no colour called 'teel'\n  hint: did you mean 'teal'"):
        accent_css("teel")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ACCENTS)
def test_accent_is_legible_in_both_schemes(name):
    for colour, paper in zip(ACCENTS[name], PAPER.values(), strict=True):
        bright, dark = sorted((luminance(colour), luminance(paper)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_engine_messages_name_the_authors_file(tmp_path):
    staged = stage([Page("a/", "A", "", source=Source("content/notes/a.md", 3))], config=config(tmp_path), files={})
    [problem] = problems_in(
        "mkdocs", "WARNING -  Doc file 'a/index.md' is odd\nAborted\n", sources=staged.sources, status=1
    )
    assert str(problem) == "content/notes/a.md: error: mkdocs: Doc file 'a/index.md' is odd"


def test_unknown_engine_suggests_one():
    with pytest.raises(EngineError, match="did you mean 'mkdocs'"):
        find_engine("mkdoc")
    assert list(engines()) == ["mkdocs", "properdocs", "zensical"]
