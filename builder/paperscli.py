"""`studylog papers`: care for what the reading list says."""

from __future__ import annotations

from pathlib import Path

import click

from builder.fetch import FILE, fetch_papers, unknown_papers, write_references
from builder.pages._bibtex import bibkey
from builder.pages._templates import plural
from builder.pipeline import read_log
from builder.report import print_problems


@click.group()
def papers():
    """Care for what the reading list says."""


@papers.command()
@click.option("--dry-run", is_flag=True, help="Only list the papers that would be asked about.")
@click.pass_obj
def fetch(root: Path, dry_run: bool):
    """Ask arXiv for the titles and authors of linked papers, and write them into content/references.bib.

    Asks only about papers whose authors neither a note nor a BibTeX file of the log says. Needs a network.
    """
    log = read_log(root, policy="never")
    print_problems(log.problems)
    items = log.library.reading_list
    unknown = unknown_papers(items)
    found = unknown if dry_run or not unknown else fetch_papers(unknown)
    if found and not dry_run:
        write_references(log.config.root, found, taken={bibkey(item) for item in items})
    for item in found:
        click.echo(f"{item.id}  {item.title}")
    if dry_run or not unknown:
        click.echo(f"{plural(len(unknown), 'paper')} to ask about", err=True)
    else:
        unheard = f"; arXiv does not know {len(unknown) - len(found)}" if len(found) < len(unknown) else ""
        click.echo(f"{plural(len(found), 'paper')} written to {FILE}{unheard}", err=True)
