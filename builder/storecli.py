"""`studylog store`: care for the recorded runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder.config import read_config
from builder.pipeline import read_log
from builder.report import print_problems
from builder.run.archive import export_runs, import_runs
from builder.run.store import Store


@click.group()
def store():
    """Care for the recorded runs."""


@store.command()
@click.pass_obj
def fsck(root: Path):
    """Verify every record and blob."""
    runs = Store(read_config(root).root)
    problems = runs.fsck()
    print_problems(problems)
    usage = runs.usage()
    click.echo(f"{usage['records']} records and {usage['blobs']} blobs verified", err=True)
    sys.exit(3 if problems else 0)


@store.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.pass_obj
def gc(root: Path, dry_run: bool):
    """Remove recorded runs that no entry uses any more.

    The last good result of a call whose new form has not run yet is kept.
    """
    runs = Store(read_config(root).root)
    with runs.writing():
        log = read_log(root, policy="never")
        if any(problem.severity == "error" for problem in log.problems):
            print_problems(log.problems)
            raise click.ClickException("nothing is removed while the log has errors")
        keep = {decision.key.digest for decision in log.decisions}
        keep |= {decision.previous.key.digest for decision in log.decisions if decision.previous is not None}
        unused = sorted(set(runs.keys()) - keep)
        removed = unused if dry_run else runs.gc(keep)
    for name in removed:
        click.echo(f"{'would remove' if dry_run else 'removed'} {name}", err=True)
    click.echo(
        f"{len(unused)} of {runs.usage()['records'] if dry_run else len(keep) + len(unused)} records unused", err=True
    )


@store.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export_(root: Path, file: Path):
    """Write every recorded run to one tar file."""
    click.echo(f"{export_runs(Store(read_config(root).root), file)} records exported to {file}", err=True)


@store.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def import_(root: Path, file: Path):
    """Take over the recorded runs of a tar file, verified."""
    click.echo(f"{len(import_runs(Store(read_config(root).root), file))} records imported", err=True)


@store.command()
@click.option("--remote", required=True, metavar="URL", help="Where the shared store is.")
def push(remote: str):
    """Send recorded runs to a shared store (not available yet)."""
    raise click.UsageError("remote stores cannot be used yet; commit demos/_runs, or use `studylog store export FILE`")


@store.command()
@click.option("--remote", required=True, metavar="URL", help="Where the shared store is.")
def pull(remote: str):
    """Fetch recorded runs from a shared store (not available yet)."""
    raise click.UsageError("remote stores cannot be used yet; use `studylog store import FILE`")
