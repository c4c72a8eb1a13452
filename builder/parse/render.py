"""Tokens to HTML, token by token, with every link resolved.

What studylog makes itself (mathematics, demos, code) is set aside from the filter of raw HTML and put back after it.
"""

from __future__ import annotations

import html
import posixpath
import re
import secrets
from collections.abc import Callable

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from builder.harmless import link_remote_pictures
from builder.model import Cell, DemoCall, Document
from builder.parse.body import Answer
from builder.parse.code import highlight
from builder.parse.mathematics import to_mathml
from builder.parse.scan import HTML_LINK, link_form
from builder.parse.syntax import REMARKS, markdown
from builder.urls import relative

_CALLOUT_TYPES = {
    "caution": "warning", "important": "info", "hint": "tip", "attention": "warning", "check": "success", "done": "success",
    "todo": "info", "summary": "abstract", "tldr": "abstract", "error": "danger", "cite": "quote", "faq": "question",
    "help": "question", "missing": "failure", "fail": "failure",
}  # fmt: skip
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".ico")
_MEDIA = dict.fromkeys((".mp4", ".webm", ".ogv", ".mov"), "video") | dict.fromkeys((".mp3", ".ogg", ".wav"), "audio")


class _Table:
    """What the rest of the log says of this document, looked up by asking."""

    def __init__(self, name: str, ask: Answer) -> None:
        self._name, self._ask = name, ask

    def get(self, key: str | tuple[str, ...], default: str | None = None) -> str | None:
        found = self._ask((self._name, key) if isinstance(key, str) else (self._name, *key))
        return default if found is None else found


class Renderer(RendererHTML):
    """The HTML of a log's tokens. Methods are named after token types, as markdown-it wants them."""

    def __init__(self, document: Document, ask: Answer) -> None:
        super().__init__()
        self.parser = markdown(math=document.meta.math)
        self.document = document
        self.targets, self.titles = _Table("target", ask), _Table("title", ask)
        self.demo: Callable[[DemoCall], str] = lambda call: ask(("demo", call.name))
        self.value_of: Callable[[str, str, str], str] = lambda *written: ask(("value", *written))
        self.cell_html: Callable[[Cell], str] = lambda cell: ask(("cell", str(document.cells.index(cell))))
        self.rules = {**self.parser.renderer.rules, **self.rules}  # the parser's own know footnotes
        self.mark = f"\ue000{secrets.token_hex(8)}-"  # no author can write it, and none of it stays in the page
        self.kept: list[str] = []
        self.raw_html = False

    def keep(self, markup: str) -> str:
        """Set trusted markup aside, out of the filter's reach."""
        self.kept.append(markup)
        return f"{self.mark}{len(self.kept) - 1};"

    def restore(self, body: str) -> str:
        """Put what was set aside back."""
        return re.sub(f"{self.mark}(\\d+);", lambda match: self.kept[int(match[1])], body)

    def address(self, form: str, target: str) -> str:
        """The address of a reference from this page; what could not be resolved was reported when linking."""
        found = self.targets.get((self.document.url, form, target))
        return relative(self.document.url, found) if found is not None else target

    def text(self, tokens, idx, options, env):
        return html.escape(tokens[idx].content, quote=False)

    def heading_open(self, tokens, idx, options, env):
        nested = tokens[idx].level > 0
        slug = html.escape(str(tokens[idx].attrGet("id")))
        return f'<{tokens[idx].tag} {"class=" + chr(34) + "sl-nested" + chr(34) + " " if nested else ""}id="{slug}">'

    def fence(self, tokens, idx, options, env):
        token = tokens[idx]
        words = token.info.split()
        if words[:1] == ["demo"]:
            call = token.meta.get("call")
            return self.keep(self.demo(call)) + "\n" if call is not None else ""
        if words[:1] == ["mermaid"]:
            return self.keep(f'<pre class="mermaid"><code>{html.escape(token.content)}</code></pre>') + "\n"
        return self.keep(highlight(token.content, token.info)) + "\n"

    def code_block(self, tokens, idx, options, env):
        return self.keep(highlight(tokens[idx].content, "")) + "\n"

    def code_cell(self, tokens, idx, options, env):
        return self.keep(self.cell_html(tokens[idx].meta["cell"])) + "\n"

    def math_inline(self, tokens, idx, options, env):
        return self.keep(to_mathml(tokens[idx].content, display=False))

    def math_inline_double(self, tokens, idx, options, env):
        return self.keep(to_mathml(tokens[idx].content, display=True))

    def math_block(self, tokens, idx, options, env):
        return self.keep(f'<div class="sl-math">{to_mathml(tokens[idx].content, display=True)}</div>') + "\n"

    def table_open(self, tokens, idx, options, env):
        return '<div class="sl-scroll"><table>\n'

    def table_close(self, tokens, idx, options, env):
        return "</table></div>\n"

    def html_block(self, tokens, idx, options, env):
        self.raw_html = True
        return self._links_in(tokens[idx].content)

    html_inline = html_block

    def _links_in(self, markup: str) -> str:
        def resolve(match: re.Match[str]) -> str:
            form = "image" if match["attribute"].lower() == "src" else "relative"
            if link_form(match["target"]) == "url":
                return match[0]
            return f'{match["attribute"]}="{html.escape(self.address(form, html.unescape(match["target"])))}"'

        return HTML_LINK.sub(resolve, markup if self.document.meta.unsafe_html else link_remote_pictures(markup))

    def list_item_open(self, tokens, idx, options, env):
        item = self.renderToken(tokens, idx, options, env)
        if "done" not in tokens[idx].meta:
            return item
        state = ' checked aria-label="done"' if tokens[idx].meta["done"] else ' aria-label="to do"'
        return f'{item.rstrip()}<input class="task-list-item-checkbox" type="checkbox" disabled{state}> '

    def admonition_open(self, tokens, idx, options, env):
        name, fold = tokens[idx].meta["tag"], tokens[idx].markup
        name = html.escape(_CALLOUT_TYPES.get(name, name))
        if fold.startswith("?"):
            return f'<details class="{name}"{" open" if fold.endswith("+") else ""}>\n'
        return f'<div class="admonition {name}">\n'

    def admonition_title_open(self, tokens, idx, options, env):
        return "<summary>" if tokens[idx].markup.startswith("?") else '<p class="admonition-title">'

    def admonition_title_close(self, tokens, idx, options, env):
        return "</summary>\n" if tokens[idx - 2].markup.startswith("?") else "</p>\n"

    def admonition_close(self, tokens, idx, options, env):
        return "</details>\n" if tokens[idx].markup.startswith("?") else "</div>\n"

    def wikilink(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        found = self.targets.get((self.document.url, "wiki", meta["target"]), "")
        text = meta["text"] or self.titles.get(found) or self.titles.get(found.partition("#")[0]) or meta["target"]
        address = html.escape(self.address("wiki", meta["target"]))
        return f'<a class="sl-link" href="{address}">{html.escape(text, quote=False)}</a>'

    def cite(self, tokens, idx, options, env):
        cited = []
        for before, key, after in tokens[idx].meta["parts"]:
            found = self.targets.get((self.document.url, "cite", key), "")
            text = html.escape(self.titles.get(f"cite:{found}") or key, quote=False)
            title = html.escape(self.titles.get(found) or key)
            address = html.escape(self.address("cite", key))
            link = f'<a class="sl-cite" href="{address}" title="{title}">{text}</a>'
            cited.append(
                " ".join(filter(None, (html.escape(before), link + ("," if after else ""), html.escape(after))))
            )
        return f'<span class="sl-cites">({"; ".join(cited)})</span>'

    def embed(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        return self._picture("embed", meta["target"], meta["text"])

    def image(self, tokens, idx, options, env):
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        return self._picture("image", str(token.attrGet("src") or ""), alt, str(token.attrGet("title") or ""))

    def _picture(self, form: str, target: str, text: str, title: str = "") -> str:
        size = re.fullmatch(r"(?:(.*)\|)?\s*(\d+)(?:x(\d+))?\s*", text)
        alt, width, height = (size[1] or "", size[2], size[3]) if size else (text, "", "")
        address = html.escape(self.address(form, target))
        suffix = posixpath.splitext(target.partition("#")[0].partition("?")[0])[1].lower()
        is_data = target.lower().startswith("data:")
        is_remote = link_form(target) == "url" and not is_data
        if is_remote or (form == "embed" and suffix not in (*_PICTURES, *_MEDIA)):
            return f'<a href="{address}">{html.escape(alt or posixpath.basename(target) or target, quote=False)}</a>'
        if suffix in _MEDIA and not is_data:
            return self.keep(
                f'<{_MEDIA[suffix]} controls src="{address}" title="{html.escape(alt)}"></{_MEDIA[suffix]}>'
            )
        wanted = {"alt": alt, "title": title, "width": width, "height": height}
        attributes = "".join(f' {k}="{html.escape(str(v))}"' for k, v in wanted.items() if v or k == "alt")
        return f'<img src="{address}"{attributes} loading="lazy">'

    def link_open(self, tokens, idx, options, env):
        token = tokens[idx]
        target = str(token.attrGet("href") or "")
        if link_form(target) == "relative":
            token = Token.from_dict(token.as_dict())
            token.attrSet("href", self.address("relative", target))
        return self.renderToken([token], 0, options, env)

    def value(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        text = self.value_of(meta["name"], meta["metric"], meta["format"])
        title = html.escape(f"{meta['metric']} of the recorded run '{meta['name']}'")
        return f'<span class="sl-value" title="{title}">{html.escape(text)}</span>'

    def callout_open(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        if meta["kind"] in REMARKS:
            anchor, date, name = meta.get("anchor", ""), meta.get("day", ""), meta["kind"].capitalize()
            mark = "" if meta["kind"] == "annotation" else f"{name} "
            head = f'<p class="sl-annotation__date"><a href="#{anchor}">{mark}<time datetime="{date}">{date}</time></a></p>'
            return f'<aside class="sl-annotation" id="{anchor}" aria-label="{name} of {date}">\n{head}\n'
        name = html.escape(_CALLOUT_TYPES.get(meta["kind"], meta["kind"]))
        title = self.renderInline(meta["title_tokens"], options, env) or meta["kind"].replace("-", " ").capitalize()
        if meta["fold"]:
            opened = " open" if meta["fold"] == "+" else ""
            return f'<details class="{name}"{opened}>\n<summary>{title}</summary>\n'
        return f'<div class="admonition {name}">\n<p class="admonition-title">{title}</p>\n'

    def callout_close(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        return "</aside>\n" if meta["kind"] in REMARKS else "</details>\n" if meta["fold"] else "</div>\n"
