"""The whole product, as one list of steps.

Markdown files are parsed into documents, documents are linked into a library, its demo calls are planned against the
store, the missing ones run and are recorded, library plus records become pages, pages are staged, the engine renders
them, and the site is swapped in whole.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from builder.check import check_site
from builder.claims import check_claims
from builder.config import SiteConfig, read_config
from builder.engine import ENGINES
from builder.errors import BuilderError, ContentError, EngineError, Problem, Source, in_order, suggest
from builder.library import link
from builder.model import BuildReport, Decision, DemoSpec, Library
from builder.pages import Site, make_pages
from builder.parse import read_content
from builder.publish import publish
from builder.report import Reporter
from builder.run.plan import plan
from builder.run.registry import read_demos
from builder.run.runner import execute
from builder.run.store import Store
from builder.stage import stage

Policy = Literal["auto", "never", "always"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a build may be told."""

    run: Policy = "auto"
    device: str = "auto"
    engine: str = "mkdocs"
    site_dir: Path | None = None
    strict: bool = False
    untrusted: bool = False
    clean: bool = False
    today: dt.date | None = None
    jobs: int = 0


@dataclass(frozen=True, slots=True)
class Log:
    """A log, read, linked and planned: everything that is known before anything runs."""

    config: SiteConfig
    library: Library
    demos: Mapping[str, DemoSpec]
    store: Store
    decisions: tuple[Decision, ...]
    problems: tuple[Problem, ...]


def read_log(root: Path, *, policy: Policy = "auto", today: dt.date | None = None, models_online: bool = False) -> Log:
    """Read, link and plan a log; nothing is executed and torch is not imported."""
    config = read_config(root, today=today)
    documents, content_problems = read_content(config)
    demos, demo_problems = read_demos(config.root)
    library = link(documents, config, demos=demos)
    store = Store(config.root)
    decisions, plan_problems = plan(library.calls, demos, store, models=config.models, policy=policy)
    problems = in_order((*content_problems, *demo_problems, *library.problems, *plan_problems))
    return Log(config, library, demos, store, decisions, problems)


def run_log(log: Log, decisions: Iterable[Decision], *, reporter: Reporter, device: str = "auto", smoke: bool = False) -> Log:
    """Execute decisions and return the log planned anew, with what was recorded and what failed."""
    outcome = execute(
        tuple(decisions), log.demos, log.store, config_models=log.config.models, root=log.config.root,
        device=device, smoke=smoke, reporter=reporter,
    )  # fmt: skip
    decided = []
    for decision in log.decisions:
        record = outcome.records.get(decision.key.digest)
        failure = outcome.failures.get(decision.key.digest)
        if record is not None:
            decision = replace(decision, record=record, action="reuse", failure=None)
        elif failure is not None:
            decision = replace(decision, failure=failure, action="failed")
        decided.append(decision)
    return replace(log, decisions=tuple(decided))


def build(root: Path, options: Options, reporter: Reporter) -> BuildReport:
    """Build the site of the log at `root`.

    Raises BuilderError before anything is published: what was published before stays as it was.
    """
    started = time.monotonic()
    policy: Policy = "never" if options.untrusted else options.run
    log = read_log(root, policy=policy, today=options.today)
    _stop_at_errors(log.problems)
    wanted = [decision for decision in log.decisions if decision.action == "run"]
    log = run_log(log, wanted, reporter=reporter, device=options.device) if wanted else log
    claims = check_claims(log.library.documents, log.decisions)
    _stop_at_errors((*log.problems, *claims))
    site = Site(log.library, log.decisions, log.demos, log.config, log.store.read_blob)
    staged = stage(make_pages(site), config=log.config, files=log.library.files)
    rendered = _engine(options.engine).render(staged, log.config.root / ".build" / "rendered")
    _stop_at_errors(check_site(rendered))
    site_dir = (options.site_dir or log.config.root / "site").resolve()
    publish(rendered, site_dir)
    return _report(log, wanted, pages=len(staged.pages), site_dir=site_dir, seconds=time.monotonic() - started)


def _engine(name: str):
    """An engine by name. Raises EngineError if it is not known."""
    if name not in ENGINES:
        hint = suggest(name, ENGINES) or f"engines: {', '.join(ENGINES)}"
        raise EngineError(Problem(Source("--engine"), "engine", f"no engine called '{name}'", hint))
    return ENGINES[name]


def _stop_at_errors(problems: Iterable[Problem]) -> None:
    """Raise every problem at once, if any is an error."""
    problems = in_order(problems)
    if any(problem.severity == "error" for problem in problems):
        raise ContentError(*problems)


def _report(log: Log, wanted: list[Decision], *, pages: int, site_dir: Path, seconds: float) -> BuildReport:
    tried = {(decision.key.digest, decision.call.name, decision.state) for decision in wanted}

    def ran(decision: Decision) -> bool:
        return (decision.key.digest, decision.call.name, decision.state) in tried

    recorded = [decision for decision in log.decisions if decision.record is not None]
    return BuildReport(
        pages=pages,
        rendered=pages,
        reused_pages=0,
        ran=tuple(d for d in recorded if ran(d)),
        reused=tuple(d for d in recorded if not ran(d)),
        failed=tuple(d for d in log.decisions if d.record is None and d.failure is not None),
        missing=tuple(d for d in log.decisions if d.record is None and d.failure is None),
        problems=log.problems,
        seconds=seconds,
        site_dir=str(site_dir),
    )
