"""The verbs of an author's day: `new`, `mv`, `import`, `init`, `embed`, `schema`."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path

import click

from builder.commandline import device_option, read_date, today_option
from builder.kinds import KINDS
from builder.schema import SCHEMAS, make_schema


@click.command()
@click.argument("kind", type=click.Choice([*KINDS, "demo"]))
@click.argument("title")
@click.option("--slug", default="", metavar="SLUG", help="The last part of the address.")
@click.option(
    "--date", metavar="DATE", callback=read_date, help="The day of the entry (YYYY-MM-DD); today if left out."
)
@click.option(
    "--edit/--no-edit", default=None, help="Open it in $VISUAL or $EDITOR, or not; in a terminal it is opened."
)
@click.pass_obj
def new(root, kind, title, slug, date, edit):
    """Create a valid entry of a kind, or a running demo with its test, and open it in your editor."""
    from builder.config import read_config
    from builder.new import new_entry

    path = new_entry(read_config(root), kind, title, date=date, slug=slug)
    click.echo(path)
    if has_editor() if edit is None else edit:
        click.edit(filename=str(path))


def has_editor() -> bool:
    """Tell whether somebody sits at a terminal who has said what they edit with."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    return bool(named) and not os.environ.get("CI") and sys.stdin.isatty() and sys.stdout.isatty()


@click.command()
@click.argument("old")
@click.argument("slug", default="", metavar="[NEW]")
@click.option("--date", metavar="DATE", callback=read_date, help="Another day (YYYY-MM-DD).")
@click.option("--title", default="", metavar="TITLE", help="Another title.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.pass_obj
def mv(root, old, slug, date, title, dry_run):
    """Rename an entry and every link to it; its old address redirects.

    OLD is its slug or its path, NEW its new slug. Links in code are left alone, and so is everything else in the files.
    Nothing is written unless every link leads to the same entry afterwards.
    """
    from builder.config import read_config
    from builder.move import move_entry

    if not (slug or date or title):
        raise click.UsageError("give a new slug, --date or --title")
    moved = move_entry(read_config(root), old, slug, date=date, title=title, dry_run=dry_run)
    for edit in moved.edits:
        click.echo(f"{edit.source}: {edit.before or '(new line)'}\n  -> {edit.after}")
    if moved.paths[0] != moved.paths[1]:
        click.echo(f"{moved.paths[0]} -> {moved.paths[1]}")
    click.echo("nothing was written" if dry_run else f"/{moved.urls[0]} is /{moved.urls[1]} now", err=True)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--as", "shape", default="auto", metavar="SHAPE", show_default=True,
    help="The shape of the notes; `auto` recognises it.",
)  # fmt: skip
@click.option("--year", type=click.IntRange(1000, 9999), metavar="YEAR", help="The year of dates that have none.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--overwrite", "--force", is_flag=True, help="Replace entries that differ, edited ones too.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE", help="Write the ledger of every source line as JSON."
)
@click.pass_obj
def import_(root, paths, shape, year, dry_run, overwrite, report):
    """Turn existing notes into entries, with a ledger that accounts for every source line.

    Reads Jekyll and Hugo posts and folders, logs and feeds in one page, course notes, Obsidian vaults, Logseq graphs,
    notebooks, BibTeX and CSL-JSON. What cannot be known for certain is asked, not guessed; nothing is written twice.
    """
    from builder.config import read_config
    from builder.importers import import_notes
    from builder.importers._summary import print_ledger

    ledger = import_notes(read_config(root), paths, shape=shape, year=year, dry_run=dry_run, overwrite=overwrite)
    if report:
        report.write_text(json.dumps(ledger, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print_ledger(ledger, dry_run=dry_run)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="My study log", metavar="TITLE", help="The name of the log.")
@today_option
def init(folder, title, today):
    """Start a new log that builds at once: one entry of each kind and one demo.

    It comes with what editors need: a schema of its configuration, snippets for VS Code, settings for Obsidian, and a
    workflow that builds and publishes it.
    """
    from builder.new import init_log

    init_log(folder, title=title, today=today or dt.date.today())
    click.echo(f"{folder}: a new log. Next: cd {folder} && studylog serve", err=True)


@click.command()
@click.option("--force", is_flag=True, help="Compute the vectors of all entries anew.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@device_option
@click.pass_obj
def embed(root, force, dry_run, device):
    """Record what the encoder of site_config.yml makes of the entries, so that related ones are found by meaning too.

    Computes the vectors of new and edited texts, drops those of texts that are gone, and writes them to
    demos/_runs/vectors.txt. Commit that file: from it the site is built on machines without the encoder.
    """
    from builder.embed import embed_entries, survey
    from builder.pipeline import read_log
    from builder.report import print_problems, show_seconds

    log = read_log(root, policy="never")
    if any(problem.severity == "error" for problem in log.problems):
        print_problems(log.problems, root=root)
        raise click.ClickException("nothing is embedded while the log has errors")
    work = survey(log.config, log.library.documents, force=force)
    click.echo(f"{len(work.due)} to compute, {len(work.kept)} to keep, {work.dropped} to drop", err=True)
    if dry_run or not work.changes:
        click.echo("nothing was written", err=True)
        return
    label = "computing" if work.due else "dropping"
    with click.progressbar(length=len(work.due), label=label, file=sys.stderr) as bar:
        made = embed_entries(log.config, work, device=device, progress=bar.update)
    where = f" in {show_seconds(made.seconds)} on {made.device}" if made.device else ""
    click.echo(f"wrote {made.path}{where}", err=True)


@click.command()
@click.argument("name", type=click.Choice(SCHEMAS))
def schema(name):
    """Print the JSON Schema of site_config.yml (`config`), or of the front matter of a kind of entry.

    Editors with a YAML language server check a file against the schema that its first line names:
    `# yaml-language-server: $schema=.vscode/site_config.schema.json`.
    """
    click.echo(json.dumps(make_schema(name), indent=2, ensure_ascii=False))
