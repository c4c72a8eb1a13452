"""Jekyll and Hugo: front matter, permalinks, tags and shortcodes, files that come along."""

import pytest
from linked_log import read_site

CONFIG = "url: https://me.example.org\nbaseurl: /blog\npermalink: pretty\nplugins: [x]\n"


def test_a_jekyll_site_keeps_its_links_and_addresses(bring):
    root, ledger = bring(
        {
            "_config.yml": CONFIG,
            "assets/a.png": b"PNG",
            "_posts/2020-05-06-one.md": (
                "---\ntitle: 'One: a \"start\"'\ntags: ml, nlp\nimage: {path: /assets/a.png}\npublished: false\n---\n"
                "[two]({{ site.baseurl }}{% post_url 2020-06-07-two %}#part) [gone](/gone/) ![p]({{ '/assets/a.png' | relative_url }}){: .x}\n"
                "{% raw %}\n`{{ a.b }}` {{ a.b }}\n{% endraw %}\n* TOC\n{:toc}\n{% if x %}\n{% gist a/1 %}\n"
            ),
            "_posts/2020-06-07-two.md": "---\nredirect_from: /old.html\n---\n# Two\n## Part\n[one](https://me.example.org/blog/2020/05/06/one/)\n",
            "_includes/x.md": "no\n",
        }
    )
    one = (root / "content/posts/2020-05-06-one.md").read_text()
    assert 'title: "One: a \\"start\\""' in one and "draft: true" in one and 'image: "assets/a.png"' in one
    assert "[two](2020-06-07-two.md#part) [gone](https://me.example.org/blog/gone/) ![p](../assets/a.png)\n" in one
    assert "`{{ a.b }}` `{{ a.b }}`" in one and "TOC" not in one and "raw" not in one
    assert "{% if x %}" not in one and "https://gist.github.com/a/1" in one
    two = (root / "content/posts/2020-06-07-two.md").read_text()
    assert 'title: "Two"' in two and 'aliases: ["/old.html", "/2020/06/07/two/"]' in two
    assert {r["from"] for r in ledger["redirects"]} >= {"/old.html", "/2020/06/07/two/"}
    assert len(ledger["sources"]) == 2
    assert read_site(root)[1] == () or all(p.severity == "note" for p in read_site(root)[1])


def test_a_hugo_site_with_toml_json_bundles_and_shortcodes(bring):
    root, ledger = bring(
        {
            "hugo.toml": 'baseURL = "https://h.example/"\n',
            "content/blog/bundle/pic.gif": b"GIF",
            "content/blog/bundle/index.md": (
                '+++\ntitle = "Bundle"\ndate = 2021-02-03T04:05:06+09:00\n[taxonomies]\ntags = ["a"]\n[params]\nfoo = 1\n+++\n'
                '{{< figure src="pic.gif" caption="It" >}}\n[o]({{< ref "other.md#two" >}})\n{{< highlight go >}}\nx\n{{< /highlight >}}\n'
                "{{% notice warning %}}\nCareful.\n{{% /notice %}}\n{{< odd >}}\n"
            ),
            "content/blog/other.md": '{\n "title": "Other",\n "date": "2021-03-04"\n}\n\nTop\n===\n\nTwo\n---\n[b](../bundle/)\n',
            "content/blog/_index.md": "---\ntitle: Blog\n---\n",
        }
    )
    bundle = (root / "content/posts/2021-02-03-bundle.md").read_text()
    assert 'date: 2021-02-03\ntags: ["a"]\naliases: ["/blog/bundle/"]' in bundle
    assert '![It](../assets/pic.gif "It")\n\n[o](2021-03-04-other.md#two)\n```go\nx\n```\n' in bundle
    assert "> [!warning]\n> Careful.\n\n`{{< odd >}}`" in bundle
    assert "[b](2021-02-03-bundle.md)" in (root / "content/posts/2021-03-04-other.md").read_text()
    assert any("'{{< odd >}}' has no equal" in warning for warning in ledger["warnings"])
    assert len(ledger["drafts"]) == 2


def test_a_post_that_only_looks_dated_stays_one(bring_one):
    texts, _ = bring_one(
        "---\ntitle: T\ndate: 2020-01-02\n---\nText.\n\n## Changes\n- 2020-01-03: a\n- 2020-01-04: b\n"
    )
    assert list(texts) == ["content/posts/2020-01-02-page.md"]


def test_addresses_that_the_log_needs_itself_are_not_taken(bring_one):
    texts, ledger = bring_one("---\ntitle: T\npermalink: /timeline/\nredirect_from: [/tags/x/, /fine/]\n---\nText\n")
    assert 'aliases: ["/fine/"]' in texts["content/notes/page.md"] and "permalink" not in texts["content/notes/page.md"]
    assert "the permalink '/timeline/' cannot be kept" in " ".join(ledger["warnings"])


def test_scripts_and_frames_do_not_come_along(bring_one):
    texts, ledger = bring_one(
        '# T\n\n<script>\nx()\n</script>\n\n<iframe src="https://www.youtube.com/embed/abc"></iframe>\n'
    )
    assert texts["content/notes/page.md"].endswith('<a href="https://youtu.be/abc">youtu.be/abc</a>\n')
    assert [d["reason"] for d in ledger["sources"][0]["dropped"]] == ["a script; pages run none of their own"] * 3


def page_of(bring, text: str, name: str = "_posts/2021-03-04-x.md", config: str = "_config.yml") -> tuple[str, dict]:
    """What becomes of one page of a site, without its front matter, and the ledger."""
    root, ledger = bring({config: "title: x\n", "assets/a.png": b"PNG", name: text})
    written = (root / ledger["drafts"][0]["path"]).read_text()
    return written.split("---\n\n", 1)[1], ledger


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ('{% include figure.html src="/assets/a.png" caption="Eight *heads*" alt="Heads" %}', '![Heads](../assets/a.png "Eight heads")'),
        ('{% include figure.liquid path="assets/a.png" class="img-fluid" zoomable=true %}', "![](../assets/a.png)"),
        ('<div class="col">\n  {% include figure.liquid path="assets/a.png" title="A" %}\n</div>',
         '<div class="col">\n  <img src="../assets/a.png" alt="A">\n</div>'),
        ('{% include youtube.html id="abc" %}', "[youtu.be/abc](https://youtu.be/abc)"),
        ("{% twitter https://twitter.com/x/status/1 %}", "<https://twitter.com/x/status/1>"),
        ("a {% if x %}b{% else %}c{% endif %}", "a bc"),
        ("{% assign x = 1 %}\ntext\n{% include toc.html %}", "text"),
        ("{% for p in site.posts %}\n* [{{ p.title }}]({{ p.url }})\n{% endfor %}",
         "```liquid\n{% for p in site.posts %}\n* [{{ p.title }}]({{ p.url }})\n{% endfor %}\n```"),
        ("{% details More %}\n*x*\n{% enddetails %}", "<details><summary>More</summary>\n\n*x*\n\n</details>"),
        ("text\n\n{::comment}\nhidden\n{:/comment}", "text"),
        ("> Quote\n{: .prompt-tip }", "> [!tip]\n> Quote"),
        ("## A head\n{: .no_toc #old-name }\n\n[to it](#old-name)", '<a id="old-name"></a>\n\n## A head\n\n[to it](#old-name)'),
        ("## A head {#a-head}\n\n[to it](#a-head)", "## A head\n\n[to it](#a-head)"),
        ("so $$a^2$$ is\n\n$$\nb\n$$", "so $a^2$ is\n\n$$\nb\n$$"),
        (r"so \\(a^2\\) is, \(b_1\) too, \(not this one, I think\)", r"so $a^2$ is, $b_1$ too, \(not this one, I think\)"),
        ("\\begin{align}\na &= b\n\\end{align}", "$$\\begin{aligned}\na &= b\n\\end{aligned}$$"),
        ("```math\na^2\n```", "$$\na^2\n$$"),
        ("```rust,linenos\nx\n```", "```rust\nx\n```"),
        ('<div markdown="1">\n*x*\n</div>', "<div>\n\n*x*\n\n</div>"),
        (":::tip[A title]\n\nText\n\n:::\n\nafter", "> [!tip] A title\n>\n> Text\n\nafter"),
        ("::: {.callout-note}\n## A title\nText\n:::", "> [!note] A title\n> Text"),
        (":::: {.columns}\n::: {.column}\nLeft\n:::\n::::", "Left"),
        ("import Tabs from '@theme/Tabs';\n\ntext", "text"),
        ('![A](/assets/a.png){#fig-a width="50%"} and [words]{.smallcaps}', "![A](../assets/a.png) and words"),
    ],
)  # fmt: skip
def test_what_generators_write_beyond_markdown(bring, written, becomes):
    assert page_of(bring, f"---\ntitle: T\n---\n{written}\n")[0] == f"{becomes}\n"


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ('{{< figure src="/a.png" title="A plot" caption="Loss *now*" >}}', '![Loss now](../assets/a.png "Loss now")'),
        ('{{< details "Click" >}}\n*x*\n{{< /details >}}', "<details><summary>Click</summary>\n\n*x*\n\n</details>"),
        ("{{< toc >}}\n\ntext {{/* a comment */}}", "text "),
        ("{{</* shown */>}}", "`{{< shown >}}`"),
        ('{{< button href="https://e.org" >}}Go{{< /button >}}', "[Go](https://e.org)"),
        ("{{< math >}}$x$ {{< /math >}}", "$x$ "),
        ('{{< ref "other.md" >}}', "[other.md](other.md)"),
        ('{{ youtube(id="abc", autoplay=true) }}', "[youtu.be/abc](https://youtu.be/abc)"),
    ],
)  # fmt: skip
def test_what_shortcodes_become(bring, written, becomes):
    files = {"hugo.toml": "", "static/a.png": b"PNG", "content/other.md": "# Other\n\nx\n"}
    root, _ = bring(files | {"content/x.md": f"+++\ntitle = 'T'\n+++\n{written}\n"})
    assert (root / "content/notes/x.md").read_text().split("---\n\n", 1)[1].rstrip("\n") == becomes.rstrip()


def test_hugo_addresses_follow_slugs_patterns_and_the_base(bring):
    config = 'baseURL = "https://h.example.org/blog/"\n[permalinks]\n  posts = "/:year/:month/:slug/"\n'
    root, _ = bring(
        {
            "hugo.toml": config,
            "content/posts/bundle/index.md": "+++\ntitle = 'B'\ndate = 2022-07-01\nslug = 'own'\n+++\n[other](/blog/2021/05/its-yaml/)\n",
            "content/posts/yaml.md": "---\ntitle: It's YAML\ndate: 2021-05-06\n---\n[back](https://h.example.org/blog/2022/07/own/)\n",
        }
    )
    bundle, other = ((root / f"content/posts/{name}.md").read_text() for name in ("2022-07-01-own", "2021-05-06-yaml"))
    assert 'aliases: ["/2022/07/own/"]' in bundle and "[other](2021-05-06-yaml.md)" in bundle
    assert 'aliases: ["/2021/05/its-yaml/"]' in other and "[back](2022-07-01-own.md)" in other


def test_zola_and_folders_of_docusaurus(bring):
    root, _ = bring(
        {
            "z/config.toml": 'base_url = "https://z.example.org"\n',
            "z/content/blog/2023-01-10_kv.md": "+++\ntitle = 'KV'\n+++\n[in](@/blog/other.md#part)\n",
            "z/content/blog/other.md": "+++\ntitle = 'O'\ndate = 2023-03-01\n[taxonomies]\ntags = ['a b']\n+++\n## Part\n",
            "d/blog/2021-08-26-welcome/index.mdx": "---\ntitle: W\n---\nHi. <!-- truncate --> more\n",
        }
    )
    kv = (root / "content/posts/2023-01-10-kv.md").read_text()
    assert "[in](2023-03-01-other.md#part)" in kv and 'aliases: ["/blog/kv/"]' in kv
    assert (root / "content/posts/2021-08-26-welcome.md").read_text().endswith("Hi.  more\n")


def test_a_day_that_is_none_is_asked_about_and_stays_out_of_the_name(bring):
    _, ledger = bring(
        {"_posts/2022-02-29-leap.md": "---\ndate: 2022-02-29\n---\nText\n", "_posts/2022-1-5-short.md": "x\n"}
    )
    assert {d["path"] for d in ledger["drafts"]} == {"content/notes/leap.md", "content/posts/2022-01-05-short.md"}
    assert ["'date': '2022-02-29' is not a date that can be read" in q for q in ledger["questions"]] == [True]


def test_notes_on_a_paper_are_told_from_posts_with_an_address(bring_one):
    paper, _ = bring_one("---\ntitle: T\nurl: https://arxiv.org/abs/1706.03762v5\nyear: 2017\n---\nMine.\n")
    assert paper == {
        "content/papers/page.md": '---\ntitle: "T"\narxiv: "1706.03762"\nyear: 2017\nstatus: "noted"\n---\n\nMine.\n'
    }
    clipped, _ = bring_one("---\ntitle: T\nsource: https://e.org/a\nimage: {alt: x}\n---\nMine.\n", "clip.md")
    assert clipped["content/notes/clip.md"].endswith('---\ntitle: "T"\n---\n\nSource: <https://e.org/a>\n\nMine.\n')
