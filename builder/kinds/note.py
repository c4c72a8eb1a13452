"""Long-lived topic and course notes."""

from builder.kinds import Kind
from builder.kinds.frontmatter import FrontMatter

KIND = Kind(
    name="note",
    plural="Notes",
    folder="notes",
    meta=FrontMatter,
    dated=False,
    url=lambda date, slug: f"notes/{slug}/",
    index_url="notes/",
    skeleton="## What it is\n\n## What to remember\n\n## Where to read on\n",
)
