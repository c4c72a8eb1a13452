"""A plain Markdown page without front matter: one long note."""

from __future__ import annotations

from pathlib import Path

from builder.importers import Draft, Importer, Reading, quoted, slug_of, source_lines
from builder.parse.outline import take_title
from builder.parse.syntax import markdown
from builder.parse.text import split_front_matter


def accepts(path: Path, text: str) -> bool:
    """Markdown without front matter."""
    return split_front_matter(text)[2] == 1 and not text.startswith("---\n")


def read(path: Path, text: str, year: int | None) -> Reading:
    """Make one note; every line is kept."""
    title = take_title(markdown().parse(text)) or path.stem
    slug = slug_of(path.stem, title)
    lines = source_lines(text)
    blank = sum(not line.strip() for line in lines)
    content = len(lines) - blank
    whole = f"---\ntitle: {quoted(title)}\n---\n\n{text}"
    draft = Draft("note", slug, "", title, f"content/notes/{slug}.md", whole, content)
    return Reading((draft,), content, 0, blank)


IMPORTER = Importer("notes", accepts, read)
