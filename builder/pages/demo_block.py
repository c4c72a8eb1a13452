"""A demo call on a page: its result, the controls of its sweep, every state in words, and what made it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from builder.model import Decision, DemoCall, Document
from builder.pages import Site
from builder.pages._numbers import write_value
from builder.pages._runs import fragment_path, state_html, state_text
from builder.pages._templates import render_template

STATE_CHARACTERS = 600  # of a state in the list of states


def render_call(site: Site, document: Document, call: DemoCall) -> str:
    """Render a demo call on the page of its document."""
    return demo_block(call, site.decisions_of(document, call), site=site, page_url=document.url)


def demo_block(call: DemoCall, decisions: Sequence[Decision], *, site: Site, page_url: str) -> str:
    """Render a demo call with its states (`decisions`, in the order of the sweep) on the page at `page_url`.

    The files that it links to come from `builder.pages._runs.run_files`.
    """
    spec = site.demos.get(call.demo)
    first = decisions[0] if decisions else None
    result, provenance = state_html(first, site=site, page_url=page_url, alt=call.alt) if first else ("", "")
    return render_template(
        "demo_block.html",
        url=page_url,
        call=call,
        title=spec.title if spec else call.demo,
        own_page="" if spec is None or page_url == f"demos/{spec.name}/" else f"demos/{spec.name}/",
        sweep={name: [write_value(value) for value in values] for name, values in call.sweep.items()},
        result=result,
        provenance=provenance,
        states=[(_values(call, d), _state(call, d), fragment_path(d), _text(d, site)) for d in decisions],
    ).strip()


def _values(call: DemoCall, decision: Decision) -> list[str]:
    return [write_value(decision.params.get(name)) for name in call.sweep]


def _state(call: DemoCall, decision: Decision) -> str:
    """The state as an address has it: `temperature=0.8&seed=3`."""
    pairs = zip(call.sweep, _values(call, decision), strict=True)
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def _text(decision: Decision, site: Site) -> str:
    text = state_text(decision, site=site)
    return text if len(text) <= STATE_CHARACTERS else f"{text[:STATE_CHARACTERS]}…"
