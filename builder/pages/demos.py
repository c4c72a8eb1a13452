"""The gallery of demos, the page of each demo, and the published files of their recorded runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from markupsafe import Markup

from builder.model import Decision, DemoCall, DemoSpec, Document, Page, Parameter, StaticFile
from builder.outputs._numbers import number
from builder.pages import PageMaker, Site
from builder.pages._numbers import write_value
from builder.pages._runs import result_path, run_files
from builder.pages._source import annotate
from builder.pages._templates import plural, render_template
from builder.pages._thumbnail import thumbnail
from builder.pages.cards import card_path
from builder.pages.demo_block import demo_block
from builder.parse import render_markdown

URL = "demos/"

Call = tuple[Document, DemoCall, tuple[Decision, ...]]


def make(site: Site) -> Iterator[Page | StaticFile]:
    """Make `/demos/`, `/demos/NAME/` with the demo's source, and `/runs/`."""
    calls = _calls(site)
    yield Page(URL, "Demos", _gallery(site, calls), hide=("toc",))
    for spec in site.demos.values():
        url = f"{URL}{spec.name}/"
        html = _demo(site, spec, calls[spec.name], url)
        yield Page(url, spec.title, html, spec.summary, spec.source, tags=(spec.name,), card=card_path(url))
        yield StaticFile(f"{url}{spec.name}.py", spec.text.encode())
    yield from run_files(site)


def _calls(site: Site) -> Mapping[str, list[Call]]:
    """The calls of each demo: those of the newest entry first, in the order of its text."""
    found: dict[str, list[Call]] = {name: [] for name in site.demos}
    for document in site.library.documents:
        for call in document.calls:
            found.setdefault(call.demo, []).append((document, call, site.decisions_of(document, call)))
    return found


def _gallery(site: Site, calls: Mapping[str, list[Call]]) -> str:
    cards = []
    for spec in site.demos.values():
        used = calls[spec.name]
        runs = {d.record.key.digest for _, _, decisions in used for d in decisions if d.record}
        entries = {document.url for document, _, _ in used}
        shown = next((d for _, _, decisions in used for d in decisions[:1] if d.shown), None)
        picture = thumbnail(shown, site=site, page_url=URL) if shown else ""
        cards.append((spec, len(runs), len(entries), picture))
    return render_template("demos.html", url=URL, cards=cards)


def _demo(site: Site, spec: DemoSpec, calls: list[Call], url: str) -> str:
    shown = next((call for call in calls if call[2] and call[2][0].shown), None)
    return render_template(
        "demo.html",
        url=url,
        spec=spec,
        shown=shown,
        block=Markup(demo_block(shown[1], shown[2], site=site, page_url=url)) if shown else "",
        description=Markup(_within(render_markdown(spec.description))),
        parameters=[(parameter, *_parameter(parameter)) for parameter in spec.parameters],
        runs=[(document, call, d) for document, call, decisions in calls for d in decisions],
        settings=_settings,
        number=number,
        result_path=result_path,
        entries=_entries(site, calls),
        papers=[d for d in site.of_kind("paper") if spec.name in d.meta.demos],
        models=list(_models(site, spec, calls)),
        passages=site.kept.once(("passages", url), spec.text, partial(annotate, spec.text, site.kept)),
        lines=plural(spec.text.count("\n"), "line"),
    )


def _entries(site: Site, calls: list[Call]) -> list[Document]:
    """The entries that call a demo, newest first."""
    urls = {document.url for document, _, _ in calls}
    return [document for document in site.library.documents if document.url in urls]


def _parameter(parameter: Parameter) -> tuple[str, str, str]:
    """The type, the default and the bounds of a parameter, in words."""
    kind = f"list of {parameter.item_type}" if parameter.type == "list" else parameter.type
    default = "" if parameter.required else write_value(parameter.default)
    choices = " or ".join(write_value(choice) for choice in parameter.choices)
    lowest = "" if parameter.minimum is None else f"at least {parameter.minimum:g}"
    highest = "" if parameter.maximum is None else f"at most {parameter.maximum:g}"
    bounds = choices or ", ".join(filter(None, (lowest, highest)))
    return ("model" if parameter.is_model else kind), default, bounds


def _settings(decision: Decision) -> str:
    """What the author set for a state, in one line."""
    names = [*decision.call.params, *(name for name in decision.call.sweep if name not in decision.call.params)]
    return ", ".join(f"{name} {write_value(decision.params[name])}" for name in names if name in decision.params)


def _models(site: Site, spec: DemoSpec, calls: list[Call]) -> Iterator[tuple[str, Markup]]:
    """The models that the demo names by default or was run with, each with its card if it is embedded."""
    names = {str(p.default) for p in spec.parameters if p.is_model and p.default}
    names |= {name for _, _, ds in calls for d in ds if d.record for name in d.record.provenance.models}
    for name in sorted(names):
        card = site.config.root / "demos" / "weights" / name / "README.md"
        known = re.fullmatch(r"[\w.-]+", name) is not None and name not in site.config.models and card.is_file()
        yield name, Markup(_facts(card.read_text(encoding="utf-8"))) if known else Markup("")


def _facts(card: str) -> str:
    """The first paragraph and the table of a model card."""
    body = re.sub(r"\A---\n.*?\n---\n", "", card, flags=re.DOTALL)
    blocks = [block for block in re.split(r"\n\s*\n", body) if not block.lstrip().startswith("#")]
    table = next((i for i, block in enumerate(blocks) if block.lstrip().startswith("|")), 0)
    facts = _within(render_markdown("\n\n".join(blocks[: table + 1])))
    return facts.replace("<table>", '<div class="sl-scroll"><table>').replace("</table>", "</table></div>")


def _within(html: str) -> str:
    """Keep headings off the start of a line, where they would enter the table of contents."""
    return re.sub(r"\s*\n(?=<h[1-6])", "", html).strip()


PAGE = PageMaker("demos", make)
