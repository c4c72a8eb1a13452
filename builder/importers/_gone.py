"""References that cannot stay as they are, as text that says so: missing pictures, pages that were not imported."""

from __future__ import annotations

import html
import posixpath
import re
from urllib.parse import unquote, urlsplit

from builder.importers._links import Reference

_ALT = re.compile(r"\balt\s*=\s*[\"']([^\"'<>]+)[\"']")


def missing_picture(reference: Reference, target: str) -> str:
    """A picture that is not there: its text and its name."""
    if reference.form == "src":
        alt = _ALT.search(reference.whole)
        return f"<em>Missing picture: {f'{alt[1]} ' if alt else ''}<code>{html.escape(target)}</code></em>"
    return f"*Missing picture: {f'{reference.text} ' if reference.text else ''}`{target.replace('`', '')}`*"


def remote_picture(reference: Reference, target: str) -> str:
    """A picture on another host, linked: pages load nothing from elsewhere."""
    address = f"https:{target}" if target.startswith("//") else target
    name = posixpath.basename(_path(address)) or "picture"
    if reference.form == "image":
        bare = f"<{address}>" if re.search(r"[()]", address) else address
        return f"[{reference.text.strip() or name}]({bare})"
    alt = _ALT.search(reference.whole)
    if not reference.whole.lower().startswith("<img"):  # a film, or a page within the page
        address = re.sub(r"//www\.youtube(?:-nocookie)?\.com/embed/([\w-]+).*", r"//youtu.be/\1", address)
        name = address.partition("//")[2]
    return f'<a href="{html.escape(address)}">{alt[1] if alt else html.escape(name)}</a>'


def not_imported(reference: Reference, target: str) -> str:
    """A link to a page that is not in the log, as its text and the address it had."""
    if reference.form == "href":
        return reference.whole.replace(reference.text, f'title="not imported: {html.escape(target)}"', 1)
    shown = f"`{target.replace('`', '')}`, not imported"
    if reference.form == "definition":
        return f"\\[{reference.text}\\]: {shown} {reference.title}".rstrip()
    if target.startswith("#"):
        return reference.text
    is_said = bool(target.strip("./`")) and target.strip("./`") in reference.text
    return f"{reference.text} ({'not imported' if is_said else shown})"


def _path(address: str) -> str:
    """The path of an address; empty if it is none."""
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""
