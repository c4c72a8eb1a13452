"""Whatever goes in: the ledger is complete, the log has no problems, nothing crashes, and time stays in proportion."""

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from linked_log import read_site

from builder.config import read_config
from builder.errors import ContentError
from builder.importers import IMPORTERS, import_notes

MARKDOWN = [name for name, importer in IMPORTERS.items() if ".md" in importer.suffixes]
LINES = [
    "---", "+++", "title: a: b", "date: 2021-01-01", "date: soon", "  - z", "", "# T", "## 2/24", "## 24 Feb 2023", "## 2022 Log",
    "### March", "text", "* 1/15 - item", "- 2/30 - bad", "\t* nested", "    deep", "```", "{% highlight py %}", "{% endhighlight %}",
    "{% raw %}", "{% endraw %}", "{{ site.x }}", '{{< figure src="a.png" >}}', "{{% notice tip %}}", "{{% /notice %}}", "<!-- more -->",
    "<!-- open", "<div>", "<script>", "</script>", "[x]: y", "[^1]: note", "[x] [^1] [a](b.md) ![p](q.png) [[w|v]] ![[e.png]]", "%%",
    "key:: v", "> [!note] T", "====", "----", "***", "TBD", "- [a](#a)", "Contents", r"$\bad{$ $x^$", "<img src=x.png>", '<a name="q"></a>',
    "* TOC", "{:toc}", "#tag #b", "collapsed:: true", "- # H", "**2023-02-24**: bold", "2023-02-24", "\x0c", "\x85", "isnâ€™t", "$$",
    ":::note", ":::tip[T]", ":::", "::: {.columns}", "## H {#id .c}", "{: .prompt-tip }", "{: #id }", "> quote", "{::comment}", "{:/comment}",
    r"\\(a_b\\) \[c\]", r"\begin{align}", r"\end{align}", "```math", "{% for a in b %}", "{% endfor %}", "{% if a %}", "{% details d %}",
    "{% enddetails %}", "{{< details a >}}", "{{< /details >}}", "{{/* c */}}", '{% include figure.html src="a.png" caption="c" %}',
    '<div markdown="1">', "</div>", "^mark", "text ^mark", "- [-] off", "#+BEGIN_QUOTE", "#+END_QUOTE", "- TODO x", "2/24–2/26: range",
    "url: https://arxiv.org/abs/1706.03762", "import A from 'b';", "![b](https://img.shields.io/b.svg)", "2/24 a", "*by Ana* 2023-02-24",
    "[@cite]", "{", "}", '"a": 1,', "-", "# ", "[", "`", "2/2",
]  # fmt: skip
FLAVOURS = {
    "plain": {},
    "jekyll": {"_config.yml": "url: https://e.org\n"},
    "obsidian": {".obsidian/a": ""},
    "logseq": {"logseq/config.edn": ""},
}


def import_text(root: Path, text: str, *, shape: str, flavour: str = "plain", name: str = "a.md") -> dict:
    old = root / "old"
    for path, content in {**FLAVOURS[flavour], name: text}.items():
        (old / path).parent.mkdir(parents=True, exist_ok=True)
        (old / path).write_bytes(content.encode())
    (root / "log").mkdir(exist_ok=True)
    (root / "log/site_config.yml").write_text("title: x\n")
    return import_notes(read_config(root / "log"), [old / name], shape=shape, year=2022, dry_run=False)


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=20)), max_size=14),
    end=st.sampled_from(["\n", "\r\n"]),
    shape=st.sampled_from(["auto", *MARKDOWN]),
    flavour=st.sampled_from(list(FLAVOURS)),
    name=st.sampled_from(["a.md", "2023-02-24.md", "2022.md", "README.md"]),
)
@example(lines=[r"$\bad{$ $x^$"] * 2, end="\n", shape="auto", flavour="plain", name="a.md")
def test_any_text_is_accounted_for_and_makes_a_log_without_problems(lines, end, shape, flavour, name):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        text = end.join(lines).encode("utf-8", "ignore").decode()
        try:
            ledger = import_text(root, text, shape=shape, flavour=flavour, name=name)
        except ContentError:  # characters that no text holds
            return
        [source] = ledger["sources"]
        assert source["content"] + source["metadata"] + source["blank"] + len(source["dropped"]) == source["lines"]
        assert [p for p in read_site(root / "log")[1] if p.severity != "note"] == []
        again = import_text(root, text, shape=shape, flavour=flavour, name=name)
        assert (again["drafts"], again["assets"]) == ([], [])


@settings(max_examples=40, deadline=None)
@given(text=st.text(alphabet='@{}",=\nabc12[]: ', max_size=200), name=st.sampled_from(["a.bib", "a.json", "a.ipynb"]))
def test_any_other_file_is_accounted_for(text, name):
    shape = {"a.bib": "bibtex", "a.json": "csl", "a.ipynb": "notebook"}[name]
    with tempfile.TemporaryDirectory() as folder:
        [source] = import_text(Path(folder), text, shape=shape, name=name)["sources"]
        assert source["content"] + source["metadata"] + source["blank"] + len(source["dropped"]) == source["lines"]


REPEATED = [
    "[", "[a](", "![[", "{{ x", "{% raw %}\n", "<!-- ", "`", "$", "* 1/2 a\n", "[a]: b\n", "\t- x\n", "> ", "## 2/24\n", "{{< x ", "(((",
    "<a href=", "- [a](#a)\n", "%%", "key:: v\n", "#tag ", "&", "\\", "@a{", "a (", "====\n", "TBD\n## A\n",
    ":::note\n", ":::note\n:::\n", "# a {#b}\n", "a {", "](a){", "{: #a }\n", "> a\n{: .prompt-tip }\n", "\\\\(", "\\(a", "\\[\n", "\\begin{align}\n",
    "```math\n", "{% for a %}\n", "{% details %}\n", "{{< details >}}\n", "{{/*", '<div markdown="1">\n', "^a\n", "- [-] a\n", "#+BEGIN_QUOTE\n",
    "import a from ", "2/24–", "2/24 a\n", "![](badge", "a ", "\t", "[a](b)[", "{{ a(", "1 - 2 ",
]  # fmt: skip


@pytest.mark.parametrize("part", REPEATED)
def test_time_grows_with_the_text(part, tmp_path):
    """Four times the text takes less than twelve times as long, measured where it takes long enough to measure."""

    def seconds(size: int) -> float:
        started = time.process_time()
        import_text(tmp_path / f"{size}", part * (size // len(part)) + "\n", shape="auto")
        return time.process_time() - started

    size = 1_000
    short, long = seconds(size), seconds(4 * size)
    assert long < 0.6 or long < 12 * short
