"""The HTML of what is set off from the text: callouts, and dated remarks."""

from __future__ import annotations

import html

from markdown_it.renderer import RendererHTML

from builder.parse.syntax import REMARKS

_CALLOUT_TYPES = {
    "caution": "warning", "important": "info", "hint": "tip", "attention": "warning", "check": "success", "done": "success",
    "todo": "info", "summary": "abstract", "tldr": "abstract", "error": "danger", "cite": "quote", "faq": "question",
    "help": "question", "missing": "failure", "fail": "failure",
}  # fmt: skip


class Callouts(RendererHTML):
    """Renders callouts in either spelling. Methods are named after token types, as markdown-it wants them."""

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
