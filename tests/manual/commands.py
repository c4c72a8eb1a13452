"""The note on commands, made from the command line itself."""

from __future__ import annotations

import re
from pathlib import Path

import click

from builder.cli import main

NOTE = Path(__file__).parents[2] / "content" / "notes" / "commands.md"

HEAD = """\
---
title: Commands
tags: [manual]
description: What studylog does, verb by verb, with every option.
---

Every command works on the log in the current directory, or on another with `--log DIR`. What is for people goes to
stderr; `--json` prints exactly one object on stdout. The exit status is 0 when all is good, 1 when the log has problems,
2 for wrong usage or configuration, 3 when the store of recorded runs is damaged. `studylog VERB --help` says the same
as this page.
"""


def note() -> str:
    """The whole note as Markdown."""
    return HEAD + "".join(_sections(main, "studylog"))


def _sections(group: click.Group, path: str) -> list[str]:
    parts = []
    context = click.Context(group)
    for name in sorted(group.list_commands(context)):
        command = group.get_command(context, name)
        parts.append(_section(command, f"{path} {name}"))
        if isinstance(command, click.Group):
            parts += _sections(command, f"{path} {name}")
    return parts


def _section(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path)
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    text = f"\n## {path.removeprefix('studylog ')}\n\n```sh\n{' '.join([path, *pieces])}\n```\n\n{_words(command.help or '')}\n"
    if not options:
        return text
    rows = "".join(f"| {_names(option, context)} | {_help(option, context)} |\n" for option in options)
    return f"{text}\n| option | meaning |\n|---|---|\n{rows}"


def _words(text: str) -> str:
    """Help as paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.replace("\b", "").strip()))


def _names(option: click.Option, context: click.Context) -> str:
    value = "" if option.is_flag or option.count else f" {option.make_metavar(context)}"
    return f"`{', '.join((*option.opts, *option.secondary_opts))}{value}`".replace("|", "\\|")


def _help(option: click.Option, context: click.Context) -> str:
    default = option.default
    shown = "" if not option.show_default or default in (None, "", False) else f" Without it `{default}`."
    return f"{' '.join((option.help or '').split())}{shown}".replace("|", "\\|")
