"""Obsidian vaults and Logseq graphs."""

from linked_log import read_site

BLOCK = "63f8a1b2-0000-4000-8000-123456789abc"


def test_an_obsidian_vault(bring):
    root, ledger = bring(
        {
            ".obsidian/app.json": "{}",
            "att/my pic (1).png": b"PNG",
            "Attention.md": (
                "---\naliases: [attn]\ntags: [core]\n---\nKey:: value %%hidden%% [[Nets|n]] [[Nets#Parts]] [[Nets#^b1]] [[Ghost|g]]\n"
                "![[my pic (1).png|300]]\n![[Nets]]\nA #tag/sub and ==marked==.\n\n%%\nlong\n%%\n#only #tags\n\n```\n[[not]] %%code%%\n```\n"
            ),
            "Nets.md": "# Nets\n## Parts\nText ^b1\n[md](Attention.md) [[attn]] [[2023-02-24]]\n",
            "daily/2023-02-24.md": "- did [[Attention]]\n",
        }
    )
    text = (root / "content/notes/attention.md").read_text()
    assert 'tags: ["core", "tag/sub", "only", "tags"]' in text
    assert (
        "**Key:** value <!-- hidden --> [[notes/nets|n]] [[notes/nets#parts|Nets]] [[notes/nets#b1|Nets]] g\n" in text
    )
    assert "![[my-pic-1.png|300]]\n[[notes/nets|Nets]]\nA #tag/sub and <mark>marked</mark>." in text
    assert "<!-- \nlong\n -->" in text and "[[not]] %%code%%" in text
    daily = (root / "content/log/2023-02-24-did-attention.md").read_text()
    assert "- did [[notes/attention|Attention]]" in daily
    assert (
        "[[notes/attention|attn]] [[log/2023-02-24-did-attention|2023-02-24]]"
        in (root / "content/notes/nets.md").read_text()
    )
    assert [w for w in ledger["warnings"] if "Ghost" in w] and read_site(root)[1] == ()


def test_a_logseq_graph(bring):
    root, _ = bring(
        {
            "logseq/config.edn": "{}",
            "assets/im.png": b"PNG",
            "pages/Deep___Nets.md": (
                f"title:: Deep/Nets\ntags:: [[ml]], #nn\nalias:: DN\n\n- # Head\n  collapsed:: true\n\t- child\n\t  id:: {BLOCK}\n"
                "\t- TODO a\n\t- DONE b\n- ![i](../assets/im.png){:height 1}\n- key:: v\n- {{query x}}\n-\n"
            ),
            "journals/2023_02_24.md": f"- read (({BLOCK})), [[DN]], {{{{embed [[Deep/Nets]]}}}}\n\t- :LOGBOOK:\n\t  CLOCK: x\n\t  :END:\n",
            "pages/x.md": "- [[Feb 24th, 2023]]\n",
        }
    )
    page = (root / "content/notes/deep-nets.md").read_text()
    assert 'title: "Deep/Nets"\ntags: ["ml", "nn"]' in page and "collapsed" not in page and BLOCK not in page
    assert "## Head\n\n- child\n- [ ] a\n- [x] b\n- ![i](../assets/im.png)\n- **key:** v\n- `{{query x}}`" in page
    [journal] = list((root / "content/log").glob("*.md"))
    assert "- read [[notes/deep-nets|child]], [[notes/deep-nets|DN]], [[notes/deep-nets|Nets]]\n" in journal.read_text()
    assert "[[log/2023-02-24" in (root / "content/notes/x.md").read_text()
    assert read_site(root)[1] == ()


def test_what_else_a_vault_holds(bring):
    root, ledger = bring(
        {
            ".obsidian/templates.json": '{"folder": "Meta/Forms"}',
            "Meta/Forms/day.md": "# {{date}}\n",
            "Sketch.excalidraw.md": "---\nexcalidraw-plugin: parsed\n---\nText\n",
            "Daily/2023/02/24.md": "<< [[2023-02-23]]\n\n- [/] begun\n- [-] given up\n- [x] done #now\n",
            "Daily/25 Feb 2023.md": "Back to [[2023-02-24]] and [[Nets#^b1|it]], not [[Nets#^b2]].\n",
            "Nets.md": "| a |\n|---|\n| b |\n\n^b1\n\nText ^unused\n",
            "Lit.md": "---\ndoi: 10.1000/x\nyear: 2020\n---\nMine\n",
        }
    )
    drafts = {draft["path"] for draft in ledger["drafts"]}
    assert "content/log/2023-02-24-begun.md" in drafts and "content/papers/lit.md" in drafts
    assert all(
        "draft: true" in (root / f"content/notes/{name}.md").read_text() for name in ("day", "sketch-excalidraw")
    )
    assert "- [ ] begun\n- [x] ~~given up~~\n- [x] done" in (root / "content/log/2023-02-24-begun.md").read_text()
    assert '\n\n <a id="b1"></a>\n\nText\n' in (root / "content/notes/nets.md").read_text()
    [day] = [root / path for path in drafts if "2023-02-25" in path]
    assert "[[log/2023-02-24-begun|2023-02-24]] and [[notes/nets#b1|it]], not [[notes/nets|Nets]]" in day.read_text()
    assert [w for w in ledger["warnings"] if "no block 'b2' in 'Nets'" in w] and read_site(root)[1] == ()


def test_what_else_a_graph_holds(bring):
    text = (
        "- WAITING for b\n- CANCELLED c\n- DOING d\n  SCHEDULED: <2023-02-24 Fri>\n- #+BEGIN_QUOTE\n  Said\n  #+END_QUOTE\n"
        "- #+BEGIN_SRC python\n  x = 1\n  #+END_SRC\n- [alias]([[Page]]) #[[two words]] {{cloze hidden}}\n"
    )
    root, ledger = bring({"logseq/config.edn": "{}", "journals/2023_02_24.md": text, "pages/Page.md": "- x\n"})
    [journal] = (root / "content/log").glob("*.md")
    assert journal.read_text().split("---\n\n", 1)[1] == (
        "- [ ] *waiting:* for b\n- [x] ~~c~~\n- [ ] d\n  *Scheduled: 2023-02-24*\n- >\n  > Said\n"
        "- ```python\n  x = 1\n  ```\n- [[notes/page|alias]] two words hidden\n"
    )
    assert ledger["warnings"] == [] and read_site(root)[1] == ()


def test_links_in_tables_leave_the_cells_as_they_are(bring):
    table = "| a | b |\n|---|---|\n| [[Nets]] | [[Nets\\|n]] |\n"
    root, _ = bring({".obsidian/a": "", "Table.md": table, "Nets.md": "x\n"})
    assert "| [[notes/nets\\|Nets]] | [[notes/nets\\|n]] |\n" in (root / "content/notes/table.md").read_text()
    library, problems = read_site(root)
    page = next(document for document in library.documents if document.slug == "table")
    assert problems == () and [link.text for link in page.links] == ["Nets", "n"]
