"""Tokens to HTML, token by token, with gaps where the rest of the log has to be asked (builder.parse.gaps).

What studylog makes itself (mathematics, code) is set aside from the filter of raw HTML and put back after it.
"""

from __future__ import annotations

import functools
import html
import inspect
import re
import secrets
from collections.abc import Mapping

from markdown_it.token import Token

from builder.harmless import link_remote_pictures
from builder.model import Document
from builder.parse.body import Question
from builder.parse.callouts import Callouts
from builder.parse.code import highlight
from builder.parse.mathematics import to_mathml
from builder.parse.pictures import caption_of, picture_html
from builder.parse.scan import HTML_LINK, link_form
from builder.parse.sidenotes import take_side_notes
from builder.parse.syntax import markdown

_LEFTWARDS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_CLOSING = re.compile(r"[-.,;:!?…’”')\]]*")  # what stays on the line of a formula that it follows


@functools.cache
def _rules() -> tuple[str, ...]:
    """The names of the methods that render tokens."""
    methods = inspect.getmembers(Renderer, inspect.isfunction)
    return tuple(name for name, _ in methods if not name.startswith(("render", "_")))


class Renderer(Callouts):
    """The HTML of a log's tokens. Methods are named after token types, as markdown-it wants them."""

    def __init__(self, document: Document) -> None:
        self.parser = markdown(math=document.meta.math)
        self.document = document
        own = {name: getattr(self, name) for name in _rules()}  # as the class above finds them, but once
        self.rules = {**self.parser.renderer.rules, **own}  # the parser's own know footnotes
        self.mark = f"\ue000{secrets.token_hex(8)}-"  # no author can write it, and none of it stays in the page
        self.kept: list[str | Question] = []
        self.raw_html = self.in_figure = False
        self.directions: list[
            bool
        ] = []  # of the lists and quotations around: whether they decide it for what they hold
        self.side_notes: Mapping[int, list[Token]] = {}

    def body(self, tokens: list[Token]) -> str:
        """The HTML of the whole document; what was set aside is still to be put back."""
        tokens, self.side_notes = take_side_notes(tokens)
        return self.render(tokens, self.parser.options, {})

    def keep(self, markup: str | Question) -> str:
        """Set trusted markup aside, or a question whose answer is, out of the filter's reach."""
        self.kept.append(markup)
        return f"{self.mark}{len(self.kept) - 1};"

    def restore(self, body: str) -> list[str | Question]:
        """Put what was set aside back: HTML and questions in turn."""
        first, *pieces = body.split(self.mark)
        parts: list[str | Question] = [first]
        for piece in pieces:
            number, _, text = piece.partition(";")
            found = self.kept[int(number)]
            if isinstance(found, str):
                parts[-1] += found + text
            else:
                parts += [found, text]
        return parts

    def text(self, tokens, idx, options, env):
        told = idx > 0 and tokens[idx - 1].type == "math_inline"  # what closes a formula came with it
        content = tokens[idx].content
        return html.escape(content[len(_CLOSING.match(content)[0]) :] if told else content, quote=False)

    def heading_open(self, tokens, idx, options, env):
        nested = tokens[idx].level > 0
        slug = html.escape(str(tokens[idx].attrGet("id")))
        return f'<{tokens[idx].tag} {"class=" + chr(34) + "sl-nested" + chr(34) + " " if nested else ""}id="{slug}">'

    def fence(self, tokens, idx, options, env):
        token = tokens[idx]
        words = token.info.split()
        if words[:1] == ["demo"]:
            call = token.meta.get("call")
            return self.keep(("demo", call.name)) + "\n" if call is not None else ""
        if words[:1] == ["mermaid"]:
            return self.keep(f'<pre class="mermaid"><code>{html.escape(token.content)}</code></pre>') + "\n"
        return self.keep(highlight(token.content, token.info)) + "\n"

    def code_block(self, tokens, idx, options, env):
        return self.keep(highlight(tokens[idx].content, "")) + "\n"

    def code_cell(self, tokens, idx, options, env):
        return self.keep(("cell", str(self.document.cells.index(tokens[idx].meta["cell"])))) + "\n"

    def math_inline(self, tokens, idx, options, env):
        formula = to_mathml(tokens[idx].content, display=False)
        following = tokens[idx + 1] if idx + 1 < len(tokens) else tokens[idx]
        closing = html.escape(_CLOSING.match(following.content)[0], quote=False) if following.type == "text" else ""
        return self.keep(f'<span class="sl-line">{formula}{closing}</span>' if closing else formula)

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
            target = html.unescape(match["target"])
            if ":" in target.partition("#")[0]:  # nothing of the log; the filter has to see it
                return match[0]
            return f'{match["attribute"]}="{self.keep(("address", form, target))}"'

        return HTML_LINK.sub(resolve, markup if self.document.meta.unsafe_html else link_remote_pictures(markup))

    def list_item_open(self, tokens, idx, options, env):
        item = self.renderToken(tokens, idx, options, env)
        if "done" not in tokens[idx].meta:
            return item
        state = ' checked aria-label="done"' if tokens[idx].meta["done"] else ' aria-label="to do"'
        return f'{item.rstrip()}<input class="task-list-item-checkbox" type="checkbox" disabled{state}> '

    def wikilink(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        return self.keep(("wiki", meta["target"], meta["text"] or ""))

    def cite(self, tokens, idx, options, env):
        cited = []
        for before, key, after in tokens[idx].meta["parts"]:
            link = self.keep(("cite", key)) + ("," if after else "")
            cited.append(" ".join(filter(None, (html.escape(before), link, html.escape(after)))))
        return f'<span class="sl-cites">({"; ".join(cited)})</span>'

    def embed(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        return self._picture("embed", meta["target"], meta["text"])

    def image(self, tokens, idx, options, env):
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        title = "" if self.in_figure else str(token.attrGet("title") or "")
        return self._picture("image", str(token.attrGet("src") or ""), alt, title)

    def paragraph_open(self, tokens, idx, options, env):
        self.in_figure = not tokens[idx].hidden and caption_of(tokens[idx + 1]) != ""
        return '<figure class="sl-figure">' if self.in_figure else self.directed(tokens, idx, options, env)

    def paragraph_close(self, tokens, idx, options, env):
        if not self.in_figure:
            return self.renderToken(tokens, idx, options, env)
        self.in_figure = False
        caption = next(caption_of(token) for token in reversed(tokens[:idx]) if token.type == "inline")
        return f'<figcaption dir="auto">{html.escape(caption, quote=False)}</figcaption></figure>\n'

    def directed(self, tokens, idx, options, env):
        """A block's tag; the direction of text that has letters written from right to left is left to its first."""
        markup = self.renderToken(tokens, idx, options, env)
        inline = next((token for token in tokens[idx + 1 : idx + 5] if token.type == "inline"), None)
        is_plain = inline is None or any(self.directions) or not _LEFTWARDS.search(inline.content)
        return markup if is_plain else markup.replace(">", ' dir="auto">', 1)

    td_open = dt_open = dd_open = directed

    def th_open(self, tokens, idx, options, env):
        """A column's heading; an empty one heads nothing, and is a cell."""
        markup = self.directed(tokens, idx, options, env)
        return markup if tokens[idx + 1].content else markup.replace("<th", "<td", 1)

    def th_close(self, tokens, idx, options, env):
        return "</th>\n" if tokens[idx - 1].content else "</td>\n"

    def bullet_list_open(self, tokens, idx, options, env):
        markup = self.directed(tokens, idx, options, env)
        self.directions.append(markup.endswith(' dir="auto">\n'))
        return markup

    def bullet_list_close(self, tokens, idx, options, env):
        self.directions.pop()
        return self.renderToken(tokens, idx, options, env)

    ordered_list_open = blockquote_open = bullet_list_open
    ordered_list_close = blockquote_close = bullet_list_close

    def footnote_ref(self, tokens, idx, options, env):
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        anchor = f"fnref{number}:{again}" if again else f"fnref{number}"
        mark = f'<sup class="footnote-ref"><a href="#fn{number}" id="{anchor}">{number}</a></sup>'
        note = None if again else self.side_notes.get(number - 1)
        if note is None:
            return mark
        back = self.keep(f'<a href="#{anchor}" data-note="{number}" aria-label="Note {number}: back to the text"></a>')
        text = f'<span class="sl-sr">(</span>{self.renderInline(note, options, env)}<span class="sl-sr">)</span>'
        return f'{mark}<span class="sl-sidenote" role="note" id="fn{number}">{back} {text}</span>'

    def footnote_open(self, tokens, idx, options, env):
        number = tokens[idx].meta["id"] + 1
        return f'<li id="fn{number}" class="footnote-item" value="{number}">'

    def _picture(self, form: str, target: str, text: str, title: str = "") -> str:
        if link_form(target) == "relative":
            return self.keep(("picture", form, target, text, title))
        markup, is_own = picture_html(form, target, address=target, text=text, title=title, size=None)
        return self.keep(markup) if is_own else markup

    def link_open(self, tokens, idx, options, env):
        token = tokens[idx]
        target = str(token.attrGet("href") or "")
        if link_form(target) == "relative":
            token = Token.from_dict(token.as_dict())
            token.attrSet("href", self.keep(("address", "relative", target)))
        return self.renderToken([token], 0, options, env)

    def value(self, tokens, idx, options, env):
        meta = tokens[idx].meta
        title = html.escape(f"{meta['metric']} of the recorded run '{meta['name']}'")
        shown = self.keep(("value", meta["name"], meta["metric"], meta["format"]))
        return f'<span class="sl-value" title="{title}">{shown}</span>'
