"""No text takes more than linear time: four times the text takes about four times as long, whatever it is made of."""

import gc
import time

import pytest
from linked_log import read_site

from builder.parse import render

NOTE, YEAR = "content/notes/a.md", "content/log/2023.md"
BOUND = 8  # times as long for four times the text: what is quadratic takes 16 times as long
LONG_ENOUGH_SECONDS = 0.15  # below this nothing can be told, nor need be
CHARACTERS = {NOTE: 4_000, YEAR: 1_500}  # a day of a year costs more


def numbered(*parts: str):
    """Text of n of each part, one kind after the other; `#` is the number."""
    return lambda n: "".join("".join(part.replace("#", str(i)) for i in range(n)) for part in parts)


def repeated(part: str, before: str = "", after: str = ""):
    """A part n times."""
    return lambda n: before + part * n + after


TEXTS = {
    "footnotes, each called once": numbered("a[^#] ", "\n\n[^#]: t\n"),
    "one footnote, called again and again": repeated("a[^1] ", after="\n\n[^1]: t\n"),
    "one footnote, defined again and again": repeated("[^1]: t\n", before="a[^1]\n\n"),
    "a footnote of many paragraphs": repeated("    more\n\n", before="a[^1]\n\n[^1]: t\n\n"),
    "footnotes that call each other": numbered("a[^#]\n\n[^#]: see[^#0]\n\n"),
    "footnotes that are missing": numbered("a[^m#] "),
    "footnotes in the text": repeated("a^[note *x*] "),
    "footnotes that nobody calls": numbered("[^#]: t\n"),
    "nested quotes": repeated(">"),
    "lazy lines of a quote": repeated("a\n", before="> > > > > a\n"),
    "quotes": repeated("> a\n\n"),
    "nested lists": repeated("- "),
    "deeper lists": lambda n: "".join("  " * (i % 60) + "- a\n" for i in range(n)),
    "items": repeated("- a\n"),
    "tasks": repeated("1. [ ] a\n\n"),
    "definitions": repeated("a\n: b\n\n"),
    "stars": repeated("*a "),
    "emphasis that crosses": repeated("*a _b **c "),
    "emphasis in words": repeated("a**b"),
    "struck out": repeated("~~a "),
    "open brackets": repeated("word [a "),
    "nested brackets": lambda n: "[" * n + "a" + "]" * n,
    "links": repeated("[a](b) "),
    "open links": repeated("[a](b c "),
    "pictures": repeated("![a](b.png) "),
    "references": numbered("[#]: /b\n", "[#] "),
    "open titles": repeated('[a](b "'),
    "addresses": repeated("http://a.b/c <http://a.b> "),
    "numbers of papers": repeated("arXiv:1706.03762 "),
    "wikilinks": repeated("[[a|b]] ![[c.png]] "),
    "open wikilinks": repeated("some words [[a "),
    "citations": numbered("[@a#] "),
    "open citations": repeated("some words [@a "),
    "values": repeated("{{a.b}} {{c "),
    "rows": repeated("|c|d|\n", before="|a|b|\n|-|-|\n"),
    "wide tables": lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|c" * n + "|\n",
    "tables": repeated("|a|b|\n|-|-|\n|c|d|\n\n"),
    "tags": repeated("a <b>c</b> <i> "),
    "open tags": repeated("a <b c='d "),
    "attributes": repeated("b=c ", before="a <a "),
    "blocks of HTML": repeated("<div>\n\na\n\n"),
    "folded parts": repeated("<details><summary>a</summary>\n\nb\n\n</details>\n\n"),
    "comments": repeated("a <!-- b --> <!-- "),
    "formulas": repeated("$a$ and $5 "),
    "displayed formulas": repeated("$$a$$\n\n"),
    "formulas that nobody closes": repeated("$$a\n\n"),
    "a long formula": repeated("a+", before="$$", after="a$$"),
    "nested braces of a formula": lambda n: "$" + "{" * n + "a" + "}" * n + "$",
    "an environment": repeated("a &= b \\\\\n", before="$$\n\\begin{aligned}\n", after="\\end{aligned}\n$$\n"),
    "callouts": repeated("> [!note] a\n> b\n\n"),
    "nested callouts": lambda n: "".join("> " * (i % 60 + 1) + "[!note]\n" for i in range(n)),
    "annotations": repeated("a\n\n> [!annotation 2024-01-10] b\n\n"),
    "callouts of MkDocs": repeated("!!! note\n    a\n\n"),
    "headings": repeated("## a\n\nb\n\n"),
    "underlined lines": repeated("a\n", after="=\n"),
    "fences": repeated("```py\na\n```\n"),
    "fences that nobody closes": repeated("````\n```\n"),
    "calls of demos": repeated("```demo x\na: 1\n```\n\n"),
    "backticks of many lengths": lambda n: "".join("`" * (i % 200 + 1) + "a" for i in range(n // 10)),
    "code in text": repeated("`a b` "),
    "emoji": repeated(":smile: :a"),
    "entities": repeated("&amp; &a"),
    "line ends": repeated("a\\\n"),
    "spaces": repeated(" ", before="a", after="b\n"),
    "one word": repeated("x"),
    "sentences": repeated("A word. Another [[one]]? "),
}
YEARS = {
    "bullets of a year": lambda n: "".join(f"* {i % 12 + 1}/{i % 28 + 1} - a{i}\n" for i in range(n)),
    "days of one date": numbered("* 2/24 - a#\n"),
    "bullets without a date": repeated("* b\n", before="* 2/24 - a\n"),
    "headings of days": numbered("## 2/24: b#\n\na\n\n"),
    "footnotes of a year": numbered("* 2/24 - b#[^#]\n", "\n[^#]: a\n"),
    "a footnote of every day": lambda n: "".join(f"* 2/24 - b{i}[^1]\n" for i in range(n)) + "\n[^1]: a\n",
    "footnotes that lead to others": lambda n: (
        "* 2/24 - b[^0]\n\n" + "".join(f"[^{i}]: a[^{i + 1}]\n" for i in range(n))
    ),
    "references of a year": numbered("* 2/24 - b# [#]\n", "\n[#]: /a\n"),
    "front matter of days": numbered("* 2/24 <!--- slug: s# ---> a\n"),
    "days that are none": repeated("* 2/30 - a\n"),
    "ranges of days": repeated("* 2/24–2/26 - a\n"),
}
FRONTS = {
    "tags": lambda n: "tags: [" + ", ".join(f"t{i}" for i in range(n)) + "]",
    "nested lists": repeated("[", before="tags: "),
    "unknown keys": numbered("k#: v\n"),
    "repeated keys": repeated("title: v\n"),
    "anchors": numbered("k#: *a\n"),
    "a long title": repeated("a ", before="title: "),
    "a folded description": repeated("  a\n", before="description: >\n"),
    "aliases": lambda n: "aliases:\n" + "".join(f"  - /a{i}/\n" for i in range(n)),
    "claims": lambda n: "claims:\n" + "".join(f"  - 'a.b > {i}'\n" for i in range(n)),
}
CASES = [
    *[pytest.param(NOTE, lambda n, text=text: f"---\ntitle: A\n---\n{text(n)}", id=name) for name, text in TEXTS.items()],
    *[pytest.param(YEAR, text, id=name) for name, text in YEARS.items()],
    *[pytest.param(NOTE, lambda n, text=text: f"---\n{text(n)}\n---\nx\n", id=f"front matter, {name}") for name, text in FRONTS.items()],
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), CASES)
def test_T13_reading_takes_time_in_proportion_to_the_text(make_site, path, text):
    count = max(20, CHARACTERS[path] * 100 // len(text(100)))

    def seconds(times: int) -> float:
        """Read, link and render."""
        root = make_site({path: text(times)})
        gc.collect()
        started = time.process_time()
        library, _ = read_site(root)
        for document in library.documents:
            render(document, targets=library.targets, demo=lambda call: "", value=lambda *parts: "")
        return time.process_time() - started

    def is_in_proportion() -> bool:
        long = seconds(4 * count)
        return long < LONG_ENOUGH_SECONDS or long < BOUND * seconds(count)

    assert any(is_in_proportion() for _ in range(3))  # the machine may be busy with something else
