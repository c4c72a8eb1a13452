"""Code blocks, highlighted with Pygments in the markup that Material styles and gives copy buttons."""

from __future__ import annotations

import functools
import html
import re

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_FORMATTER = HtmlFormatter(nowrap=True)
_TITLE = re.compile(r"title=\"([^\"]*)\"")


@functools.cache
def _lexer(name: str):
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@functools.lru_cache(maxsize=1024)
def highlight(code: str, info: str) -> str:
    """Render code as a block; `info` is what stands behind the fence: a language, perhaps `title="…"`."""
    language = re.sub(r"[^\w+#.-]", "", (info.split() or [""])[0].strip("{}."))
    lexer = _lexer(language) if language else None
    marked = pygments_highlight(code, lexer, _FORMATTER) if lexer else html.escape(code)
    title = _TITLE.search(info)
    caption = f'<span class="filename">{html.escape(title[1])}</span>' if title else ""
    name = f"language-{html.escape(language)} highlight" if language else "highlight"
    return f'<div class="{name}">{caption}<pre><span></span><code>{marked.rstrip(chr(10))}\n</code></pre></div>'
