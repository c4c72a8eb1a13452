"""`studylog store`: care for the recorded runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder.config import SiteConfig, read_config
from builder.errors import StoreError
from builder.pipeline import read_log
from builder.report import print_problems
from builder.run import exchange
from builder.run.archive import export_runs, import_runs
from builder.run.remotes import Remote, open_remote
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
    sys.exit(3 if any(problem.severity == "error" for problem in problems) else 0)


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


remote_option = click.option(
    "--remote", metavar="URL", help="Where the shared store is; else `store: remote:` of site_config.yml."
)


@store.command()
@remote_option
@click.pass_obj
def push(root: Path, remote: str | None):
    """Send recorded runs to a shared store; what is there stays."""
    config = read_config(root)
    pushed = exchange.push(Store(config.root), _shared(config, remote))
    mended = f", {pushed.mended} mended" if pushed.mended else ""
    click.echo(f"{pushed.sent} records sent{mended}, {pushed.there} were there", err=True)


@store.command()
@remote_option
@click.option("--all", "everything", is_flag=True, help="Also what no call of this log needs now.")
@click.pass_obj
def pull(root: Path, remote: str | None, everything: bool):
    """Fetch the recorded runs that this log's calls lack from a shared store, verified."""
    log = read_log(root, policy="never")
    there = _shared(log.config, remote)
    lacking = [decision.key.digest for decision in log.decisions if decision.record is None]
    pulled = exchange.pull(log.store, there, exchange.keys_there(there) if everything else lacking)
    print_problems(pulled.problems, root=root)
    click.echo(f"{len(pulled.keys)} records fetched, {pulled.absent} are not there", err=True)
    damaged = any(problem.code == "remote-damaged" for problem in pulled.problems)
    sys.exit(StoreError.exit_status if damaged else int(bool(pulled.problems)))


def _shared(config: SiteConfig, url: str | None) -> Remote:
    address = url or config.store.remote
    if not address:
        raise click.UsageError("no shared store: give --remote URL, or set `store: {remote: URL}` in site_config.yml")
    return open_remote(address)
