"""`studylog store`: care for the recorded runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder import pipeline
from builder.report import print_problems
from builder.run.store import Store


@click.group()
def store():
    """Care for the recorded runs."""


@store.command()
@click.pass_obj
def fsck(root):
    """Verify every record and blob."""
    count, problems = storecare.fsck(root)
    print_problems(problems)
    click.echo(f"{count} records, {len(problems)} problems", err=True)
    sys.exit(3 if problems else 0)


@store.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.pass_obj
def gc(root, dry_run):
    """Remove recorded runs that no entry uses any more."""
    for name in storecare.gc(root, dry_run=dry_run):
        click.echo(f"{'would remove' if dry_run else 'removed'} {name}", err=True)


@store.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export_(root, file):
    """Write every recorded run to one tar file."""
    click.echo(f"{storecare.export(root, file)} records exported to {file}", err=True)


@store.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def store_import(root, file):
    """Take over the recorded runs of a tar file, verified."""
    click.echo(f"{storecare.import_(root, file)} records imported", err=True)


@store.command()
@click.option("--remote", required=True, help="Where the shared store is.")
def push(remote):
    """Send recorded runs to a shared store (not available yet)."""
    raise click.UsageError("remote stores cannot be used yet; commit demos/_runs, or use `studylog store export FILE`")


@store.command()
@click.option("--remote", required=True, help="Where the shared store is.")
def pull(remote):
    """Fetch recorded runs from a shared store (not available yet)."""
    raise click.UsageError("remote stores cannot be used yet; use `studylog store import FILE`")
