"""What an import did, for people."""

from __future__ import annotations

import click

from builder.model import Json


def print_ledger(ledger: Json, *, dry_run: bool) -> None:
    """Print what became of every source, then questions and warnings, then the sum."""
    for source in ledger["sources"]:
        dropped = len(source["dropped"])
        click.echo(
            f"{source['path']}: {source['lines']} lines: {source['content']} content, {source['metadata']} metadata, "
            f"{source['blank']} blank, {dropped} dropped",
            err=True,
        )
    for draft in ledger["drafts"]:
        click.echo(f"{'would write' if dry_run else 'wrote'} {draft['path']}")
    for asset in ledger["assets"]:
        click.echo(f"{'would copy' if dry_run else 'copied'} {asset['path']}")
    for question in ledger["questions"]:
        click.echo(f"question: {question}", err=True)
    for warning in ledger["warnings"]:
        if not warning.startswith("question: "):
            click.echo(f"warning: {warning}", err=True)
    click.echo(_sum(ledger, dry_run=dry_run), err=True)


def _sum(ledger: Json, *, dry_run: bool) -> str:
    count = len(ledger["drafts"])
    if not count:
        return "nothing new: every entry is there already" if ledger["sources"] else "nothing to import"
    parts = [
        f"{count} {'entry' if count == 1 else 'entries'} from {len(ledger['sources'])} {'source' if len(ledger['sources']) == 1 else 'sources'}"
    ]
    parts += [f"{len(ledger[key])} {key}" for key in ("assets", "redirects", "questions", "warnings") if ledger[key]]
    return ("would make " if dry_run else "made ") + ", ".join(parts)
