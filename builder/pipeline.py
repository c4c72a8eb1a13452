"""The whole product, as one list of steps.

Markdown files are parsed into documents, documents are linked into a library, its demo calls are planned against the
store, the missing ones run and are recorded, library plus records become pages, pages are staged, the engine renders
them, and the site is swapped in whole.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from builder.check import check_files
from builder.claims import check_claims
from builder.config import ModelConfig, SiteConfig, read_config
from builder.cores import cores
from builder.engine import find_engine
from builder.engine._ledger import FOLDER as RENDERED
from builder.engine.ahead import render_ahead
from builder.engine.publish import publish, refresh
from builder.engine.workers import Workers
from builder.errors import Problem, in_order, stop_at_errors
from builder.kept import Kept, kept_for_once
from builder.library import link
from builder.model import BuildReport, Decision, DemoSpec, Library
from builder.numbers import with_numbers
from builder.outcome import not_verified, report_of
from builder.pages import Site, make_pages
from builder.parse import read_content
from builder.report import Reporter
from builder.run.disk import lock
from builder.run.exchange import read_through
from builder.run.models import Models
from builder.run.notebooks import read_notebooks
from builder.run.plan import plan
from builder.run.registry import read_demos
from builder.run.store import Store
from builder.run.vectors import Vectors, vectors_for
from builder.stage import Ahead, stage

PATIENCE_SECONDS = 300.0  # for another build of the same log
Policy = Literal["auto", "never", "always"]
KEPT, SPARE = ".build/kept", ".build/spare"


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
    jobs: int | None = None  # processes that render; None: as many as there are cores
    today: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """A log, read, linked and planned: everything that is known before anything runs."""

    config: SiteConfig
    library: Library
    demos: Mapping[str, DemoSpec]
    notebooks: Mapping[str, DemoSpec]  # what runs in them, under names of their own
    store: Store
    decisions: tuple[Decision, ...]
    problems: tuple[Problem, ...]
    kept: Kept
    jobs: int
    vectors: Vectors

    @property
    def runnable(self) -> Mapping[str, DemoSpec]:
        """Everything that can be run, by name."""
        return {**self.demos, **self.notebooks}


def read_log(
    root: Path,
    *,
    policy: Policy = "auto",
    force: bool = False,
    today: dt.date | None = None,
    kept: Kept | None = None,
    untrusted: bool = False,
    jobs: int | None = None,
) -> Log:
    """Read, link and plan a log; nothing is executed and torch is not imported.

    `kept` is what a process that reads again and again has of earlier times; else it is what earlier processes left.
    jobs: processes that read a long log which nobody has read before; None: as many as there are cores.
    untrusted: look at no folder of models outside the log.
    """
    config = read_config(root, today=today)
    kept, jobs = kept or Kept(config.root / KEPT), jobs or cores()
    documents, content_problems = read_content(config, kept, jobs=jobs)
    demos, demo_problems = read_demos(config.root, kept)
    library = link(documents, config, demos=demos, kept=kept)
    notebooks, notebook_problems = read_notebooks(library.documents, config.root)
    store = Store(config.root)
    inside = {name: model for name, model in config.models.items() if not untrusted or _is_inside(config.root, model)}
    models = Models(config.root, inside)
    runnable = {**demos, **notebooks}
    decisions, plan_problems = plan(library.calls, runnable, store, models=models, policy=policy, force=force)
    vectors, damage = vectors_for(config)
    problems = (*content_problems, *demo_problems, *notebook_problems, *library.problems, *plan_problems, *damage)
    return Log(config, library, demos, notebooks, store, decisions, in_order(problems), kept, jobs, vectors)


def _is_inside(root: Path, model: ModelConfig) -> bool:
    return not model.path or (root / Path(model.path).expanduser()).resolve().is_relative_to(root)


def run_log(
    log: Log,
    decisions: Iterable[Decision],
    *,
    reporter: Reporter,
    device: str = "auto",
    smoke: bool = False,
    executor: str = "local",
) -> Log:
    """Execute decisions and return the log with what was recorded and what failed."""
    from builder.run.runner import execute, settle  # which starts processes, and most builds have nothing to run

    results = execute(
        tuple(decisions), log.runnable, log.store, config_models=log.config.models, root=log.config.root,
        device=device, smoke=smoke, executor=executor, reporter=reporter,
    )  # fmt: skip
    return replace(log, decisions=settle(log.decisions, results))


def fetch_runs(log: Log, reporter: Reporter) -> Log:
    """Return the log with the missing runs that its shared store has."""
    decisions, problems = read_through(log.decisions, log.store, log.config.store.remote, reporter)
    return replace(log, decisions=decisions, problems=in_order((*log.problems, *problems)))


def build(
    root: Path, options: Options, reporter: Reporter, kept: Kept | None = None, workers: Workers | None = None, *,
    published: Callable[[BuildReport], object] = lambda report: None,
) -> BuildReport:  # fmt: skip
    """Build the site of the log at `root`. `kept` and `workers` are for a process that builds again and again.

    `published` is told as soon as the site is there; what only later processes need comes after that. Raises BuilderError
    before anything is published: what was published before stays as it was. Builds of one log take turns.
    """
    folder = read_config(root, today=options.today).root / ".build"
    with lock(folder / "build.lock", doing="building this log", patience_seconds=PATIENCE_SECONDS):
        if options.clean:
            _clean(folder)
        believed = (
            kept_for_once() if options.untrusted else nullcontext(kept or Kept(folder.parent / KEPT))
        )  # it may be a stranger's
        with nullcontext(workers) if workers else Workers(options.jobs) as at_work, believed as kept:
            find_engine(options.engine).prepare(folder, at_work)
            try:
                report = _build(root, options, reporter, kept, at_work)
                published(report)
            finally:
                kept.settle()
            return report


def _clean(folder: Path) -> None:
    """Forget what is kept between builds; locks stay, since somebody may hold them."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix != ".lock":
            path.unlink()


def _build(root: Path, options: Options, reporter: Reporter, kept: Kept, workers: Workers) -> BuildReport:
    started = time.monotonic()
    policy: Policy = "never" if options.untrusted else options.run
    engine = find_engine(options.engine)
    log = read_log(
        root, policy=policy, force=policy == "always", today=options.today, kept=kept, untrusted=options.untrusted,
        jobs=options.jobs,
    )  # fmt: skip
    stop_at_errors(log.problems)
    if not options.untrusted and policy != "always":
        log = fetch_runs(log, reporter)
    wanted = [decision for decision in log.decisions if decision.action == "run"]
    log = run_log(log, wanted, reporter=reporter, device=options.device) if wanted else log
    claims = check_claims(log.library.documents, log.decisions)
    stop_at_errors((*log.problems, *claims, *log.store.verify()))
    if engine.name == "mkdocs" and not (log.config.root / ".build" / RENDERED).exists():
        workers.start(len(log.library.documents))  # while their pages are made
    ahead = Ahead(log.config.root / ".build", log.kept)
    staged = stage(
        make_pages(site_of(log), render_ahead(ahead, workers)),  # they are let go once staged
        config=log.config, files=log.library.files, kept=log.kept, ahead=ahead,
    )  # fmt: skip
    if options.untrusted:
        shutil.rmtree(staged.folder / RENDERED, ignore_errors=True)
    rendered = engine.render(staged, workers)
    facts = {path: file.facts for path, file in rendered.files.items()}
    stop_at_errors(check_files(facts, read=rendered.read, sources=staged.sources, kept=log.kept))
    site_dir = (options.site_dir or log.config.root / "site").resolve()
    if log.kept.warm:
        refresh(rendered.files, site_dir, log.kept.memory("shown"))
    else:
        publish(rendered.files, site_dir, log.config.root / SPARE)
    problems = in_order((*log.problems, *not_verified(log.decisions))) if options.untrusted else log.problems
    seconds = time.monotonic() - started
    return report_of(log.decisions, wanted, rendered, problems=problems, site_dir=site_dir, seconds=seconds)


def site_of(log: Log) -> Site:
    """What pages are made from."""
    library = with_numbers(log.library, log.decisions, log.kept)
    return Site(library, log.decisions, log.demos, log.config, log.store.read_blob, log.kept, log.jobs, log.vectors)
