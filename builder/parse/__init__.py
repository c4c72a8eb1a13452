"""From files to documents, and from a document's tokens to HTML."""

from builder.parse.html import render, render_markdown
from builder.parse.reader import read_content

__all__ = ["read_content", "render", "render_markdown"]
