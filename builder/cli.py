"""The command line: each verb makes one call, prints, and sets the exit status."""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import sys
from pathlib import Path

import click

from builder import __version__, unchanged
from builder.commandline import VerbGroup, device_option, run_option, today_option
from builder.errors import BuilderError
from builder.report import Silent, build_line, build_status, print_problems, reporter_for

ELSEWHERE = {
    "new": "builder.authorcli:new",
    "mv": "builder.authorcli:mv",
    "import": "builder.authorcli:import_",
    "init": "builder.authorcli:init",
    "embed": "builder.authorcli:embed",
    "schema": "builder.authorcli:schema",
    "papers": "builder.paperscli:papers",
    "store": "builder.storecli:store",
}
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=VerbGroup, elsewhere=ELSEWHERE, context_settings=SETTINGS)
@click.option(
    "--log",
    "root",
    type=click.Path(path_type=Path),
    default=".",
    metavar="DIR",
    help="The log's directory.",
    show_default=True,
)
@click.version_option(__version__, prog_name="studylog")
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """Turn an annotated study log into a site.

    A log is a directory with a site_config.yml: Markdown entries in content/, demos in demos/. `studylog build` reads
    and links it, runs the demo calls that have no recorded result yet, and publishes the site to site/.

    \b
    Start:     studylog init my-log && cd my-log && studylog serve
    Write:     studylog new log "What a head looks at"
    Publish:   studylog build --strict
    """
    gc.set_threshold(50_000)  # most of what a verb makes it needs until its end
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # it would look for them in every package that is installed
    context.obj = root


@main.command()
@run_option
@device_option
@click.option("--strict", is_flag=True, help="Warnings, and runs that are missing or failed, are errors.")
@click.option("--engine", default="mkdocs", show_default=True, help="mkdocs, properdocs or zensical.")
@click.option("--site-dir", type=click.Path(path_type=Path), help="Publish here instead of site/.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Processes that render pages; one per core if left out."
)
@click.option("--clean", is_flag=True, help="Forget staged pages and caches first; recorded runs stay.")
@click.option("--untrusted", is_flag=True, help="Execute nothing of the log; only read the store.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object on stdout.")
@today_option
@click.pass_obj
def build(root, policy, device, strict, engine, site_dir, jobs, clean, untrusted, as_json, today):
    """Read, link, run what is missing, render, check, publish.

    Nothing is published unless every link and anchor of the rendered site holds; the site is then swapped in whole.
    """
    root = root.absolute()
    out = (site_dir or root / "site").absolute()
    told = {"run": policy, "device": device, "engine": engine, "strict": strict, "today": str(today or dt.date.today())}
    fresh = clean or untrusted or policy == "always"
    state = None if fresh else unchanged.read_state(root, out, told)
    report = state and unchanged.last_report(root, out, state)
    if not report:
        more = {"device": device, "engine": engine, "strict": strict, "untrusted": untrusted, "clean": clean}
        report, files = _build(root, as_json, run=policy, site_dir=site_dir, jobs=jobs, today=today, **more)
        unchanged.remember(root, state, report, files)
    if as_json:
        click.echo(json.dumps(report))
    print_problems(unchanged.problems_of(report), root=root)
    click.echo(build_line(report), err=True)
    sys.exit(build_status(report, strict=strict))


def _build(root, as_json, **options):
    from builder.engine.workers import Workers

    with Workers(options["jobs"]) as workers:
        if options["engine"] == "mkdocs" and (root / ".build").is_dir():
            workers.start()  # something changed, and it will probably show on a page
        from builder import pipeline, summaries  # takes as long as the other process takes to load the engine

        told, reporter = pipeline.Options(**options), Silent() if as_json else reporter_for()
        try:
            built = pipeline.build(root, told, reporter, workers=workers)
        except BuilderError as error:
            if as_json:
                click.echo(json.dumps(summaries.error_json(error)))
            raise
    return summaries.report_json(built), built.files


@main.command()
@click.option("--port", default=8000, show_default=True, help="On 127.0.0.1; 0 picks a free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@run_option
@today_option
@click.pass_obj
def serve(root, port, open_browser, policy, today):
    """Build, serve on 127.0.0.1, rebuild and reload on every change.

    Problems show in the page, over the last good one, until they are mended. Changed demos run beside the builds.
    """
    import webbrowser

    from builder import watch

    watch.serve(root, port=port, policy=policy, today=today, opened=webbrowser.open if open_browser else None)


@main.command()
@click.argument("demos", nargs=-1)
@click.option("--force", is_flag=True, help="Run again what is recorded, and replace it.")
@click.option("--smoke", is_flag=True, help="At smoke size; only proves that it runs, records nothing.")
@click.option("-k", "expression", default="", metavar="EXPR", help="Only calls whose demo, name or file contains this.")
@click.option("--executor", default="local", show_default=True, help="Where to run: local, or dask://HOST:PORT.")
@device_option
@today_option
@click.pass_obj
def run(root, demos, force, smoke, expression, executor, device, today):
    """Execute stale or missing demo calls and record them; builds no site."""
    from builder import runs

    wanted = runs.Wanted(demos, expression, force=force, smoke=smoke, device=device, executor=executor)
    good, log = runs.run(root, wanted, today=today, reporter=reporter_for())
    print_problems(log.problems, root=root)
    sys.exit(0 if good and not any(problem.severity == "error" for problem in log.problems) else 1)


@main.command()
@click.argument("demos", nargs=-1)
@click.option("--why", is_flag=True, help="Say which parts of the key changed, and what else is another here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@today_option
@click.pass_obj
def status(root, demos, why, as_json, today):
    """Show what is fresh, stale, missing or failed here; never executes anything."""
    from builder import embed, pipeline, summaries
    from builder.doctor import known_devices

    log = pipeline.read_log(root, policy="never", today=today)
    report = summaries.status_json(log, demos, devices=known_devices())
    if as_json:
        click.echo(json.dumps(report))
        return
    for line in summaries.status_lines(report, why=why):
        click.echo(line)
    print_problems(log.problems, root=root)
    print_problems(embed.notes(log.config, log.library.documents), notes=True, root=root)
    click.echo(summaries.status_summary(report), err=True)


@main.command()
@click.option("--smoke", is_flag=True, help="Also re-run every demo at smoke size on this device.")
@click.option("--full", is_flag=True, help="Also re-run every call for real and compare metrics with the record.")
@click.option("--external-links", is_flag=True, help="Also ask outside addresses whether they are there.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write the problems as JUnit XML.")
@device_option
@today_option
@click.pass_obj
def check(root, smoke, full, external_links, junit, device, today):
    """Check everything a pull request must pass: content, links, records, claims. Executes nothing unless told."""
    from builder import checks

    if external_links:
        raise click.UsageError("outside links cannot be checked yet; leave --external-links out")
    problems = checks.check(root, smoke=smoke, full=full, device=device, today=today, reporter=reporter_for())
    if junit:
        junit.write_text(checks.junit_xml(problems), encoding="utf-8")
    print_problems(problems, notes=True, root=root)
    errors = any(problem.severity == "error" for problem in problems)
    click.echo("check failed" if errors else "all good", err=True)
    sys.exit(checks.exit_status(problems))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@click.option("--config", "show_config", is_flag=True, help="Explain every key of site_config.yml.")
@click.pass_obj
def doctor(root, as_json, show_config):
    """Say what works here and what to do about the rest: devices, models, engines, store, versions."""
    from builder import doctor as doctor_

    if show_config:
        click.echo(doctor_.explain_config())
        return
    report = doctor_.examine(root)
    click.echo(json.dumps(report) if as_json else doctor_.as_text(report))
