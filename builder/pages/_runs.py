"""Recorded runs on the site: their files under `runs/`, and what a page says about each."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from markupsafe import Markup

from builder.kept import code_digest, digest
from builder.model import Artifact, Decision, Json, OutputRecord, RunRecord, StaticFile
from builder.outputs import View
from builder.outputs._escape import MAX_CHARACTERS, cap, visible
from builder.outputs._numbers import number
from builder.pages import Site
from builder.pages._memo import Files, memo_for, to_html, to_text
from builder.pages._numbers import count, duration, size, write_value
from builder.pages._templates import day, render_template
from builder.urls import relative

FOLDER = "runs/"


def result_path(record: RunRecord) -> str:
    """The published JSON of a run, with everything it recorded."""
    return f"{FOLDER}{record.key.digest[:16]}.json"


def fragment_path(decision: Decision) -> str:
    """The published page of one state. When it shows an older result, that result's key is in the name as well."""
    older = f"-{decision.previous.key.digest[:8]}" if decision.record is None and decision.previous else ""
    return f"{FOLDER}{decision.key.digest[:16]}{older}.html"


def state_html(
    decision: Decision, *, site: Site, page_url: str, alt: str = "", outputs: bool = True
) -> tuple[Markup, Markup]:
    """Render one state of a call: its result, or why there is none, and what made it.

    Of the result, `outputs` may be left out. `alt` is what the author wrote to describe the result; without it the description made from the data is used.
    """
    record, failure = decision.shown, decision.failure
    shown = list(views(decision, site=site, page_url=page_url, alt=alt)) if outputs else []
    result = render_template(
        "demo_result.html",
        url=page_url,
        demo=decision.call.demo,
        reason=decision.reason,
        record=record,
        older=record is not None and decision.record is None,
        facts=facts(record) if record else {},
        failure=failure,
        message=Markup(visible(cap(failure.message)[0])) if failure else "",
        outputs=[Markup(to_html(kind, view)) for kind, view in shown],
        number=number,
    )
    provenance = render_template(
        "demo_provenance.html",
        url=page_url,
        demo=decision.call.demo,
        record=record,
        made_by=made_by(record) if record else "",
        facts=facts(record) if record else {},
        parameters={name: write_value(value) for name, value in decision.params.items()} if decision.record else {},
        printed=Markup(visible(cap(record.stdout.rstrip("\n"))[0])) if record else "",
        result_path=result_path(record) if record else "",
    )
    return Markup(result.strip()), Markup(provenance.strip())


def views(decision: Decision, *, site: Site, page_url: str, alt: str = "") -> Iterator[tuple[str, View]]:
    """The outputs of a state with their kinds, as the page at `page_url` sees them."""
    record = decision.shown
    for position, output in enumerate(record.outputs if record else ()):
        paths = {artifact.name: _artifact_path(record, position, artifact) for artifact in output.artifacts}
        view = View(
            id=f"run-{record.key.digest[:16]}-{position}",
            alt=alt if alt and position == 0 else output.alt,
            params=decision.params if decision.record else {},
            files=Files(output, site.blob),
            urls={name: relative(page_url, path) for name, path in paths.items()},
            memo=memo_for(output, site.kept),
        )
        yield output.kind, view


def state_text(decision: Decision, *, site: Site) -> str:
    """What one state of a call shows, as plain text for feeds and lists."""
    if decision.record is None and decision.previous is None:
        return f"Not run yet: studylog run {decision.call.demo}"
    return "\n\n".join(to_text(kind, view) for kind, view in views(decision, site=site, page_url=""))


def run_files(site: Site) -> Iterator[StaticFile]:
    """Every published file of the recorded runs: results, images, and a page per state of a sweep."""
    files: dict[str, bytes] = {}
    for decision in site.decisions:
        record = decision.shown
        if record is not None and result_path(record) not in files:
            files[result_path(record)] = _result(record, site=site).encode()
            for position, output in enumerate(record.outputs):
                for artifact in output.artifacts:
                    if artifact.media_type != "application/json":
                        files[_artifact_path(record, position, artifact)] = site.blob(artifact)
        if decision.call.sweep and fragment_path(decision) not in files:
            files[fragment_path(decision)] = _fragment(decision, site=site).encode()
    for path, data in sorted(files.items()):
        yield StaticFile(path, data)


def facts(record: RunRecord) -> Mapping[str, str]:
    """What made a run, in words: name of the fact -> its value."""
    made = record.provenance
    found = {
        "recorded": _day(record),
        "device": made.device + (f" ({made.fallback})" if made.fallback else ""),
        "took": duration(made.seconds),
        "peak memory": size(made.peak_bytes) if made.peak_bytes else "",
        "versions": ", ".join(f"{name} {version}" for name, version in sorted(made.versions.items())),
    }
    return {name: value for name, value in found.items() if value}


def made_by(record: RunRecord) -> str:
    """What made a run, in one line: `Recorded 20 November 2026 on cpu in 3.1 s, gpt2-mini (6.9 M parameters)`."""
    models = ", ".join(
        f"{name} ({count(model['parameters'])} parameters)" if "parameters" in model else name
        for name, model in sorted(record.provenance.models.items())
    )
    line = f"Recorded {_day(record)} on {record.provenance.device} in {duration(record.provenance.seconds)}"
    return f"{line}, {models}" if models else line


def _day(record: RunRecord) -> str:
    return day(dt.date.fromisoformat(record.provenance.started_at[:10]))


def _artifact_path(record: RunRecord, position: int, artifact: Artifact) -> str:
    return f"{FOLDER}{record.key.digest[:16]}/{position}-{artifact.name}"


def _fragment(decision: Decision, *, site: Site) -> str:
    result, provenance = state_html(decision, site=site, page_url=FOLDER)
    language, demo = site.config.language, decision.call.demo
    template = "demo_fragment.html"
    return render_template(template, url=FOLDER, language=language, demo=demo, result=result, provenance=provenance)


def _result(record: RunRecord, *, site: Site) -> str:
    """A run as one JSON file, from earlier if it was written before."""
    made_from = digest(code_digest(Path(__file__)), asdict(record))
    return site.kept.text("drawings", made_from, lambda: _written(record, site=site))


def _written(record: RunRecord, *, site: Site) -> str:
    """A run as JSON: its key, metrics, provenance, and its outputs with the content of their JSON files."""
    made = record.provenance
    result: dict[str, Any] = {
        "demo": record.demo,
        "key": record.key.digest,
        "made_of": dict(record.key.parts),
        "metrics": dict(record.metrics),
        "outputs": [_output(record, position, output, site) for position, output in enumerate(record.outputs)],
        "printed": record.stdout[:MAX_CHARACTERS],
        "provenance": {
            "device": made.device,
            "versions": dict(made.versions),
            "models": dict(made.models),
            "started_at": made.started_at,
            "seconds": made.seconds,
            "peak_bytes": made.peak_bytes,
        },
    }
    return json.dumps(result, separators=(",", ":"), sort_keys=True) + "\n"


def _output(record: RunRecord, position: int, output: OutputRecord, site: Site) -> Json:
    files = {}
    for artifact in output.artifacts:
        if artifact.media_type == "application/json":
            files[artifact.name] = json.loads(site.blob(artifact))
        else:
            files[artifact.name] = relative(FOLDER, _artifact_path(record, position, artifact))
    return {"kind": output.kind, "alt": output.alt, "files": files}
