"""What made the results on this site: every recorded run, as a table and as `status.json`.

The same for every checkout of a commit: what is missing because a run failed here is only called missing. A checkout
without the weights cannot prove which of them made a result, and the page says so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from builder.model import Decision, Json, Page, StaticFile
from builder.pages import PageMaker, Site
from builder.pages._templates import plural, render_template
from builder.run.plan import is_unverified

URL = "status/"


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make `/status/` and `/status.json`, by file and line."""
    decisions = sorted(site.decisions, key=lambda d: (d.call.source, d.state))
    states = Counter(state_of(decision) for decision in decisions)
    html = render_template(
        "status.html",
        url=URL,
        runs=[(d, state_of(d), d.shown, is_unverified(d)) for d in decisions],
        summary=", ".join(f"{states[state]} {state}" for state in ("fresh", "stale", "missing") if states[state]),
        settings=_settings,
        encoder=site.config.encoder,
        made_by=site.vectors.made_by,
        with_vector=sum(document.text_digest in site.vectors.by_text for document in site.library.documents),
        entries=len(site.library.documents),
    )
    yield Page(URL, "Status", html, description=plural(len(decisions), "run"), search=False, hide=("toc",))
    status = {"runs": [run_json(decision) for decision in decisions], "store": _store(decisions)}
    yield StaticFile("status.json", json.dumps(status, ensure_ascii=False, indent=1).encode() + b"\n")


def state_of(decision: Decision) -> str:
    """`fresh`: what is shown was made by exactly this; `stale`: by something else; `missing`: there is no result."""
    return "fresh" if decision.record is not None else "stale" if decision.previous is not None else "missing"


def _settings(decision: Decision) -> str:
    """The parameters that the author set, in one line."""
    names = [*decision.call.params, *decision.call.sweep]
    return ", ".join(f"{name} {json.dumps(decision.params.get(name), ensure_ascii=False)}" for name in names)


def run_json(decision: Decision) -> Json:
    """One run, without what differs between machines."""
    made = decision.shown and decision.shown.provenance
    return {
        "demo": decision.call.demo,
        "key": decision.key.digest,
        "path": decision.call.source.path,
        "line": decision.call.source.line,
        "state": state_of(decision),
        "reasons": list(decision.reasons) if state_of(decision) == "stale" else [],
        "recorded": made and {"at": made.started_at, "device": made.device, "seconds": made.seconds},
    }


def _store(decisions: list[Decision]) -> Json:
    """How much of the store this site shows."""
    records = {r.key.digest: r for d in decisions if (r := d.shown) is not None}
    blobs = {a.sha256: a.size for r in records.values() for a in r.artifacts}
    return {"records": len(records), "blobs": len(blobs), "bytes": sum(blobs.values())}


PAGE = PageMaker("status", make)
