"""The bars: what must not break, whatever is done to it. A test that proves one carries its id in its name."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

TESTS = Path(__file__).parents[1]

BARS = {
    "C1": "killed at any point of a store write: the next build equals a clean one",
    "C2": "killed while rendering: the published site is the whole old one",
    "C3": "a full disk: one line names path and bytes, the old site stays, reads work",
    "C4": "any flipped byte of a record or blob: never served, named, kept aside, exit 3",
    "C5": "truncated, empty, wrong size, git-lfs pointer: as C4, with what to type",
    "C6": "damage in a read-only file is found as well",
    "C7": "names that leave the store, links, huge sizes: refused before any file is opened",
    "C8": "pickles and unknown media types are refused; nothing here unpickles",
    "C9": "two writers at once: both finish or one names the other; a dead one's lock is free",
    "C10": "clocks, mtimes and places are in no key and in no byte of the site",
    "C11": "each part of the key changes it; prose, versions, host, time and path do not",
    "C12": "from records, from nothing or from another machine: the same bytes",
    "C13": "gc beside a build never removes what the content needs",
    "C14": "fsck lists all damage, exits non-zero, and verifies 10,000 runs in seconds",
    "D1": "a hanging demo ends at its deadline, with everything it started",
    "D2": "out of memory is an outcome with peak and limit; the build goes on",
    "D3": "a dead worker is one failed run, named by its signal",
    "D4": "floods and tricks of output are capped and made plain",
    "D5": "a demo sees scratch folders, no secrets, and writes nowhere else",
    "D6": "the network is closed, and the attempt is named with its line",
    "D7": "weights that are cut or changed are refused before they are loaded",
    "D8": "pickled weights and code from a hub are refused",
    "D9": "devices may differ: results are compared by metric and tolerance, never by byte",
    "D10": "a failed demo shows on its page, and the build says so with status 1",
    "T1": "bytes that are no text are located; byte order marks and any line ends are read",
    "T2": "10 MB are refused at once, 1 MB builds",
    "T3": "front matter cannot execute, explode or surprise",
    "T4": "cycles and long chains of links end",
    "T5": "two entries of one address are a problem that names both",
    "T6": "no slug, link or file leaves the site",
    "T7": "symbolic links in the content are refused",
    "T8": "hostile titles, tags and names are text everywhere",
    "T9": "hostile model output is text everywhere",
    "T10": "any script and emoji gives a stable address",
    "T11": "names that one system refuses are refused on all",
    "T12": "the day is the day as written; drafts and the future leave no trace",
    "T13": "no text makes a parser fail, hang or raise",
    "S1": "no page asks another host for anything",
    "S2": "links, anchors, images and ids of the rendered site hold",
    "S3": "configuration of the engine that lies in the log is ignored",
    "S4": "an untrusted build executes nothing and says what it could not verify",
    "S5": "secrets of the environment are in no page, record, blob or log",
    "S6": "the server answers this machine only, and from inside the site only",
    "S7": "user, directory, time zone, locale, hash seed and file order leave no trace",
    "S8": "every engine renders the staged tree as agreed",
}

ARGUED: dict[str, str] = {}
"""Bars that no test on this kind of machine can prove, each with the reason."""

_IDS = re.compile(r"(?<=_)([cdts]\d{1,2})(?=_)", re.IGNORECASE)


def ids_of(name: str) -> tuple[str, ...]:
    """The bars that a test's name carries."""
    return tuple(found.upper() for found in _IDS.findall(name) if found.upper() in BARS)


def proofs() -> Mapping[str, list[str]]:
    """The tests that carry each bar's id, as pytest calls them without parameters, read from their files."""
    found = defaultdict(list)
    for file, name in _tests():
        for bar in ids_of(name):
            found[bar].append(f"{file.relative_to(TESTS.parent).as_posix()}::{name}")
    return found


def _tests() -> Iterator[tuple[Path, str]]:
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield file, node.name
