"""From files to documents, and from a document's tokens to HTML."""

from builder.parse.reader import read_content
from builder.parse.render import render, render_markdown

__all__ = ["read_content", "render", "render_markdown"]
