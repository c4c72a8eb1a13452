"""Dated log entries."""

from builder.kinds import Kind
from builder.kinds.frontmatter import FrontMatter

KIND = Kind(
    name="log",
    plural="Log",
    folder="log",
    meta=FrontMatter,
    dated=True,
    url=lambda date, slug: f"log/{str(date).replace('-', '/')}/{slug}/",
    index_url="log/",
    skeleton="What I did today, what I understood, what I still doubt.\n",
    yearly=True,
)
