"""Feed posts."""

from builder.kinds import Kind
from builder.kinds.frontmatter import FrontMatter

KIND = Kind(
    name="post",
    plural="Posts",
    folder="posts",
    meta=FrontMatter,
    dated=True,
    url=lambda date, slug: f"posts/{slug}/",
    index_url="posts/",
    skeleton="One idea, said well.\n",
)
