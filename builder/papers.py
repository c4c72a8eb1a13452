"""What makes two references the same paper: normalised identifiers, and BibTeX."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

OTHERS = "et al."  # stands among authors for those whom nobody names; BibTeX calls them "others"

_NEW_ARXIV = r"\d{4}\.\d{4,5}"
_OLD_ARXIV = r"[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:arxiv:\s*|(?<![\w-])arxiv\.org/(?:abs|pdf|html|format|e-print)/|arxiv\.org/ftp/[\w/-]+/|^)({_NEW_ARXIV}|{_OLD_ARXIV})(?:v\d+)?(?:\.pdf)?(?=$|[^\d])",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:doi\.org/|^doi:\s*|^)(10\.\d{4,9}/[^\s?#]+)", re.IGNORECASE)
_ISBN = re.compile(r"^isbn:?\s*([\dX-]{10,17})$", re.IGNORECASE)
_TRACKING = re.compile(r"^(utm_|fbclid$|gclid$|mc_|igshid$|ref$|ref_src$|si$)")


@lru_cache(maxsize=65_536)
def paper_id(reference: str) -> str:
    """Normalise a reference: `arxiv:2005.14165`, `doi:10…`, `isbn:…`, else the address without tracking parameters.

    abs, pdf and versioned addresses, `/ftp/` forms and bare `arXiv:` text of one paper give one identifier.
    """
    reference = reference.strip()
    if found := _ISBN.match(reference):
        return "isbn:" + found[1].replace("-", "").upper()
    doi = _DOI.search(reference)
    if doi and not doi[1].lower().startswith("10.48550/arxiv."):
        name = doi[1].rstrip(".,;").lower()
        return "doi:" + (name if name.count("(") >= name.count(")") else name.rstrip(".,;)"))
    candidate = doi[1].split(".", 2)[-1] if doi else reference
    if found := _ARXIV.search(candidate):
        return "arxiv:" + found[1].lower()
    try:
        parts = urlsplit(reference)
    except ValueError:  # such as http://[
        return reference
    if not parts.scheme:
        return reference
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)])
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))


def is_paper(identifier: str) -> bool:
    """Tell whether a normalised identifier names a publication, not just a page."""
    return identifier.startswith(("arxiv:", "doi:", "isbn:"))


def paper_url(identifier: str) -> str:
    """The address at which a normalised identifier can be read."""
    scheme, _, name = identifier.partition(":")
    if scheme == "arxiv":
        return f"https://arxiv.org/abs/{name}"
    if scheme == "doi":
        return f"https://doi.org/{name}"
    return f"https://openlibrary.org/isbn/{name}" if scheme == "isbn" else identifier
