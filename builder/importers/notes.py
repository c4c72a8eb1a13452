"""A plain Markdown page without front matter: one long note."""

from __future__ import annotations

from pathlib import Path

from builder.importers import Draft, Importer, Reading
from builder.urls import slugify


def accepts(path: Path, text: str) -> bool:
    """Markdown without front matter."""
    return path.suffix.lower() in (".md", ".markdown") and not text.startswith("---\n")


def read(path: Path, text: str, year: int | None) -> Reading:
    """Make one note; every line is kept."""
    slug = slugify(path.stem)
    first = next((line for line in text.splitlines() if line.startswith("# ")), "")
    title = first.removeprefix("# ").strip() or path.stem
    blank = sum(not line.strip() for line in text.splitlines())
    content = len(text.splitlines()) - blank
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    whole = f'---\ntitle: "{quoted}"\n---\n\n{text}'
    draft = Draft("note", slug, "", title, f"content/notes/{slug}.md", whole, content)
    return Reading((draft,), content, 0, blank)


IMPORTER = Importer("notes", accepts, read)
