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
    assert "**Key:** value <!-- hidden --> [[notes/nets|n]] [[notes/nets#parts|Nets]] [[notes/nets|Nets]] g\n" in text
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
