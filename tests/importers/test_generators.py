"""Jekyll and Hugo: front matter, permalinks, tags and shortcodes, files that come along."""

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
    assert "`{% if x %}`" in one and "https://gist.github.com/a/1" in one
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
    assert "![It](../assets/pic.gif) *It*\n[o](2021-03-04-other.md#two)\n```go\nx\n```\n" in bundle
    assert "> [!warning]\n> Careful.\n`{{< odd >}}`" in bundle
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
